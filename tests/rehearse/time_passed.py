"""Time that passes at once: what the rehearsal's own database says of when people wrote last."""

from datetime import timedelta

from sqlalchemy import Connection, select, update

from db.engine import open_database
from db.models import address, conversation


async def let_pass(database_url: str, channel: str, hours: int) -> None:
    """Let everybody on a channel have written, and each officer's word have been said, so much earlier."""
    async with open_database(database_url) as database:
        await database.write(lambda connection: _shift(connection, channel, timedelta(hours=hours)))


def _shift(connection: Connection, channel: str, passed: timedelta) -> None:
    for one in connection.execute(select(address).where(address.c.channel == channel)).all():
        seen = one.last_seen_at - passed
        connection.execute(update(address).where(address.c.id == one.id).values(last_seen_at=seen))
        talk = conversation.c.address_id == one.id
        connection.execute(update(conversation).where(talk).values(silent_until=None))
