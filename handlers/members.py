"""What every flow of staff asks first: whose chat it is, and whether their role reaches so far."""

from collections.abc import Callable

from conversation.area import Known
from conversation.flow import Outcome, Turn, reply
from conversation.form_reading import in_words
from conversation.reply import Choice

LONGEST_NAME = 60


def refused(turn: Turn, may: Callable[[str], bool]) -> Outcome | None:
    """Return what is said to who is no member, or not of a role that `may`; None to who is.

    Links can be made up and roles change, so that this is asked at every turn.
    """
    if not turn.contact.staff_name:
        return Outcome(turn.session, then=">staff")
    if not may(turn.contact.staff_role):
        return Outcome(turn.session, (reply("staff/not_allowed", back(turn), name=turn.contact.staff_name),))
    return None


def back(turn: Turn) -> Choice:
    """Return the way back to what staff can do."""
    return turn.choice("staff/menu", ">staff")


def communes(turn: Turn) -> list[str]:
    """Return the names of the member's communes, none where they see all."""
    places = turn.catalog.library.places
    return sorted(places.name_of(code) for code in turn.catalog.area.communes or ())


def in_one_line(turn: Turn, found: Known) -> dict[str, str]:
    """Return what stands in a line of a list about an establishment."""
    return {"name": named(found), "commune": word(turn, "commune", found), "phone": word(turn, "phone", found)}


def named(found: Known) -> str:
    """Return a name, cut where it is too long for a line."""
    return cut(found.name or f"Cơ sở số {found.number}")


def cut(text: str, longest: int = LONGEST_NAME) -> str:
    """Return a text no longer than a line takes."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def word(turn: Turn, fact: str, found: Known) -> str:
    """Return one fact about an establishment in words."""
    library = turn.catalog.library
    value, question = found.facts.get(fact, ""), library.forms["profile"].by_name.get(fact)
    return in_words(question, value, library.places) if question else value


def labelled(name: str, *rest: str) -> str:
    """Return a choice's label: a name, cut so that what comes after it fits on a button too."""
    after = "".join(f", {one}" for one in rest if one)
    return cut(name, LONGEST_NAME - len(after)) + after
