"""The messages of a form: its questions, what is asked back, and the review."""

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from conversation.draft import Draft, Pending
from conversation.flow import Turn, reply
from conversation.form import Form, Question
from conversation.form_reading import Read, in_words
from conversation.reply import Choice, Reply, numbered
from conversation.walk import Walk

PAGE = 8
_REFERENCE = re.compile(r"\$\{\s*([\w.-]+)\s*\}")


@dataclass(frozen=True)
class Asked:
    """Where a person is in a form; `question` is the open one, None at the review."""

    flow: str
    form: Form
    walk: Walk
    draft: Draft
    question: Question | None

    def filled(self, label: str) -> str:
        """Return a label with each `${name}` replaced by the answer's own words."""
        return _REFERENCE.sub(lambda match: self.walk.label_of(match[1], self._value(match[1])), label)

    def _value(self, name: str) -> str:
        question = self.form.by_name.get(name)
        return self.walk.value(question) if question else ""

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes that stand directly before the open question, or at the end before the review."""
        questions = self.form.questions
        end = questions.index(self.question) if self.question else len(questions)
        before = takewhile(lambda q: not q.asked, reversed(questions[:end]))
        notes = [q for q in before if q.kind == "note" and self.walk.relevant(q)]
        return tuple(self.filled(note.label) for note in reversed(notes))


def ask(turn: Turn, asked: Asked, *, echo: str = "", refused: Read | None = None, offer_person: bool = False) -> Reply:
    """Return the open question: its place in the form, its words, and its choices."""
    question = asked.question
    assert question is not None
    total = asked.walk.asked
    current = in_words(question, asked.draft.answers.get(question.name, ""), turn.catalog.library.places)
    choices = _choices(turn, asked, question, refused)
    if offer_person:
        person = turn.choice("engine/person", ">handoff")
        choices = (*choices, replace(person, number=max((c.number for c in choices), default=0) + 1))
    return Reply(
        key=f"{asked.flow}/{question.name}" + (".invalid" if refused else ""),
        template="form/invalid" if refused else "form/question",
        choices=choices,
        pick_many=question.kind == "select_multiple",
        values={
            "title": asked.form.title,
            "first": not asked.draft.order and not refused and not asked.draft.editing,
            "number": total.index(question) + 1 if question in total else 0,
            "total": len(total),
            "label": asked.filled(question.label),
            "hint": asked.filled(question.hint),
            "notes": asked.notes if not refused else (),
            "echo": echo,
            "current": current if asked.draft.editing and not refused else "",
            "optional": not question.required,
            "skip": _skip_label(turn, asked),
            "many": question.kind == "select_multiple",
            "picked": bool(asked.draft.picked),
            "numeric": question.kind in {"integer", "decimal"},
            "problem": refused.problem if refused else "",
            "details": dict(refused.details) if refused else {},
            "message": _message(asked, question, refused) if refused else "",
        },
    )


def _message(asked: Asked, question: Question, refused: Read) -> str:
    return asked.filled(question.constraint_message) if refused.problem == "constraint" else ""


def _skip_label(turn: Turn, asked: Asked) -> str:
    labels = turn.catalog.library.labels
    return labels.get(f"{asked.flow}/skip", labels["form/skip"])


def _choices(turn: Turn, asked: Asked, question: Question, refused: Read | None) -> tuple[Choice, ...]:
    """Return every option with its number, those of other pages quiet, then the ways past the question."""
    options, draft = asked.walk.options(question), asked.draft
    pages = max(1, -(-len(options) // PAGE))
    start = draft.page % pages * PAGE
    narrowed = set(refused.options) if refused else set()
    shown = narrowed or {option.value for option in options[start : start + PAGE]}
    listed = [
        Choice(o.value, ("✓ " if o.value in draft.picked else "") + asked.filled(o.label), number, o.value not in shown)
        for number, o in enumerate(options, 1)
    ]
    extra = []
    if question.kind == "select_multiple":
        extra.append(replace(turn.choice("form/done"), quiet=not draft.picked))
    if pages > 1 and not narrowed:
        extra.append(turn.choice("form/more"))
    if not question.required:
        extra.append(Choice("skip", _skip_label(turn, asked)))
    return (*listed, *numbered(extra, len(options) + 1))


def ask_to_confirm(turn: Turn, asked: Asked, pending: Pending) -> Reply:
    """Return the question whether an answer was understood rightly."""
    question = asked.question
    assert question is not None
    options = tuple(Choice(*option) for option in pending.options)
    choices = {
        "confirm": (turn.choice("form/yes"), turn.choice("form/retype")),
        "tones": (turn.choice("form/keep"),),
        "hamlet": (*options, turn.choice("form/forgotten", "keep")),
        "place": (*options, turn.choice("form/retype")),
    }[pending.kind]
    key = f"{asked.flow}/{question.name}.{pending.kind}"
    return reply(key, *choices, template=f"form/{pending.kind}", echo=pending.echo, typed=pending.typed)


def ask_to_cancel(turn: Turn, asked: Asked) -> Reply:
    """Return the question whether to throw away what was filled in."""
    choices = (turn.choice("form/drop"), turn.choice("form/go_on", "go_on"))
    return reply(f"{asked.flow}/cancel", *choices, template="form/cancel", title=asked.form.title)


def review(turn: Turn, asked: Asked, *, echo: str = "", unclear: bool = False) -> Reply:
    """Return every answer, numbered as typed to change it, and the choice to send."""
    places = turn.catalog.library.places
    lines, edits = [], []
    for number, question in enumerate(asked.walk.asked, 1):
        words = in_words(question, asked.walk.value(question), places)
        lines.append({"number": number, "short": asked.filled(question.short or question.label), "answer": words})
        edits.append(Choice(f"edit_{number}", str(number), number, quiet=True))
    own = f"{asked.flow}/send"
    send = replace(turn.choice(own if own in turn.catalog.library.labels else "form/send"), number=len(edits) + 1)
    values = {
        "title": asked.form.title,
        "lines": lines,
        "notes": asked.notes,
        "echo": echo,
        "unclear": unclear,
        "send": send.label,
    }
    return Reply(f"{asked.flow}/review", values, (*edits, send), "form/review")
