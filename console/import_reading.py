"""Reading an uploaded list beside the chat: what it holds, and what taking it in would do."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from console.fact_words import in_words
from console.parts import Console
from content.lists.fields import OTHER_TRADE, TRADE
from content.lists.opening import Book, open_list
from content.lists.reading import List, names_nobody, read_list, unread
from content.lists.recognising import Layout, corrected, recognise
from content.lists.story import layout_as_json, reading_as_json
from conversation.answers import fold
from conversation.catalog import Library
from db import duplicates, import_batches
from db.engine import open_database
from db.taking_in import Row, counted, plan

SAMPLE = 8
MOST_SAME = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """How staff say a list is to be read: a sheet, its header's row, its columns; as found where nothing is said."""

    sheet: str = ""
    header: int = 0
    fields: Mapping[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A list that was read, as it is kept beside its file."""

    layout: dict[str, Any]
    reading: dict[str, Any]
    rows: Sequence[Row]


async def read(console: Console, source: bytes, asked: Asked, now: datetime) -> Read:
    """Read a list and look what it would do, in a thread of its own so that the chat goes on beside it.

    Raises WorkbookRefused.
    """
    return await asyncio.to_thread(asyncio.run, _read_and_look(console, source, asked, now))


async def _read_and_look(console: Console, source: bytes, asked: Asked, now: datetime) -> Read:
    """Read a list on a database connection of its own: this runs in a thread, in a loop of its own."""
    library = console.library
    async with open_database(console.database.url.render_as_string(hide_password=False)) as database:
        known = await database.read(import_batches.headings)
        book, found, learned = _read(source, asked, known, library, now)
        return await database.read(lambda connection: look(connection, book, found, learned, library))


def _read(
    source: bytes, asked: Asked, known: Mapping[str, str], library: Library, now: datetime
) -> tuple[Book, List, dict[str, str]]:
    book = open_list(source)
    found = recognise(book, known, asked.sheet, asked.header)
    layout = corrected(found, asked.fields) if asked.fields is not None else found
    learned = _learned(found, layout)
    if names_nobody(layout):
        return book, unread(layout), learned
    return book, read_list(book, layout, library.forms["profile"], library.places, now), learned


def _learned(found: Layout, said: Layout) -> dict[str, str]:
    """Return what headings mean that were recognised otherwise, or not at all."""
    places = (place for place in said.headings if found.fields.get(place, "") != said.fields.get(place, ""))
    return {
        folded: said.fields.get(place, "")
        for place in places
        if (folded := fold(said.headings[place])) and len(folded) <= 80
    }


def look(connection: Connection, book: Book, found: List, learned: Mapping[str, str], library: Library) -> Read:
    """Return a list with what taking it in would do to what is kept."""
    rows = [Row(row.row, row.facts, row.tags, row.wrong) for row in found.usable]
    fates = plan(connection, rows)
    right = plan(connection, [row for row in rows if not row.wrong])
    new = [fate for fate in fates if not fate.id]
    same = _same(connection, [(fate.row, fate.after) for fate in new], library)
    names = [name for name in dict.fromkeys(found.layout.fields.values()) if any(name in row.facts for row in rows)]
    sample = [[row.row, *(_shown(library, name, row.facts) for name in names)] for row in rows[:SAMPLE]]
    reading = {
        **reading_as_json(found),
        "would": {"right": asdict(counted(right)), "usable": asdict(counted(fates))},
        "same": same[:MOST_SAME],
        "many_same": len(same),
        "sample_of": names,
        "sample": sample,
    }
    return Read({**layout_as_json(book, found.layout), "learned": dict(learned)}, reading, rows)


def _shown(library: Library, name: str, facts: Mapping[str, str]) -> str:
    """Return a fact as it was understood; a trade of no list in its own words."""
    own = facts.get(OTHER_TRADE, "") if name == TRADE else ""
    return own or in_words(library, name, facts.get(name, ""))


def _same(connection: Connection, new: Sequence[tuple[int, Mapping[str, str]]], library: Library) -> list[list[Any]]:
    """Return the new ones that may be kept already: row, name, whose number, why."""
    likes = duplicates.like(connection, [facts for _, facts in new])
    return [
        [row, facts.get("business_name", ""), number, reasons]
        for (row, facts), near in zip(new, likes, strict=True)
        for number, reasons in list(near.items())[:1]
    ]


def keep(connection: Connection, batch_id: int, done: Read) -> bool:
    """Keep how a draft was read; False where it is no draft any more."""
    return import_batches.keep_reading(connection, batch_id, done.layout, done.reading, done.rows)
