"""What is kept of an establishment: facts by question name, and columns of those that are searched."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conversation.answers import fold

COLUMNS = ("legal_form", "trade", "commune", "phone")


def values_of(facts: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return the columns of an establishment that has these facts; empty ones are left out of them."""
    name = facts.get("business_name", "")
    columns = {column: facts.get(column, "") for column in COLUMNS}
    kept = {name: value for name, value in facts.items() if value}
    return {"name": name, "folded_name": fold(name), "facts": kept, "updated_at": now, **columns}
