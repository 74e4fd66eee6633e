"""Seats in classes: given back by whoever no longer wants them."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, update

from db.models import sign_up, training_class


def give_back(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    """Cancel sign-ups and free their seats."""
    cancels = update(sign_up).where(which, sign_up.c.cancelled_at.is_(None)).values(cancelled_at=now)
    for row in connection.execute(cancels.returning(sign_up.c.class_id, sign_up.c.seats)).all():
        frees = update(training_class).where(training_class.c.id == row.class_id)
        connection.execute(frees.values(taken=training_class.c.taken - row.seats))
