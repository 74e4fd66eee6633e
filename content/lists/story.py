"""What was found in a list, as JSON to be kept beside its file and shown again."""

from collections.abc import Mapping
from typing import Any

from content.lists.opening import Book
from content.lists.reading import List
from content.lists.recognising import Layout
from content.lists.rows import WHY
from content.paper.filled import CellMistake

MOST_TOLD = 2000


def layout_as_json(book: Book, layout: Layout) -> dict[str, Any]:
    """Return how a list is laid out."""
    return {
        "titles": list(book.titles),
        "sheet": layout.sheet,
        "first": layout.first,
        "header": layout.header,
        "headings": {str(place): text for place, text in layout.headings.items()},
        "fields": {str(place): name for place, name in layout.fields.items()},
        "encoding": layout.encoding,
    }


def reading_as_json(found: List) -> dict[str, Any]:
    """Return what is in a list: how many rows, what is wrong by cell, what was passed over."""
    return {
        "rows": len(found.rows),
        "right": len(found.right),
        "usable": len(found.usable),
        "wrong": len(found.mistakes),
        "mistakes": [[one.sheet, one.cell, one.message] for one in found.mistakes[:MOST_TOLD]],
        "skipped": [[one.row, one.text, WHY[one.why]] for one in found.skipped[:MOST_TOLD]],
        "unknown": list(found.unknown),
    }


def mistakes_of(reading: Mapping[str, Any]) -> list[CellMistake]:
    """Return the mistakes that were kept."""
    return [CellMistake(*one) for one in reading.get("mistakes", ())]
