"""P4: the program killed −9 at random while it announces: nobody lost, nobody twice, how many in doubt."""

import asyncio
import random
import tempfile

from bench.figure import Figure, note
from tests.browser.conftest import free_port
from tests.doubles.telegram import running_double
from tests.mortal import Mortal, environment
from tests.test_kill_announcing import reached, town, wait_until, wait_until_done

OWNERS = 2000
KILLS = 6
LATENCY = 0.05
A_SECOND = 200


def measure() -> list[Figure]:
    """Return what was lost, what came twice, and what is in doubt, for each kill, beside rate × latency."""
    chance = random.Random()
    with tempfile.TemporaryDirectory() as folder, running_double() as double:
        double.latency = LATENCY
        url = f"sqlite+aiosqlite:///{folder}/kcbot.db"
        asyncio.run(town(url, OWNERS))
        program = Mortal(environment(url, double, sends_per_second=str(A_SECOND)), free_port())
        number = program.announces("Hội chợ")
        try:
            for kill in range(KILLS):
                program.lives()
                wait_until(double, (kill * OWNERS + chance.randrange(OWNERS)) // (KILLS + 1) + 1)
                program.dies()
            program.lives()
            status = wait_until_done(program, number)
        finally:
            program.dies()
        counts = reached(double)
    lost = OWNERS - int(status["sent"]) - int(status["uncertain"])
    doubt = int(status["uncertain"]) / KILLS / (A_SECOND * LATENCY)
    note(f"{OWNERS:,} owners, {KILLS} kills: {status['sent']} sent, {status['uncertain']} uncertain")
    return [
        Figure("P4", "announcements lost", lost, 0, at_least=False),
        Figure("P4", "announcements sent twice", sum(count > 1 for count in counts.values()), 0, at_least=False),
        Figure("P4", "uncertain a kill / (rate × latency)", doubt, 1.5, at_least=False),
    ]
