"""The box for the centre's own site: one script that adds a button there, and the chat in the frame it opens."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bot.web import chat
from bot.web.conversation import BOX
from bot.web.pages import STATIC, sorry

SCRIPT = "/hop-chat.js"


def routes(origins: Sequence[str]) -> list[Route]:
    """Return the box's routes; for no site at all, what says that it is off."""
    if not origins:
        return [Route(path, off, methods=["GET", "POST"]) for path in (SCRIPT, BOX.path)]
    return [
        Route(SCRIPT, script),
        Route(BOX.path, chat.show),
        Route(BOX.path, chat.say, methods=["POST"]),
        Route(f"{BOX.path}/stream", chat.stream),
    ]


async def script(_: Request) -> Response:
    """Give out the script; it carries no version in its address, so an hour is as long as it is kept."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return FileResponse(STATIC / "box.js", media_type="text/javascript", headers=headers)


async def off(request: Request) -> Response:
    text = "Trung tâm chưa mở hộp này cho trang nào. Anh/chị nhắn ngay ở trang trò chuyện cũng được."
    return sorry(request, 404, "Hộp trò chuyện chưa mở", text)
