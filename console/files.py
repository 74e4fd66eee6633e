"""Files that people sent: looked at, and removed where they should not have been sent, which their sender is told."""

from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import HOME
from console.visit import Visit, see_other
from conversation.calendar import local_day
from conversation.channel import CAPABILITIES
from conversation.reply import Reply
from db import conversations, uploads
from db.uploads import Upload

SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp"}


async def show(visit: Visit) -> Response:
    """Show a picture, download any other file."""
    found = await _find(visit)
    if found.data is None:
        raise HTTPException(404)
    picture = found.media_type in SHOWN
    kind = "inline" if picture else "attachment"
    headers = {"Content-Disposition": f"{kind}; filename*=UTF-8''{quote(found.name)}", "Cache-Control": "no-store"}
    return Response(found.data, media_type=found.media_type if picture else "application/octet-stream", headers=headers)


async def remove(visit: Visit) -> Response:
    """Erase a picture of an identity card, say, and tell who sent it."""
    found = await _find(visit)
    by, now = visit.member.name, visit.now

    def act(connection: Connection) -> None:
        if uploads.remove(connection, found.id, by, now):
            _tell(visit, connection, found, now)

    await visit.does("file.removed", f"file:{found.id}", act)
    visit.console.wake()
    code = visit.request.query_params.get("code")
    return see_other(f"{HOME}/responses/{quote(code)}" if code else f"{HOME}/questions?done=removed")


def _tell(visit: Visit, connection: Connection, removed: Upload, now: datetime) -> None:
    """Tell the sender where they sent it, or where they wrote last."""
    where = uploads.sender(connection, removed)
    if where is None:
        return
    said = Reply("sent/removed", {"day": local_day(removed.created_at)})
    for message in visit.console.renderer.render([said], CAPABILITIES[where.channel], 0):
        status = "sent" if where.channel in visit.console.stored else "queued"
        conversations.push(connection, where.id, message.to_json(), "", status, now)


async def _find(visit: Visit) -> Upload:
    answer = visit.request.path_params["answer"]
    found = await visit.console.database.read(lambda connection: uploads.find(connection, answer))
    if found is None:
        raise HTTPException(404)
    return found
