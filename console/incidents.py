"""What happened to the service itself: gaps, refused tokens, doors that closed."""

from starlette.responses import Response

from console.pages import HOME
from console.visit import Visit, see_other
from db import incidents

NOTICES = {"seen": "Đã ghi là xem rồi.", "already": "Việc này đã có người xem rồi."}


async def listed(visit: Visit) -> Response:
    """Show what was reported last."""
    latest = await visit.console.database.read(incidents.latest)
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    return visit.page("incidents.html", latest=latest, notice=notice)


async def mark_seen(visit: Visit) -> Response:
    """Note that the member of staff has seen an incident; the banner goes for everybody."""
    incident_id, by, now = visit.request.path_params["incident_id"], visit.member.name, visit.now
    first = await visit.does(
        "incident.seen",
        f"incident:{incident_id}",
        lambda connection: incidents.mark_seen(connection, incident_id, by, now),
    )
    return see_other(f"{HOME}/incidents?done={'seen' if first else 'already'}")
