"""`make bench`: a line a figure, each measured beside its peers in one run; `python -m bench turn kill` only some."""

import sys
from importlib import import_module

ALL = ("send", "announce", "turn", "kill", "growth", "streams", "forms", "webhook", "export", "console", "start")


def main() -> None:
    """Measure everything; a figure that is missed is printed, not hidden, and fails nothing."""
    for name in sys.argv[1:] or ALL:
        for figure in import_module(f"bench.{name}").measure():
            figure.report()


main()
