"""What an answer leads to: it is kept, asked back, or refused with a reason."""

from dataclasses import dataclass, replace

from conversation.answers import fold, normalise, read_choice, read_yes_no
from conversation.draft import Pending
from conversation.form import FILES
from conversation.form_reading import Read, read
from conversation.form_state import State
from conversation.form_words import MORE_OF_A_LIST, SKIP, UNCHANGED
from conversation.instance import Slot, key_of
from conversation.plan import MORE


@dataclass(frozen=True)
class After:
    """A form after an answer: `echo` is what was understood, `refused` why it was not taken.

    `unread` says that the answer may be tried as something else; `instead` that the question only looks different now.
    """

    state: State
    echo: str = ""
    refused: Read | None = None
    unread: bool = True
    instead: bool = False


def answer(state: State, folded: str) -> After:
    """Take what was tapped, typed or sent for the open question."""
    turn, draft, slot = state.turn, state.draft, state.slot
    assert slot is not None
    question = slot.question
    value = turn.answer.value if turn.answer else ""
    if turn.incoming.file:
        return _take_file(state, slot)
    if question.kind == MORE:
        return _more(state, slot, value or turn.meant)
    if value == ":more" or (folded in MORE_OF_A_LIST and question.options):
        return After(state.having(replace(draft, page=draft.page + 1)), instead=bool(value))
    if value == ":keep" or (folded in UNCHANGED and state.walk.value(slot)):
        return _keep_as_it_is(state, slot)
    skips = folded in SKIP | {fold(turn.label("form/skip"))} and not state.names_an_option(turn.text)
    if value == ":skip" or (skips and not state.walk.required(slot)):
        return After(_passed_over(state, slot))
    if turn.answer and question.kind in {"select_multiple", "rank"}:
        return _tick(state, slot, value.split())
    if turn.answer:
        return take(state, slot, Read(value, typed=turn.answer.label))
    together = state.together
    lines = [line for line in map(normalise, turn.incoming.text.replace(";", "\n").splitlines()) if line]
    if together and 1 < len(lines) <= len(together):
        return _together(state, together, lines)
    places, options = turn.catalog.library.places, state.options(slot)
    if draft.ticking:
        one = read(replace(question, kind="select_one"), options, turn.text, turn.now, places)
        if one.value or one.pending:
            return _one_more(state, slot, one)
    return take(state, slot, read(question, options, turn.text, turn.now, places))


def take(state: State, slot: Slot, read_as: Read) -> After:
    """Keep an answer that was understood and holds; ask back what is not sure; say why otherwise."""
    if read_as.pending:
        return After(state.having(replace(state.draft, pending=read_as.pending, editing=slot.key)))
    if read_as.value is None:
        return After(state, refused=read_as)
    changed = state.walk.value(slot) != read_as.value
    before = state.draft
    answered = state.having(before.answered(slot.key, read_as.value, read_as.typed))
    if not answered.walk.holds(slot):
        return After(State.begun(state.turn, state.form, before), refused=Read(None, problem="constraint"))
    return After(answered.renewed(slot) if changed else answered, echo=read_as.echo)


def _keep_as_it_is(state: State, slot: Slot) -> After:
    value = state.walk.value(slot)
    return take(state, slot, Read(value, typed=state.draft.typed.get(slot.key, state.words(slot))))


def _passed_over(state: State, slot: Slot) -> State:
    changed = bool(state.walk.value(slot))
    passed = state.having(state.draft.passed_over(slot.key))
    return passed.renewed(slot) if changed else passed


def _tick(state: State, slot: Slot, values: list[str]) -> After:
    """Tick or untick; `:done` ends it with the ticks taken together, for a rank in the order they were made.

    Ticks that come together with `:done`, as from a page, are all there are.
    """
    draft, question = state.draft, slot.question
    given = [value for value in values if value != ":done"]
    ticked = [*(one for one in draft.picked if one not in given), *(one for one in given if one not in draft.picked)]
    if given and ":done" in values:
        ticked = given
    if question.kind == "select_multiple":
        ticked = [option.value for option in question.options if option.value in ticked]
    if values != [":done"] and (len(values) == 1 or question.kind == "rank"):
        return After(state.having(replace(draft, picked=tuple(ticked), ticking=bool(ticked))), instead=True)
    offered = {option.value: option.label for option in state.options(slot)}
    if not ticked or not set(ticked) <= offered.keys():
        return After(state, refused=Read(None, problem="no_such_choice"))
    if question.kind == "rank" and len(ticked) < len(offered):
        missing = [label for value, label in offered.items() if value not in ticked]
        return After(state, refused=Read(None, problem="rank_all", details={"missing": "; ".join(missing)}))
    value = " ".join(ticked)
    words = "; ".join(offered[one] for one in ticked)
    return take(state, slot, Read(value, echo=words, typed=words))


def _one_more(state: State, slot: Slot, read_as: Read) -> After:
    """Tick or untick what was typed while ticks are being made: there is more to come, or `:done`."""
    if read_as.value is None:
        return take(state, slot, read_as)
    return replace(_tick(state, slot, [read_as.value]), instead=False)


def _together(state: State, slots: tuple[Slot, ...], lines: list[str]) -> After:
    """Take a line for each question of a field-list; those not understood are asked again by themselves."""
    places, echoes = state.turn.catalog.library.places, []
    failed: Read | None = None
    for slot, line in zip(slots, lines, strict=False):
        if fold(line) in SKIP and not state.walk.required(slot):
            state = _passed_over(state, slot)
            continue
        read_as = read(slot.question, state.options(slot), line, state.turn.now, places)
        if read_as.pending or read_as.value is None:
            failed = failed or read_as
            continue
        result = take(state, slot, read_as)
        state = result.state
        if result.refused:
            failed = failed or result.refused
        else:
            label = state.filled(slot.question.short or slot.question.label, slot)
            echoes.append(f"{label}: {state.words(slot)}")
    if failed is None or failed.pending or (state.slot and echoes):
        return After(state, echo="; ".join(echoes))
    return After(state, refused=failed)


def _more(state: State, slot: Slot, value: str) -> After:
    """Add a turn to a repeat, take the last one away, or go on behind it."""
    turn = state.turn
    group = state.form.group_at[(*slot.question.path, slot.question.name.removesuffix("+"))]
    repeat = key_of(group.name, slot.turns)
    if value not in {":add", ":none", ":drop"}:
        agrees = read_yes_no(turn.text)
        value = "" if agrees is None else ":add" if agrees else ":none"
    turns = state.walk.turns_of(group, slot.turns)
    if value == ":add":
        return After(state.having(state.draft.without({slot.key}).one_more(repeat)))
    if value == ":drop" and turns:
        gone = state.walk.keys_in(group, (*slot.turns, turns))
        return After(state.having(state.draft.without({slot.key}).one_less(repeat, gone)))
    if value == ":none":
        return After(state.having(state.draft.answered(slot.key, "no", turn.text)))
    return After(state, refused=Read(None, problem="yes_or_no"))


def _take_file(state: State, slot: Slot) -> After:
    """Take a file where one is asked for; it is named by its upload."""
    file = state.turn.incoming.file
    assert file is not None
    kind = slot.question.kind
    wanted = kind in FILES and (kind == "file" or file.media_type.startswith(f"{kind}/"))
    if not wanted:
        problem = "not_this_file" if kind in FILES else "no_file_wanted"
        voice = "yes" if file.is_voice else ""
        return After(state, refused=Read(None, problem=problem, details={"kind": kind, "voice": voice}), unread=False)
    return take(state, slot, Read(file.answer, echo=file.name, typed=file.name))


def confirm(state: State, pending: Pending) -> After:
    """Take a yes, one of the readings offered, or a new answer typed instead."""
    slot, turn = state.slot, state.turn
    assert slot is not None
    options = dict(pending.options)
    value = turn.answer.value if turn.answer else _meant(turn.text, pending)
    bare = replace(state, draft=replace(state.draft, pending=None))
    if not value and fold(turn.text) in SKIP and not state.walk.required(slot):
        return After(_passed_over(bare, slot))
    if value == "retype":
        return After(bare.having(replace(bare.draft, editing=slot.key)))
    if value in {"yes", "keep"}:
        confirmed = Read(pending.value, echo=pending.echo, typed=pending.typed)
        ticks = bare.draft.ticking and slot.question.option(pending.value)
        return _one_more(bare, slot, confirmed) if ticks else take(bare, slot, confirmed)
    if value in options:
        return take(bare, slot, Read(value, echo=options[value], typed=pending.typed))
    if pending.kind == "hamlet":
        typed = f"{turn.text}, {pending.typed}"
        echo = f"{typed}; {turn.label('form/hamlet_noted')}"
        return take(bare, slot, Read(pending.value, echo=echo, typed=typed))
    if pending.kind == "tones":
        return take(bare, slot, Read(turn.text, typed=turn.text))
    return answer(bare, fold(turn.text))


def _meant(text: str, pending: Pending) -> str:
    """Return which option of a pending answer was typed, if any."""
    named = read_choice(text, pending.options)
    if pending.kind != "confirm":
        return named.value or "" if named.sure else ""
    agrees = read_yes_no(text)
    return "" if agrees is None else "yes" if agrees else "retype"
