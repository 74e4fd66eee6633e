"""`make bench`: one line a figure, each measured beside its peers in this run."""

from bench import forms, start, turn


def main() -> None:
    """Measure everything; a figure that is missed is printed, not hidden, and fails nothing."""
    for measured in (turn, forms, start):
        for figure in measured.measure():
            figure.report()


main()
