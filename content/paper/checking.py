"""A form's own rules, for answers that came all at once."""

import re
from collections.abc import Iterator

from content.paper.columns import labels_of
from content.paper.wording import Wording
from conversation.form import FILES
from conversation.instance import Slot
from conversation.plan import MORE
from conversation.walk import Walk

REQUIRED = "Câu này cần có câu trả lời"
NOT_HELD = "Câu trả lời này chưa hợp với điều kiện của câu hỏi"
NOT_OFFERED = "«{label}» không đi cùng câu trả lời ở các câu trước"
NOT_ASKED = "Câu này không đến lượt trả lời ở phiếu này; xem lại các câu trước, hoặc xóa ô này"
_REFERENCE = re.compile(r"\$\{\s*([\w.-]+)\s*\}")


def checked(walk: Walk) -> list[tuple[str, str]]:
    """Return what the answers of a form break, as the answer's key and why, in the order of the form.

    A file is never missed: neither paper nor a workbook carries one.
    """
    return [*_broken(walk), *_out_of_turn(walk)]


def _broken(walk: Walk) -> Iterator[tuple[str, str]]:
    for slot in walk.asked:
        question = slot.question
        if question.kind in {MORE, *FILES}:
            continue
        if gone := _not_offered(walk, slot):
            yield slot.key, NOT_OFFERED.format(label="; ".join(gone))
        elif not walk.value(slot):
            if walk.required(slot):
                yield slot.key, _filled(walk, slot, question.required_message) or REQUIRED
        elif not walk.holds(slot):
            yield slot.key, _filled(walk, slot, question.constraint_message) or NOT_HELD


def _not_offered(walk: Walk, slot: Slot) -> list[str]:
    """Return the labels of the options in an answer that their filter leaves out."""
    given = walk.answers.get(slot.key, "") if slot.question.choice_filter else ""
    offered = {option.value for option in walk.options(slot)} if given else set()
    labels = labels_of(slot.question)
    return [labels.get(value, value) for value in given.split() if value not in offered]


def _out_of_turn(walk: Walk) -> Iterator[tuple[str, str]]:
    """Yield the answers to questions that are not to be answered."""
    wording = Wording(walk.form)
    asked = {slot.key for slot in walk.asked}
    for key in walk.answers:
        if key not in asked:
            question = walk.form.by_name[key.partition("#")[0]]
            words = [one for one in wording.always_when(question) if "câu " in one]
            yield key, " ".join(words) or NOT_ASKED


def _filled(walk: Walk, slot: Slot, message: str) -> str:
    return _REFERENCE.sub(lambda match: walk.words(match[1], slot), message)
