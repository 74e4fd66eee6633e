"""`make bench`: one line a figure, each measured beside its peers in this run."""

from bench import forms, send, start, turn


def main() -> None:
    """Measure everything; a figure that is missed is printed, not hidden, and fails nothing."""
    for measured in (send, turn, forms, start):
        for figure in measured.measure():
            figure.report()


main()
