"""Wording pages: templates, the filters they use, and the answer a browser gets."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.browsers import browser_name
from content.html import html_templates
from content.render import clock, day
from conversation.answers import fold, phone_in_words
from conversation.answers.figures import grouped
from conversation.calendar import VIETNAM, local_day
from conversation.places import Commune, Places
from db.exports.listing import Kind, Value
from db.staff import ROLES
from db.words import CASES, CHANNELS, OUTCOMES, STATES, reason

HOME = "/console"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def environment() -> Environment:
    """Return the templates of the staff pages; everything they show is escaped."""
    templates = html_templates(HERE / "templates")
    filters = {
        "moment": moment,
        "typed_moment": typed_moment,
        "shown": shown,
        "phone": phone_in_words,
        "number": number,
        "browser": browser_name,
        "channel": lambda name: CHANNELS.get(name, name or ""),
        "outcome": lambda name: OUTCOMES.get(name, name),
        "case": lambda name: CASES.get(name, name),
        "iso_day": lambda text: day(date.fromisoformat(text)),
        "why": lambda error: reason(error or ""),
        "state": lambda name: STATES.get(name, name),
        "role": lambda name: ROLES.get(name, name),
        "local_day": local_day,
        "query": urlencode,
        "zip_same": lambda values: {value: value for value in values},
        "position": lambda items, wanted: items.index(wanted) if wanted in items else None,
    }
    templates.filters.update(filters)
    shipped = b"".join(file.read_bytes() for file in sorted(STATIC.iterdir()))
    version = hashlib.sha256(shipped).hexdigest()[:12]
    templates.globals.update(home=HOME, version=version, no_choice=QueryParams())
    return templates


def page(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """Return a page; no browser or proxy keeps it."""
    organisation = request.app.state.console.library.organisation
    context = {"org": organisation, "path": request.url.path, "member": None, "incidents": (), **values}
    words = environment().get_template(template).render(context)
    return HTMLResponse(words, status, headers={"Cache-Control": "no-store"})


def communes_of(places: Places) -> list[Commune]:
    """Return the communes as a list to choose from."""
    return sorted(places.by_code.values(), key=lambda commune: fold(commune.name))


def moment(at: datetime) -> str:
    """`24/11/2026 19:58`, in Vietnam."""
    return f"{day(at)} {clock(at)}"


def typed_moment(at: datetime | None) -> str:
    """`2026-11-24T19:58`, in Vietnam, as a browser's field for a moment holds it."""
    return at.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M") if at else ""


def read_moment(text: str) -> datetime | None:
    """Read what a browser's field for a moment holds, in Vietnam; None where it is empty or no moment."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
    except ValueError:
        return None


def number(value: int | Decimal) -> str:
    """`1.234,5`."""
    return grouped(Decimal(value))


def shown(value: Value, kind: Kind = "text") -> str:
    """Return a value of a table as people read it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str):
        return phone_in_words(value) if kind == "phone" else value
    return str(value) if kind == "year" else number(value)
