"""Backups: when the last was taken, one more by a button, and the key that opens them."""

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from console.pages import HOME
from console.routing import GET, POST, administrators, route
from console.visit import Visit, see_other
from db import backups

NOTICES = {"taken": "Đã sao lưu.", "failed": "Chưa sao lưu được. Xem mục Tình trạng hệ thống."}


async def listed(visit: Visit) -> Response:
    """Show the backups taken last."""
    taken = await visit.console.database.read(backups.latest)
    keeper = visit.console.keeper
    there = {file.name for file in keeper.folder.glob("*.backup")} if keeper else set()
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    return visit.page("backups.html", taken=taken, there=there, old=backups.is_old(taken, visit.now), notice=notice)


async def take(visit: Visit) -> Response:
    """Take a backup now."""
    keeper = visit.console.keeper
    if keeper is None:
        raise HTTPException(404)
    taken = await keeper.take(visit.member.name)
    await visit.does("backup.taken", "backup:now", lambda _: None, succeeded=taken)
    return see_other(f"{HOME}/backups?done={'taken' if taken else 'failed'}")


async def key(visit: Visit) -> Response:
    """Show the key that opens backups, which is noted."""
    keeper = visit.console.keeper
    if keeper is None:
        raise HTTPException(404)
    await visit.does("backup.key_shown", "backup:key", lambda _: None)
    return visit.page("backup_key.html", key=keeper.key())


async def download(visit: Visit) -> Response:
    """Download a backup that is still there."""
    keeper, name = visit.console.keeper, visit.request.path_params["name"]
    file = next((one for one in keeper.folder.glob("*.backup") if one.name == name), None) if keeper else None
    if file is None:
        raise HTTPException(404)
    await visit.does("backup.downloaded", f"backup:{name}", lambda _: None)
    return FileResponse(
        file, media_type="application/octet-stream", filename=name, headers={"Cache-Control": "no-store"}
    )


ROUTES = [
    route("/backups", listed, GET, administrators),
    route("/backups/take", take, POST, administrators),
    route("/backups/key", key, POST, administrators),
    route("/backups/{name}", download, GET, administrators),
]
