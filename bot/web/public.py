"""Pages for everybody: what this is, policy, classes, and whether it runs."""

from pathlib import PurePath
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.web.pages import page, parts_of, sorry
from content.calendar_file import calendar_file
from content.sealing import holds
from conversation.calendar import local_day
from conversation.training_class import TrainingClass
from db import attachments, classes, forms, rosters
from db.migrate import is_current

# A page of more lines shows the first few and, on request, the rest.
LONG = 8
FIRST = 5
PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}


async def home(request: Request) -> Response:
    """Say what this is, whose, and where to begin."""
    return page(request, "home.html")


async def policies(request: Request) -> Response:
    """List the nine groups of support and their pages."""
    library = await parts_of(request).library_now()
    pages = list(library.pages.values())
    groups = [(topic, [one for one in pages if one.group == topic.number]) for topic in library.topics]
    general = [one for one in pages if one.group == 0 and one.published]
    return page(request, "policies.html", groups=groups, general=general)


async def policy(request: Request) -> Response:
    """Show one page of policy; what is not checked yet has its heading only."""
    library = await parts_of(request).library_now()
    found = library.pages.get(request.path_params["page_id"])
    if found is None:
        return sorry(request, 404, "Không có trang này", "Địa chỉ có thể đã đổi.")
    parts = [found.parts[name] for name in ("what", "who", "money", "papers", "apply") if name in found.parts]
    lines = [line for part in parts for line in part.splitlines()]
    shown = parts if len(lines) <= LONG else ["\n".join(lines[:FIRST])]
    rest = lines[FIRST:] if len(lines) > LONG else []
    return page(request, "policy.html", found=found, shown=shown, rest="\n".join(rest), gist=lines[0] if lines else "")


async def training(request: Request) -> Response:
    """List the classes that take people."""
    offered = [one for one in await _classes(request) if one.takes(local_day(parts_of(request).clock()))]
    return page(request, "classes.html", offered=offered)


async def training_class(request: Request) -> Response:
    """Show one class."""
    code = request.path_params["code"].upper()
    found = next((one for one in await _classes(request) if one.code == code), None)
    if found is None:
        return sorry(request, 404, "Không có lớp này", "Lớp có thể đã kết thúc. Xem các lớp khác đang nhận đăng ký.")
    return page(request, "class.html", offered=found, takes=found.takes(local_day(parts_of(request).clock())))


async def training_calendar(request: Request) -> Response:
    """Give out a class for the calendar of a telephone."""
    code, parts = request.path_params["code"].upper(), parts_of(request)
    found = next((one for one in await _classes(request) if one.code == code), None)
    if found is None:
        return sorry(request, 404, "Không có lớp này", "Lớp có thể đã kết thúc. Xem các lớp khác đang nhận đăng ký.")
    meets = await parts.database.read(lambda connection: rosters.sessions(connection, code))
    url = str(request.url).removesuffix(".ics")
    written = calendar_file(found, meets, url, request.url.hostname or "", parts.clock())
    headers = {"Content-Disposition": f'attachment; filename="{code}.ics"'}
    return Response(written, media_type="text/calendar; charset=utf-8", headers=headers)


async def picture(request: Request) -> Response:
    """Show a picture that belongs to a question of a form; a version's bytes never change."""
    sha, name = request.path_params["sha"], request.path_params["name"]
    media_type = PICTURES.get(PurePath(name).suffix.lower(), "")
    data = await parts_of(request).database.read(lambda connection: forms.find_file(connection, sha, name))
    if data is None or not media_type:
        return sorry(request, 404, "Không có hình này", "Phiếu có thể đã đổi.")
    return Response(data, media_type=media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"})


async def attachment(request: Request) -> Response:
    """Show a picture, or give out a file, of an announcement, while the address that we gave out holds."""
    parts, sha = parts_of(request), request.path_params["sha"]
    open_still = holds(sha, request.query_params, parts.library.link_key, local_day(parts.clock()))
    found = await parts.database.read(lambda connection: attachments.find(connection, sha)) if open_still else None
    if found is None:
        return sorry(request, 404, "Không mở được tệp này", "Đường dẫn có thể đã hết hạn. Anh/chị hỏi lại Trung tâm.")
    headers = {"Cache-Control": "private, max-age=86400" if found.is_picture else "no-store"}
    if not found.is_picture:
        headers["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(found.name)}"
    return Response(found.data, media_type=found.media_type, headers=headers)


async def _classes(request: Request) -> list[TrainingClass]:
    parts = parts_of(request)
    now = parts.clock()
    return [one for one in await parts.database.read(classes.listed) if one.ends_at > now]


async def alive(request: Request) -> Response:
    """The process lives."""
    return PlainTextResponse("ok")


async def ready(request: Request) -> Response:
    """The database answers and its migrations are current."""
    try:
        current = await parts_of(request).database.read(is_current)
    except (SQLAlchemyError, OSError):
        return PlainTextResponse("cơ sở dữ liệu không trả lời", 503)
    return PlainTextResponse("ok") if current else PlainTextResponse("cơ sở dữ liệu chưa được nâng cấp", 503)
