"""What a member of staff did in their own chat about the establishments they look after, in the past tense."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class EstablishmentRead:
    """A member looked at the record of an establishment. May be refused: Overtaken."""

    number: int


@dataclass(frozen=True, slots=True)
class EstablishmentRegistered:
    """A member filled in a form for an owner, who said yes to this version of the notice: both names are kept.

    `answers` and `typed` are as in ResponseSubmitted, `facts` what they say of the establishment; `establishment` is
    the number of the one it is about, 0 for a new one, `round` that of the round it answers, 0 for none. May be
    refused: Overtaken, CodeTaken, AlreadyAnswered.
    """

    code: str
    form: str
    form_sha: str
    answers: Mapping[str, Any]
    typed: Mapping[str, str]
    facts: Mapping[str, str]
    notice: str
    establishment: int = 0
    round: int = 0


@dataclass(frozen=True, slots=True)
class FileAsked:
    """A member wants a table as a file of this name, in this chat. May be refused: Overtaken."""

    table: str
    file_name: str


AreaRecord = EstablishmentRead | EstablishmentRegistered | FileAsked
