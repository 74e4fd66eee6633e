"""Who of staff is away, and who stands in for them."""

from datetime import date

from sqlalchemy import Connection, select, update

from db.models import staff


def leave(connection: Connection, staff_id: int, until: date | None, stand_in: str) -> None:
    """Note that a member is away up to and including a day; None for back again."""
    values = {"away_until": until, "stand_in": stand_in if until else ""}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))


def of_member(connection: Connection, staff_id: int, today: date) -> tuple[date, str] | None:
    """Return until when a member is away and who stands in for them, None while they are not."""
    query = select(staff.c.away_until, staff.c.stand_in).where(staff.c.id == staff_id, staff.c.away_until >= today)
    row = connection.execute(query).first()
    return (row.away_until, row.stand_in) if row else None


def stand_ins(connection: Connection, today: date) -> dict[str, str]:
    """Return who stands in for each member that is away, "" for nobody."""
    query = select(staff.c.name, staff.c.stand_in).where(staff.c.active, staff.c.away_until >= today)
    return {row.name: row.stand_in for row in connection.execute(query)}


def seen_to_by(name: str, away: dict[str, str]) -> str:
    """Return who sees to a member's work: themselves, or the first of those that stand in who is not away too."""
    asked: set[str] = set()
    while name in away and name not in asked:
        asked.add(name)
        name = away[name]
    return "" if name in asked else name
