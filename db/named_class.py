"""Which class an announcement is about."""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from conversation.calendar import local_day
from conversation.training_class import TrainingClass
from db import classes

MOST_CLASSES = 100
_LINK = ">class/"


def named_class(connection: Connection, text: str, now: datetime) -> TrainingClass | None:
    """Return the first class open for signing up whose code word stands in a text."""
    words = set(re.findall(r"\w+", text.upper()))
    day = local_day(now)
    upcoming = classes.upcoming(connection, now, MOST_CLASSES)
    return next((one for one in upcoming if one.takes(day) and one.code in words), None)


def linked_class(connection: Connection, links: Iterable[str], text: str, now: datetime) -> TrainingClass | None:
    """Return the class that the first link to one opens, else the one that a text names."""
    code = next((link.removeprefix(_LINK) for link in links if link.startswith(_LINK)), "")
    return (classes.find(connection, code) if code else None) or named_class(connection, text, now)
