"""The messages of a form: its questions, what is asked back, and the review."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conversation.draft import Pending
from conversation.flow import reply
from conversation.form import FILES, Question
from conversation.form_reading import Read
from conversation.form_state import State
from conversation.instance import Heading, Slot
from conversation.plan import MORE
from conversation.reply import Choice, Reply, numbered
from conversation.walk import MAX_TURNS

PAGE = 8
REVIEWED_AT_ONCE = 20
# Options that are not shown can still be tapped in an older message, while they are few.
REMEMBERED = 60


def ask(state: State, *, echo: str = "", refused: Read | None = None, offer_person: bool = False) -> Reply:
    """Return the open question: its place in the form, its words, and its choices."""
    slot = state.slot
    assert slot is not None
    together = () if refused else state.together
    choices = _choices(state, slot, refused)
    if offer_person:
        person = state.turn.choice("engine/person", ">handoff")
        choices = (*choices, replace(person, number=max((c.number for c in choices), default=0) + 1))
    template = "form/invalid" if refused else "form/more" if slot.question.kind == MORE else "form/question"
    return Reply(
        key=f"{state.form.name}/{_key(slot)}" + (".invalid" if refused else ""),
        template="form/together" if together else template,
        choices=choices,
        pick_many=slot.question.kind == "select_multiple",
        wants=slot.question.kind if slot.question.kind in FILES else "",
        pictures=() if refused else _pictures(state, slot),
        values={**_values(state, slot, refused), "echo": echo, "together": [_line(state, one) for one in together]},
        typed=bool(together) or is_typed(slot.question),
    )


def is_typed(question: Question) -> bool:
    """Whether a question's answer is typed, so that a number is one and names nothing that is offered besides."""
    return not question.options and question.kind not in FILES and question.kind != MORE


def _pictures(state: State, slot: Slot) -> tuple[tuple[str, str], ...]:
    """Return the pictures of a question and of its options, by their address on the public site."""
    options = ((option.image, option.label) for option in state.options(slot))
    shown = ((slot.question.image, slot.question.label), *options)
    return tuple((f"/hinh/{state.form.sha}/{name}", state.filled(label, slot)) for name, label in shown if name)


def _key(slot: Slot) -> str:
    return slot.question.name.replace("+", ".more")


def _values(state: State, slot: Slot, refused: Read | None) -> Mapping[str, Any]:
    question, draft, walk = slot.question, state.draft, state.walk
    counted = walk.counted
    current = state.words(slot)
    labels = {option.value: option.label for option in state.options(slot)}
    known = draft.editing or (current and slot.key not in draft.answers)
    repeat = question.kind == MORE
    return {
        "title": state.form.title,
        "first": not draft.order and not refused and not draft.editing,
        "number": next((number for number, one in enumerate(counted, 1) if one.key == slot.key), 0),
        "total": len(counted),
        "label": state.filled(question.label, slot),
        "hint": state.filled(question.hint, slot),
        "guidance": state.filled(question.guidance, slot),
        "notes": _notes(state) if not refused else (),
        "current": current if known and not refused and not repeat else "",
        "optional": not walk.required(slot),
        "skip": _skip_label(state),
        "kind": question.kind,
        "many": question.kind == "select_multiple",
        "picked": [labels[value] for value in draft.picked if value in labels],
        "ticking": draft.ticking,
        "done": len(labels) + 1,
        "numeric": question.kind in {"integer", "decimal", "range"},
        "range": question.parameters if question.kind == "range" else {},
        "problem": refused.problem if refused else "",
        "details": dict(refused.details) if refused else {},
        "message": _message(state, slot, refused) if refused else "",
        "turns": walk.turns_of(state.form.group_at[_repeat_of(slot)], slot.turns) if repeat else 0,
    }


def _repeat_of(more: Slot) -> tuple[str, ...]:
    return (*more.question.path, more.question.name.removesuffix("+"))


def _line(state: State, slot: Slot) -> Mapping[str, Any]:
    options = [option.label for option in state.options(slot)]
    return {"label": state.filled(slot.question.label, slot), "options": options, "hint": slot.question.hint}


def _notes(state: State) -> tuple[str, ...]:
    """Return the words that stand before the open question: headings, notes, what is only to be read."""
    return tuple(filter(None, (_note(state, passage) for passage in state.notes)))


def _note(state: State, passage: Slot | Heading) -> str:
    if isinstance(passage, Heading):
        label = state.filled(passage.group.label, passage)
        return f"{label} ({passage.turns[-1]})" if label and passage.group.repeat else label
    question = passage.question
    if question.kind == "note":
        return state.filled(question.label, passage)
    if not question.read_only or not question.label:
        return ""
    value = state.words(passage)
    return f"{state.filled(question.label, passage)}: {value}" if value else ""


def _message(state: State, slot: Slot, refused: Read) -> str:
    """Return the form's own words for what is wrong."""
    messages = {"constraint": slot.question.constraint_message, "required": slot.question.required_message}
    return state.filled(messages.get(refused.problem, ""), slot)


def _skip_label(state: State) -> str:
    labels = state.turn.catalog.library.labels
    return labels.get(f"{state.form.name}/skip", labels["form/skip"])


def _choices(state: State, slot: Slot, refused: Read | None) -> tuple[Choice, ...]:
    """Return every option with its number, those of other pages quiet, then the ways past the question."""
    if slot.question.kind == MORE:
        return _more_choices(state, slot)
    if not refused and state.together:
        return (Choice(":skip", _skip_label(state), 1),) if not state.walk.required(slot) else ()
    options, draft, turn = state.options(slot), state.draft, state.turn
    pages = max(1, -(-len(options) // PAGE))
    start = draft.page % pages * PAGE
    narrowed = set(refused.options[: 2 * PAGE]) if refused else set()
    shown = narrowed or {option.value for option in options[start : start + PAGE]}
    ranks = slot.question.kind == "rank"
    ticks = {value: f"({place}) " if ranks else "✓ " for place, value in enumerate(draft.picked, 1)}
    listed = [
        Choice(option.value, ticks.get(option.value, "") + option.label, number, quiet)
        for number, option in enumerate(options, 1)
        if not (quiet := option.value not in shown) or len(options) <= REMEMBERED
    ]
    extra = []
    if slot.question.kind in {"select_multiple", "rank"}:
        extra.append(replace(turn.choice("form/done", ":done"), quiet=not draft.picked))
    if pages > 1:
        extra.append(replace(turn.choice("form/more", ":more"), quiet=bool(narrowed)))
    if state.walk.value(slot) and (slot.key not in draft.answers or draft.editing) and not refused:
        extra.append(turn.choice("form/unchanged", ":keep"))
    if not state.walk.required(slot):
        extra.append(Choice(":skip", _skip_label(state)))
    return (*listed, *numbered(extra, len(options) + 1))


def _more_choices(state: State, slot: Slot) -> tuple[Choice, ...]:
    turns = state.walk.turns_of(state.form.group_at[_repeat_of(slot)], slot.turns)
    turn = state.turn
    add = (turn.choice("form/add_first" if not turns else "form/add", ":add"),) if turns < MAX_TURNS else ()
    drop = (turn.choice("form/drop_last", ":drop"),) if turns else ()
    return numbered((*add, turn.choice("form/no_more" if turns else "form/none_at_all", ":none"), *drop))


def ask_language(state: State) -> Reply:
    """Return the question in which language the form is to be asked."""
    languages = numbered(Choice(str(place), name) for place, name in enumerate(state.form.translations, 1))
    return Reply(f"{state.form.name}/language", {"title": state.form.title}, languages, "form/language")


def ask_to_confirm(state: State, pending: Pending) -> Reply:
    """Return the question whether an answer was understood rightly."""
    slot, turn = state.slot, state.turn
    assert slot is not None
    options = tuple(Choice(*option) for option in pending.options)
    choices = {
        "confirm": (turn.choice("form/yes"), turn.choice("form/retype")),
        "tones": (turn.choice("form/keep"),),
        "hamlet": (*options, turn.choice("form/forgotten", "keep")),
        "place": (*options, turn.choice("form/retype")),
    }[pending.kind]
    key = f"{state.form.name}/{slot.question.name}.{pending.kind}"
    return reply(key, *choices, template=f"form/{pending.kind}", echo=pending.echo, typed=pending.typed)


def ask_to_cancel(state: State) -> Reply:
    """Return the question whether to throw away what was filled in."""
    choices = (state.turn.choice("form/drop"), state.turn.choice("form/go_on", "go_on"))
    return reply(f"{state.form.name}/cancel", *choices, template="form/cancel", title=state.form.title)


def review(state: State, *, echo: str = "", unclear: bool = False) -> Reply:
    """Return every answer, numbered as typed to change it, a part at a time, and the choice to send."""
    slots, labels = state.walk.asked, state.turn.catalog.library.labels
    pages = max(1, -(-len(slots) // REVIEWED_AT_ONCE))
    start = state.draft.page % pages * REVIEWED_AT_ONCE
    lines = [_reviewed(state, slot, start + n) for n, slot in enumerate(slots[start : start + REVIEWED_AT_ONCE], 1)]
    remembered = range(1, len(slots) + 1) if len(slots) <= REMEMBERED else range(start + 1, start + len(lines) + 1)
    edits = [Choice(f"edit_{number}", str(number), number, quiet=True) for number in remembered]
    own = f"{state.form.name}/send"
    send = state.turn.choice(own if own in labels else "form/send", "send")
    more = (state.turn.choice("form/more", ":more"),) if pages > 1 else ()
    values = {
        "title": state.form.title,
        "lines": lines,
        "notes": _notes(state),
        "echo": echo,
        "unclear": unclear,
        "send": send.label,
    }
    choices = (*edits, *numbered((send, *more), len(slots) + 1))
    return Reply(f"{state.form.name}/review", values, choices, "form/review")


def _reviewed(state: State, slot: Slot, number: int) -> Mapping[str, Any]:
    question = slot.question
    short = state.filled(question.short or question.label.rstrip(" ?:"), slot)
    if question.kind == MORE:
        turns = state.walk.turns_of(state.form.group_at[_repeat_of(slot)], slot.turns)
        return {"number": number, "short": short, "answer": f"{turns} mục"}
    words = state.words(slot)
    turn = f" ({'.'.join(map(str, slot.turns))})" if slot.turns else ""
    return {"number": number, "short": short + turn, "answer": words}
