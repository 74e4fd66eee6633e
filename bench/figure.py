"""One line of the report."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 3


@dataclass(frozen=True)
class Figure:
    """A measured value with its target; `at_least` says on which side of it is good."""

    number: str
    what: str
    value: float
    target: float
    unit: str = ""
    at_least: bool = True

    @property
    def reached(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target

    def report(self) -> None:
        sign, verdict = ("≥" if self.at_least else "≤"), ("ok" if self.reached else "MISSED")
        line = (
            f"{self.number}  {self.what}  {self.value:.2f}{self.unit}  ({sign} {self.target:g}{self.unit})  {verdict}"
        )
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def note(text: str) -> None:
    """Write a line that is not a figure: what was measured, what could not be."""
    sys.stdout.write(f"    {text}\n")
    sys.stdout.flush()


def interleaved(*measures: Callable[[], float]) -> list[float]:
    """Run measures in turn, three rounds, and return each one's median."""
    results: list[list[float]] = [[] for _ in measures]
    for _ in range(ROUNDS):
        for kept, measure in zip(results, measures, strict=True):
            kept.append(measure())
    return [median(kept) for kept in results]
