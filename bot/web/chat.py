"""The chat page: ordinary forms, one turn a POST, and a stream of what is said later."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from bot.app import Parts
from bot.web.conversation import CHANNEL, COOKIE, Shot, current, new_id, shot, visitor
from bot.web.limits import Limits
from bot.web.pages import page, parts_of, sorry, words
from conversation.incoming import Address
from conversation.sources import SOURCES
from db.inbox import Event
from db.uploads import LARGEST, UploadRefused

LONGEST_TEXT = 5000
# What a form holds besides its file, in bytes.
LONGEST_FIELDS = 100_000
YEAR_SECONDS = 365 * 24 * 3600
HEARTBEAT_SECONDS = 15
TOO_MUCH = "Anh/chị nhắn hơi nhanh, em chưa kịp đọc. Chờ một phút rồi gửi lại giúp em."
TOO_LARGE = "Tệp lớn hơn 20 MB. Anh/chị gửi giúp em tệp nhỏ hơn."
TOO_LONG = "Tin này dài quá 5.000 chữ. Anh/chị viết gọn lại, hoặc gửi làm nhiều tin giúp em."


async def show(request: Request) -> Response:
    """Show the conversation, or the greeting; nothing is stored for looking."""
    return _page(request, await current(request), start=request.query_params.get("start", ""))


def _page(
    request: Request, seen: Shot, status: int = 200, *, start: str = "", note: str = "", text: str = ""
) -> Response:
    link = f">{start.replace('-', '/', 1)}" if start.replace("-", "").replace("_", "").isalnum() else ""
    values = {"shot": seen, "message_id": new_id(), "start": link, "note": note, "text": text}
    answer = page(request, "chat.html", status, **values)
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
        return HTMLResponse(words(request, "note.html", note=note), status)
    return _page(request, seen, status, note=note, text=text)


async def _answer(request: Request, parts: Parts, name: str, form: FormData) -> Response:
    answer: Response
    if request.headers.get("accept") == "text/fragment":
        seen = await shot(parts, name, _number(str(form.get("after", "0"))))
        answer = HTMLResponse(words(request, "fragment.html", shot=seen, message_id=new_id()))
    else:
        answer = RedirectResponse("/chat#cuoi", 303)
    secure = request.url.scheme == "https" or parts.library.organisation.public_url.startswith("https:")
    # Lax, not Strict: who comes back through a link in Zalo must find the conversation.
    answer.set_cookie(COOKIE, name, YEAR_SECONDS, httponly=True, samesite="lax", secure=secure)
    return answer


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


async def stream(request: Request) -> Response:
    """Stream what is said after the last message seen, as server-sent events."""
    parts = parts_of(request)
    seen = await shot(parts, visitor(request))
    if seen is None:
        raise HTTPException(204)
    after = _number(request.headers.get("last-event-id") or request.query_params.get("after", "0"))
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    events = _events(request, parts, visitor(request), seen.address_id, after)
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def _events(request: Request, parts: Parts, name: str, address_id: int, after: int) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    while True:
        seen = await shot(parts, name, after)
        if seen and seen.last_seq > after:
            after = seen.last_seq
            lines = words(request, "fragment.html", shot=seen, message_id=new_id()).splitlines()
            yield f"id: {after}\n" + "".join(f"data: {line}\n" for line in lines) + "\n"
        else:
            yield ": \n\n"
        if request.app.state.stopping.is_set():
            return
        await parts.receiver.changed.something(address_id, HEARTBEAT_SECONDS)


async def missing(request: Request, _: Exception) -> Response:
    return sorry(request, 404, "Không có trang này", "Địa chỉ có thể đã đổi.")


async def broken(request: Request, _: Exception) -> Response:
    return sorry(request, 500, "Trang này đang gặp lỗi", "Những gì anh/chị đã gửi vẫn còn. Thử lại sau ít phút.")
