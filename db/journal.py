"""Who asked to be forgotten or left alone, so that no backup brings them back."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from db.models import address, departure

ERASED, STOPPED, MUTED, WITHDRAWN = "erased", "stopped", "muted", "withdrawn"
# Longer than any backup is kept.
KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True, order=True)
class Departure:
    """Somebody left: `who` stands for an address, `about` is a topic or a purpose."""

    at: datetime
    who: str
    kind: str
    about: str = ""


def stands_for(channel: str, external_id: str) -> str:
    """Return what stands for an address in the journal."""
    return hashlib.sha256(f"{channel}|{external_id}".encode()).hexdigest()


def note(connection: Connection, contact_id: int, kind: str, about: str, now: datetime) -> None:
    """Note that a person left, at every address of theirs."""
    query = select(address.c.channel, address.c.external_id).where(address.c.contact_id == contact_id)
    rows = [
        {"at": now, "who": stands_for(row.channel, row.external_id), "kind": kind, "about": about}
        for row in connection.execute(query)
    ]
    if rows:
        connection.execute(insert(departure), rows)


def everything(connection: Connection) -> list[Departure]:
    """Return all departures."""
    query = select(departure.c.at, departure.c.who, departure.c.kind, departure.c.about)
    return [Departure(*row) for row in connection.execute(query)]


def after(connection: Connection, last: int, most: int = 500) -> list[tuple[int, Departure]]:
    """Return the departures noted after one, each with its number."""
    rows = connection.execute(select(departure).where(departure.c.id > last).order_by(departure.c.id).limit(most))
    return [(row.id, Departure(row.at, row.who, row.kind, row.about)) for row in rows]


def tidy(connection: Connection, now: datetime) -> None:
    """Forget departures that no backup is old enough to undo."""
    connection.execute(delete(departure).where(departure.c.at < now - KEPT))


def append_to(file: Path, departures: Iterable[Departure]) -> None:
    """Add departures to a file, a line each."""
    with file.open("a", encoding="utf-8") as out:
        for one in departures:
            line = {"at": one.at.isoformat(), "who": one.who, "kind": one.kind, "about": one.about}
            out.write(json.dumps(line) + "\n")


def read_file(file: Path) -> list[Departure]:
    """Read departures from a file; a line that was cut off is left out."""
    found = []
    for line in file.read_text("utf-8").splitlines() if file.exists() else []:
        try:
            read = json.loads(line)
        except ValueError:
            continue
        found.append(Departure(datetime.fromisoformat(read["at"]), read["who"], read["kind"], read["about"]))
    return found
