"""Writing a table as comma-separated values."""

import csv
import io
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection

from conversation.calendar import VIETNAM
from db.exports.flat import Flat
from db.exports.listing import Listing, Value
from db.exports.workbook import TOLD_EVERY, Told

# A program that opens a .csv reads a cell that begins so as a formula: OWASP, "CSV Injection".
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(connection: Connection, listing: Listing, file: BinaryIO, told: Told = lambda _: None) -> int:
    """Write a table as UTF-8 with the mark Excel looks for, days as 2026-11-24; return how many rows.

    A text that a spreadsheet would read as a formula (it begins with = + - @, a tab or a line's end) gets an
    apostrophe in front. Each turn of a repeat has columns of its own.
    """
    flat = Flat(connection, listing)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([*listing.headings, *listing.headings_of(flat.columns)])
    rows = 0
    for rows, row in enumerate(listing.stream(connection), 1):
        writer.writerow([_as_text(value) for value in (rows, *listing.read(row), *flat.values(row))])
        if rows % TOLD_EVERY == 0:
            told(rows)
    text.detach()
    return rows


def _as_text(value: Value) -> str:
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else str(value)


def harmless(text: str) -> str:
    """Return a text as a spreadsheet shows it and never computes it."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
