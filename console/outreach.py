"""The outreach kit of a class or a policy page: the texts to copy, the poster, and whom each brought."""

import io

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import HOME
from console.visit import Visit
from content.outreach.door import doors
from content.outreach.sms import LIMIT, text_message
from content.outreach.subject import OutreachRefused, Subject, of_class, of_page
from content.outreach.texts import loudspeaker, post
from conversation.calendar import local_day
from conversation.sources import SOURCES
from db import classes, sources


async def listed(visit: Visit) -> Response:
    """List what can be made known: the classes that take people, the published pages."""
    found = await visit.console.database.read(classes.listed)
    offered = [one for one in found if one.takes(local_day(visit.now))]
    library = await visit.console.library_now()
    pages = [page for page in library.pages.values() if page.published]
    return visit.page("outreach.html", offered=offered, pages=pages)


async def of_a_class(visit: Visit) -> Response:
    """Show the kit of a class."""
    code = visit.request.path_params["code"]
    found = await visit.console.database.read(lambda connection: classes.find(connection, code))
    if found is None:
        raise HTTPException(404)
    closed = not found.takes(local_day(visit.now)) or not found.left
    return await _kit(visit, of_class(found), f"{HOME}/classes/{found.code}", class_code=found.code, closed=closed)


async def of_a_page(visit: Visit) -> Response:
    """Show the kit of a published policy page."""
    return await _kit(visit, await _page(visit), f"{HOME}/outreach")


async def class_poster(visit: Visit) -> Response:
    """Download the poster of a class."""
    code = visit.request.path_params["code"]
    found = await visit.console.database.read(lambda connection: classes.find(connection, code))
    if found is None:
        raise HTTPException(404)
    return _poster(visit, of_class(found))


async def page_poster(visit: Visit) -> Response:
    """Download the poster of a published policy page."""
    return _poster(visit, await _page(visit))


async def _page(visit: Visit) -> Subject:
    library = await visit.console.library_now()
    page = library.pages.get(visit.request.path_params["page_id"])
    if page is None or not page.published:
        raise HTTPException(404)
    return of_page(page)


async def _kit(visit: Visit, subject: Subject, back: str, class_code: str = "", *, closed: bool = False) -> Response:
    organisation, renderer = visit.console.library.organisation, visit.console.renderer
    came = await visit.console.database.read(lambda connection: sources.counts(connection, class_code))
    sms, refused = "", ""
    try:
        sms = text_message(renderer, subject, organisation)
    except OutreachRefused as reason:
        refused = str(reason)
    return visit.page(
        "outreach_kit.html",
        subject=subject,
        back=back,
        sms=sms,
        refused=refused,
        limit=LIMIT,
        loudspeaker=loudspeaker(renderer, subject, organisation),
        post=post(renderer, subject, organisation),
        site=_site(visit),
        doors=doors(subject, organisation, _site(visit))[1:],
        words=SOURCES,
        came=came,
        class_code=class_code,
        closed=closed,
    )


def _site(visit: Visit) -> str:
    """Return the site's public address, that of this very machine where none is set."""
    url = visit.request.url
    return visit.console.library.organisation.public_url or f"{url.scheme}://{url.netloc}"


def _poster(visit: Visit, subject: Subject) -> Response:
    from content.outreach.poster import poster  # a third of a second to load, which the start need not pay

    written = io.BytesIO()
    organisation = visit.console.library.organisation
    open_doors = {door.name: door for door in doors(subject, organisation, _site(visit))}
    door = open_doors.get(visit.request.query_params.get("door", "web"))
    if door is None:
        raise HTTPException(404)
    poster(subject, organisation, door, written)
    name = "-".join([subject.place.rpartition("/")[2], *([door.name] if door.name != "web" else [])])
    headers = {"Content-Disposition": f'attachment; filename="ap-phich-{name}.pdf"'}
    return Response(written.getvalue(), media_type="application/pdf", headers=headers)
