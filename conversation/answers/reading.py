"""What an answer was understood to say, or why it was not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from conversation.answers.text import normalise


class Problem(StrEnum):
    """Why an answer was not understood; beside some, the `details` that a message about it may use."""

    NOT_A_NUMBER = "not_a_number"
    WHOLE_NUMBER = "whole_number"  # number
    NOT_A_PHONE = "not_a_phone"
    PHONE_LENGTH = "phone_length"  # digits
    PHONE_PREFIX = "phone_prefix"  # prefix
    NOT_A_YEAR = "not_a_year"  # first, last
    NOT_A_DATE = "not_a_date"
    NO_SUCH_DATE = "no_such_date"
    LUNAR_DATE = "lunar_date"
    NOT_A_TIME = "not_a_time"
    NOT_A_DATE_TIME = "not_a_date_time"  # missing
    OUT_OF_RANGE = "out_of_range"  # start, end, step
    RANK_ALL = "rank_all"  # missing, twice: labels
    NOT_A_PLACE = "not_a_place"
    NO_SUCH_CHOICE = "no_such_choice"  # typed
    AMBIGUOUS = "ambiguous"
    TOO_LONG = "too_long"  # limit, in characters


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as ODK writes it, or the problem that stood in the way.

    `echo` is what was understood in words, empty when it repeats what was typed. An unsure value must be confirmed by
    the person before it counts. `options` are the choice values that an ambiguous answer may have meant.
    """

    value: str | None
    echo: str = ""
    sure: bool = True
    problem: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()


def understood(text: str, value: str, words: str, *, sure: bool = True) -> Reading:
    """Return the reading of a text as a value that is `words` when said back."""
    repeats = sure and normalise(text) == words
    return Reading(value, "" if repeats else words, sure)


def refused(problem: Problem, options: tuple[str, ...] = (), **details: str) -> Reading:
    """Return the reading of a text that was not understood."""
    return Reading(None, problem=problem, details=details, options=options)
