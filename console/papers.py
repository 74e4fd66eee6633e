"""What a form can be taken away as: paper for a pen, a workbook to fill in, the template to begin from."""

import io
from collections.abc import Callable
from typing import BinaryIO

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import XLSX
from console.visit import Visit
from conversation.form import Form
from db import published


async def pdf(visit: Visit) -> Response:
    """Download the paper form."""
    from content.paper.pdf import paper_form  # a third of a second to load, which the start need not pay

    organisation = visit.console.library.organisation
    return await _file(visit, "pdf", "application/pdf", lambda form, file: paper_form(form, organisation, file))


async def workbook(visit: Visit) -> Response:
    """Download the workbook to fill in."""
    from content.paper.workbook import fill_in_workbook

    places = visit.console.library.places
    return await _file(visit, "xlsx", XLSX, lambda form, file: fill_in_workbook(form, places, file))


async def _file(visit: Visit, suffix: str, media_type: str, write: Callable[[Form, BinaryIO], None]) -> Response:
    name = visit.request.path_params["name"]
    form = await visit.console.database.read(lambda connection: form_named(visit, connection, name))
    if form is None:
        raise HTTPException(404)
    written = io.BytesIO()
    write(form, written)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    return Response(written.getvalue(), media_type=media_type, headers=headers)


def form_named(visit: Visit, connection: Connection, name: str) -> Form | None:
    """Return a form by its name: shipped, live, or a draft that nobody has published yet."""
    if name in visit.console.library.forms:
        return visit.console.library.forms[name]
    found = published.find(connection, name)
    sha = found and (found.live_sha or found.draft_sha)
    return visit.console.read_form(connection, sha) if sha else None
