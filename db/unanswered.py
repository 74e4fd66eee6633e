"""What owners asked that no page answers: the words alone, for a while."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from conversation.answers import fold
from db.models import unanswered

KEPT = timedelta(days=180)
LONGEST = 300
# What looks like a telephone, an identity card, a passport, an account or an address for mail.
_PERSONAL = re.compile(r"\S+@\S+|[A-Za-z]?\+?\(?\d(?:[\s.,()/-]*\d){6,}")
_HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was last typed, how often it was asked and when last; `folded` tells it from others."""

    folded: str
    text: str
    times: int
    last_at: datetime


def keep(connection: Connection, text: str, now: datetime) -> None:
    """Keep the words of a question without the numbers that may be somebody's; nothing where no words are left."""
    words = _PERSONAL.sub(_HIDDEN, text)[:LONGEST].strip()
    folded = fold(words)
    if any(letter.isalpha() for letter in folded):
        connection.execute(insert(unanswered).values(folded=folded, text=words, asked_at=now))


def listed(connection: Connection, most: int = 200) -> list[Asked]:
    """Return what was asked, the most frequent first, then the latest."""
    times, last = func.count().label("times"), func.max(unanswered.c.id).label("last")
    groups = select(unanswered.c.folded, times, last).group_by(unanswered.c.folded).subquery()
    query = (
        select(groups.c.folded, unanswered.c.text, groups.c.times, unanswered.c.asked_at.label("last_at"))
        .join(unanswered, unanswered.c.id == groups.c.last)
        .order_by(groups.c.times.desc(), groups.c.last.desc())
        .limit(most)
    )
    return [Asked(**row._mapping) for row in connection.execute(query)]


def drop(connection: Connection, folded: str) -> int:
    """Forget a question; return how often it had been asked."""
    return connection.execute(delete(unanswered).where(unanswered.c.folded == folded)).rowcount


def tidy(connection: Connection, now: datetime) -> None:
    """Forget what was asked long ago."""
    connection.execute(delete(unanswered).where(unanswered.c.asked_at < now - KEPT))
