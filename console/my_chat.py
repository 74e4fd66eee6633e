"""A member's own chat: where what is about to be announced reaches them first."""

from starlette.responses import Response

from console.visit import Visit
from db import staff_chats


async def mine(visit: Visit) -> Response:
    """Show which chat is tied, or give a code to tie one."""
    code = ""
    if visit.request.method == "POST":
        member, now = visit.member.id, visit.now
        code = await visit.console.database.write(lambda connection: staff_chats.new_code(connection, member, now))
    chat = await visit.console.database.read(lambda connection: staff_chats.of_member(connection, visit.member.id))
    shown = f"{code[:4]} {code[4:]}" if code else ""
    return visit.page("my_chat.html", chat=chat, code=shown)
