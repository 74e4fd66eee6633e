"""How far an announcement has got, told as it changes."""

import asyncio
from collections.abc import AsyncIterator

import orjson
from starlette.responses import Response, StreamingResponse

from console.composer import find
from console.pages import number
from console.visit import Visit
from db import announcements
from db.announcements import QUEUED, SENDING, Status

EVERY_SECONDS = 1.0


async def progress(visit: Visit) -> Response:
    """Stream the counts of an announcement until it is over."""
    found = await find(visit)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(visit, found.status), media_type="text/event-stream", headers=headers)


async def _told(visit: Visit, status: Status) -> AsyncIterator[str]:
    announcement_id = status.id
    yield "retry: 3000\n\n"
    while True:
        yield f"data: {_as_json(status)}\n\n"
        if status.state not in {QUEUED, SENDING}:
            yield "event: over\ndata: \n\n"
            return
        if visit.console.stopping.is_set():
            return
        await asyncio.sleep(EVERY_SECONDS)
        status = await visit.console.database.read(lambda connection: announcements.status(connection, announcement_id))


def _as_json(status: Status) -> str:
    settled = status.total - status.pending - status.sending
    counts = {name: number(count) for name, count in status.counts.items()}
    words = f"{number(settled)}/{number(status.total)}"
    told = {"state": status.state, "settled": settled, "total": status.total, "words": words, "counts": counts}
    return orjson.dumps(told).decode()
