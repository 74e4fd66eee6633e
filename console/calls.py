"""The call list of an announcement, as a file."""

from starlette.responses import Response

from console.composer import find
from console.tables import download
from console.visit import Visit
from db.exports import Filter


async def calls(visit: Visit) -> Response:
    """Download whom an announcement did not reach, for those who telephone."""
    found = await find(visit)
    return await download(visit.console, "calls", Filter(announcement=found.id), "xlsx", f"can-goi-{found.id}")
