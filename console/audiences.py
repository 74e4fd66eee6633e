"""Audiences: chosen from lists, counted as they are chosen, saved by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection
from starlette.datastructures import QueryParams
from starlette.responses import Response

from console.offers import offers
from console.pages import HOME
from console.visit import Visit, see_other
from conversation.channel import CAPABILITIES
from db import audience, saved_audiences
from db.audience import CHARGED, FREE, OUTSIDE, AudienceError, Reach
from db.deliveries import HELD_KEPT
from db.saved_audiences import AudienceNotSaved

# A field of the page, and the word of a query that it becomes.
LISTS: Mapping[str, str] = {
    "commune": "commune=",
    "trade": "trade=",
    "kind": "kind=",
    "topic": "topic=",
    "tag": "tag=",
    "answered": "answered:",
    "not_answered": "!answered:",
    "class": "class:",
    "round": "round:",
}
BOUNDS: Mapping[str, str] = {"size_from": "size>=", "size_to": "size<="}


@dataclass(frozen=True, slots=True)
class Window:
    """How many people of a channel may be sent something without being charged, charged, or not at all: so many hours
    and days after they wrote last. What is held for them is kept for `kept` days."""

    channel: str
    hours: int
    days: int
    kept: int
    free: int
    charged: int
    outside: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Whom a query reaches: people by channel, establishments known and those that a message reaches."""

    reach: Reach
    known: int
    by_message: int

    @property
    def to_call(self) -> int:
        return self.known - self.by_message

    @property
    def windows(self) -> list[Window]:
        """The channels whose windows these people are inside or outside of."""
        found = []
        for channel, places in self.reach.windows.items():
            can = CAPABILITIES[channel]
            if can.free_window and can.window:
                spans = can.free_window // timedelta(hours=1), can.window.days, HELD_KEPT.days
                found.append(Window(channel, *spans, *(places.get(one, 0) for one in (FREE, CHARGED, OUTSIDE))))
        return found


def query_of(chosen: QueryParams) -> str:
    """Return the query that the fields of the page stand for."""
    words = []
    for field, word in LISTS.items():
        values = [value for value in chosen.getlist(field) if value]
        if values:
            words.append(word + ",".join(dict.fromkeys(values)))
    words += [word + chosen[field].strip() for field, word in BOUNDS.items() if chosen.get(field, "").strip()]
    return " ".join(words)


async def counted(visit: Visit, query: str) -> Counted:
    """Count whom a query reaches now; raises AudienceError."""
    channels = visit.console.channels
    options = await offers(visit.console, visit.now)
    audience.refuse_unknown(audience.parse(query), visit.console.library, tuple(options.forms))

    def count(connection: Connection) -> Counted:
        wanted = audience.read(connection, query)
        known, by_message = audience.establishments(connection, wanted, channels)
        return Counted(audience.reach(connection, wanted, channels, visit.now), known, by_message)

    return await visit.console.database.read(count)


async def builder(visit: Visit) -> Response:
    """Show the lists to choose from, what they stand for, and whom that reaches."""
    return await _page(visit, visit.request.query_params)


async def _page(visit: Visit, chosen: QueryParams, problem: str = "", status: int = 200) -> Response:
    query = chosen.get("query", "") or query_of(chosen)
    found = None
    try:
        # Everybody is counted only once somebody asks: it takes as long as there are people.
        found = await counted(visit, query) if chosen else None
    except AudienceError as refused:
        problem, status = problem or str(refused), 422
    options = await offers(visit.console, visit.now)
    return visit.page(
        "audiences.html", status, options=options, chosen=chosen, query=query, counted=found, problem=problem
    )


async def count(visit: Visit) -> Response:
    """Return the count of a query, or of what is chosen, as a piece of a page."""
    chosen = visit.request.query_params
    query = chosen["query"] if "query" in chosen else query_of(chosen)
    try:
        return visit.page("audience_count.html", counted=await counted(visit, query), query=query, problem="")
    except AudienceError as refused:
        return visit.page("audience_count.html", counted=None, query=query, problem=str(refused))


async def save(visit: Visit) -> Response:
    """Keep a query under a name."""
    name, query = visit.form.get("name", ""), visit.form.get("query", "")
    by, now = visit.member.name, visit.now
    try:
        await visit.does(
            "audience.saved",
            f"audience:{name}",
            lambda connection: saved_audiences.save(connection, name, query, by, now),
            query=query,
        )
    except (AudienceNotSaved, AudienceError) as refused:
        return await _page(visit, QueryParams({"query": query}), str(refused), 422)
    return see_other(f"{HOME}/audiences")


async def forget(visit: Visit) -> Response:
    """Forget a saved audience."""
    name = visit.form.get("name", "")
    await visit.does(
        "audience.forgotten", f"audience:{name}", lambda connection: saved_audiences.forget(connection, name)
    )
    return see_other(f"{HOME}/audiences")
