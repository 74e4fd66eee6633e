"""Thousands of bodies that no vendor would post: refused or ignored, never an error; everybody is answered after."""

import sqlite3
from pathlib import Path

from tests.hostile import attack

BODIES = 3000


def test_nothing_that_is_posted_stops_the_program(tmp_path: Path) -> None:
    file = tmp_path / "kcbot.db"
    statuses, _ = attack(f"sqlite+aiosqlite:///{file}", BODIES, seed=20261123)
    assert set(statuses) <= {200, 400, 403, 413}, statuses
    assert statuses[200] > BODIES / 10
    assert statuses[400] > BODIES / 100
    with sqlite3.connect(file) as kept:
        stuck = kept.execute("SELECT count(*) FROM inbox WHERE status = 'new'").fetchone()
    assert stuck == (0,)
