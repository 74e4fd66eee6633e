"""Files of tables that are made in the background: how far they are, and what is ready to download."""

from collections.abc import AsyncIterator
from functools import partial
from itertools import count

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from console.pages import HOME, XLSX
from console.routing import GET, POST, route, scoped
from console.visit import Visit, see_other
from db import export_jobs
from db.engine import Database
from db.export_jobs import DONE, TooMany
from db.exports import Filter

MEDIA_TYPES = {".xlsx": XLSX, ".csv": "text/csv; charset=utf-8"}
NOTICES = {
    "asked": "Bảng lớn nên máy đang ghi ra tệp. Anh/chị cứ làm việc khác; tệp giữ ở đây 7 ngày.",
    "many": "Đang có 5 tệp chờ ghi. Chờ xong bớt rồi tải thêm.",
    "removed": "Đã xóa tệp.",
}


async def ask(
    visit: Visit, name: str, file_name: str, suffix: str, wanted: Filter, rows: int, *, report: bool
) -> Response:
    """Ask for a file and show how far it is."""
    by, now = visit.member.name, visit.now
    try:
        await visit.console.database.write(
            lambda connection: export_jobs.ask(
                connection, name, file_name, suffix, wanted, rows, by, now, report=report
            )
        )
    except TooMany:
        return see_other(f"{HOME}/exports?done=many")
    return see_other(f"{HOME}/exports?done=asked")


async def listed(visit: Visit) -> Response:
    """Show the member's own files."""
    jobs = await visit.console.database.read(lambda connection: export_jobs.of_member(connection, visit.member.name))
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    return visit.page("exports.html", jobs=jobs, notice=notice, busy=any(one.under_way for one in jobs))


async def download(visit: Visit) -> Response:
    """Answer with a file that is ready."""
    number, by = visit.request.path_params["job_id"], visit.member.name
    job = await visit.console.database.read(lambda connection: export_jobs.find(connection, number, by))
    if job is None or job.state != DONE or job.wanted.scope != visit.member.scope:
        raise HTTPException(404)
    headers = {
        "Content-Disposition": f'attachment; filename="{job.file_name}"',
        "Content-Length": str(job.size),
        "Cache-Control": "no-store",
    }
    pieces = _pieces(visit.console.database, job.id)
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[job.suffix], headers=headers)


async def _pieces(database: Database, job_id: int) -> AsyncIterator[bytes]:
    for number in count():
        data = await database.read(partial(export_jobs.part, job_id=job_id, number=number))
        if data is None:
            return
        yield data


async def remove(visit: Visit) -> Response:
    """Forget a file."""
    number, by = visit.request.path_params["job_id"], visit.member.name
    await visit.console.database.write(lambda connection: export_jobs.remove(connection, number, by))
    return see_other(f"{HOME}/exports?done=removed")


ROUTES = [
    route("/exports", listed, GET, scoped),
    route("/exports/{job_id:int}", download, GET, scoped),
    route("/exports/{job_id:int}/remove", remove, POST, scoped),
]
