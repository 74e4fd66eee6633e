"""Everything of a rehearsal, joined: the doubles, the program over them, the stage."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.browser.conftest import free_port
from tests.rehearse.messenger import Messenger
from tests.rehearse.on_telegram import OnTelegram
from tests.rehearse.on_zalo_bot import OnZaloBot
from tests.rehearse.on_zalo_oa import OnZaloOA
from tests.rehearse.program import Program
from tests.rehearse.stage import Stage


@contextmanager
def rehearsal(folder: Path) -> Iterator[Stage]:
    """Start the doubles and the program over them; all ends with it."""
    found: list[Messenger] = [OnZaloOA(), OnZaloBot(), OnTelegram()]
    port = free_port()
    with ExitStack() as ending:
        settings: dict[str, str] = {"demo_data": "true", "quiet_hours": "-"}
        for messenger in found:
            messenger.vendor.open()
            ending.callback(messenger.vendor.cut)
            settings |= messenger.settings(f"http://127.0.0.1:{port}")
        program = Program(folder, port, settings)
        ending.callback(program.end)
        program.start()
        yield Stage({messenger.name: messenger for messenger in found}, program)
