"""How fast one token may send, shared by all processes that send by it: the generic cell rate algorithm, as a row.

The row holds when the next send is due if the token sends steadily. A send is allowed while that lies no further ahead
than a short burst; announcements may use half of the burst, so that a reply never waits behind them.
"""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from db.inbox import insert_ignoring
from db.models import rate

BURST_SECONDS = 0.2
LEAST_BURST = 4
ALL, HALF = 1.0, 0.5


def burst(per_second: float) -> float:
    """Return how many seconds ahead of the steady pace a token may be."""
    return max(BURST_SECONDS, LEAST_BURST / per_second)


def allowed(connection: Connection, token: str, per_second: float, now: datetime, share: float = ALL) -> int:
    """Return how many sends may go now, using a share of the burst; the row stays locked until the transaction ends."""
    ahead = max(0.0, _due(connection, token) - now.timestamp())
    # What is left of a double between two moments of this century is about a microsecond.
    return max(0, int((burst(per_second) * share - ahead) * per_second + 1e-3))


def spend(connection: Connection, token: str, sends: int, per_second: float, now: datetime) -> None:
    """Count sends that are about to go; call `allowed` before, in the same transaction."""
    if sends:
        due = max(_due(connection, token), now.timestamp()) + sends / per_second
        connection.execute(_SET, {"of": token, "due": due})


def hold(connection: Connection, token: str, seconds: float, per_second: float, now: datetime) -> None:
    """Let nothing through for so long, whoever asks: the vendor said so."""
    due = max(_due(connection, token), now.timestamp() + seconds + burst(per_second) - 1 / per_second)
    connection.execute(_SET, {"of": token, "due": due})


def _due(connection: Connection, token: str) -> float:
    due: float | None = connection.execute(_DUE, {"of": token}).scalar()
    if due is None:
        connection.execute(insert_ignoring(connection, rate).values(token=token, tat=0.0))
        due = connection.execute(_DUE, {"of": token}).scalar_one()
    return due


_DUE = select(rate.c.tat).where(rate.c.token == bindparam("of")).with_for_update()
_SET = update(rate).where(rate.c.token == bindparam("of")).values(tat=bindparam("due"))
