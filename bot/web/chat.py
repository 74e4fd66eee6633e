"""The chat page: ordinary forms, one turn a POST, and a stream of what is said later."""

from dataclasses import asdict
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.app import Parts
from bot.web.conversation import CHANNEL, Shot, address_of, current, new_id, place_of, shot, visitor
from bot.web.limits import Limits
from bot.web.pages import page, parts_of, sorry, words
from bot.web.streams import Stream
from conversation.incoming import Address
from conversation.sources import SOURCES
from db.inbox import Event
from db.uploads import LARGEST, UploadRefused

LONGEST_TEXT = 5000
# What a form holds besides its file, in bytes.
LONGEST_FIELDS = 100_000
YEAR_SECONDS = 365 * 24 * 3600
TOO_MUCH = "Anh/chị nhắn hơi nhanh, em chưa kịp đọc. Chờ một phút rồi gửi lại giúp em."
TOO_LARGE = "Tệp lớn hơn 20 MB. Anh/chị gửi giúp em tệp nhỏ hơn."
FORGOTTEN = "Trình duyệt này không cho khung nhớ cuộc trò chuyện. Anh/chị nhắn tiếp ở trang riêng giúp em."
TOO_LONG = "Tin này dài quá 5.000 chữ. Anh/chị viết gọn lại, hoặc gửi làm nhiều tin giúp em."


async def show(request: Request) -> Response:
    """Show the conversation, or the greeting; nothing is stored for looking."""
    return _page(request, await current(request), start=request.query_params.get("start", ""))


def _page(
    request: Request, seen: Shot, status: int = 200, *, start: str = "", note: str = "", text: str = ""
) -> Response:
    link = f">{start.replace('-', '/', 1)}" if start.replace("-", "").replace("_", "").isalnum() else ""
    values = {"shot": seen, "message_id": new_id(), "start": link, "note": note, "elsewhere": note == FORGOTTEN}
    answer = page(request, "chat.html", status, place=place_of(request), text=text, **values)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def say(request: Request) -> Response:
    """Take one message or tap; sent twice it is one turn."""
    parts = parts_of(request)
    if int(request.headers.get("content-length") or 0) > LARGEST + LONGEST_FIELDS:
        return _refuse(request, await current(request), 413, TOO_LARGE, "")
    form = await request.form(max_files=1)
    name = visitor(request) or new_id()
    network = request.client.host if request.client else ""
    limits: Limits = request.app.state.limits
    text = str(form.get("text", ""))
    if place_of(request).framed and not visitor(request) and _number(str(form.get("after", "0"))):
        return _refuse(request, await current(request), 403, FORGOTTEN, text)
    if len(text) > LONGEST_TEXT:
        return _refuse(request, await current(request), 413, TOO_LONG, text)
    if not limits.allow(name, network, is_new=not visitor(request), now=parts.clock()):
        return _refuse(request, await current(request), 429, TOO_MUCH, text)
    seen, choice = await current(request), _choice(form)
    said = _label(seen, form, choice) or text
    raw: dict[str, Any] = {"from": name, "id": str(form.get("id") or new_id())[:64], "choice": choice, "text": said}
    if form.get("tu") in SOURCES:
        raw["source"] = form["tu"]
    upload = form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        media_type, data = upload.content_type or "", await upload.read()
        try:
            file = await parts.receiver.keep_file(Address(CHANNEL, name), upload.filename, media_type, data)
        except UploadRefused as refused:
            return _refuse(request, await current(request), 413, str(refused), "")
        raw |= {"file": asdict(file), "text": file.name}
    if choice or text.strip() or "file" in raw:
        await parts.receiver.take([Event(CHANNEL, "", f"{name}:{raw['id']}", raw, Address(CHANNEL, name))])
    return await _answer(request, parts, name, form)


def _label(seen: Shot, form: FormData, choice: str) -> str:
    """Return the words of what was tapped or ticked, for the page to show as the visitor's own."""
    tapped = [str(one) for one in form.getlist("pick")] if choice.endswith("done") else [choice]
    shown = (*seen.choices, *(link for line in seen.lines for link in line.links))
    labels = "; ".join(dict.fromkeys(one.label.removeprefix("✓ ") for one in shown if one.token in tapped))
    return labels or str(form.get("label", ""))[:100]


def _choice(form: FormData) -> str:
    """Return the tapped token; several boxes ticked together come back as one: `7:wood metal done`."""
    choice, ticked = str(form.get("choice", "")), [str(one) for one in form.getlist("pick")]
    if not choice.endswith(":done"):
        return choice
    values = [one.partition(":")[2] for one in ticked]
    return " ".join([f"{choice.partition(':')[0]}:{values[0]}", *values[1:], ":done"]) if values else choice


def _refuse(request: Request, seen: Shot, status: int, note: str, text: str) -> Response:
    if request.headers.get("accept") == "text/fragment":
        return HTMLResponse(words(request, "note.html", note=note, elsewhere=note == FORGOTTEN), status)
    return _page(request, seen, status, note=note, text=text)


async def _answer(request: Request, parts: Parts, name: str, form: FormData) -> Response:
    answer: Response
    place = place_of(request)
    if request.headers.get("accept") == "text/fragment":
        seen = await shot(parts, name, _number(str(form.get("after", "0"))))
        answer = HTMLResponse(_fragment(request, seen))
    else:
        answer = RedirectResponse(f"{place.path}#cuoi", 303)
    secure = request.url.scheme == "https" or parts.library.organisation.public_url.startswith("https:")
    # A frame in the centre's site is sent only what it was given as its own there, and that only over https.
    # Elsewhere Lax, not Strict: who comes back through a link in Zalo must find the conversation.
    foreign = place.framed and secure
    answer.set_cookie(
        place.cookie,
        name,
        YEAR_SECONDS,
        path=place.path if place.framed else "/",
        httponly=True,
        samesite="none" if foreign else "lax",
        secure=secure,
    )
    if foreign:
        answer.headers["set-cookie"] += "; Partitioned"  # http.cookies knows the word from Python 3.14 on
    return answer


def _fragment(request: Request, seen: Shot | None) -> str:
    return words(request, "fragment.html", shot=seen, message_id=new_id(), place=place_of(request))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


async def stream(request: Request) -> Response | Stream:
    """Stream what is said after the last message seen, as server-sent events."""
    name = visitor(request)
    address_id = await address_of(parts_of(request), name)
    if not address_id:
        raise HTTPException(204)
    after = _number(request.headers.get("last-event-id") or request.query_params.get("after", "0"))
    return Stream(request.app.state.streams, name, address_id, after, lambda seen: _fragment(request, seen))


async def missing(request: Request, _: Exception) -> Response:
    return sorry(request, 404, "Không có trang này", "Địa chỉ có thể đã đổi.")


async def broken(request: Request, _: Exception) -> Response:
    return sorry(request, 500, "Trang này đang gặp lỗi", "Những gì anh/chị đã gửi vẫn còn. Thử lại sau ít phút.")
