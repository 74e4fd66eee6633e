"""Forms nobody wrote: every kind of question, conditions, groups and repeats, put together at random."""

from dataclasses import replace
from random import Random

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from conversation.form import Form, Group, Option, Question
from conversation.form_state import State

OPTIONS = tuple(Option(value, label, {"kind": kind}) for value, label, kind in (
    ("may", "May", "x"), ("moc", "Mộc", "x"), ("det", "Dệt", "y"), ("com", "Cơ khí", "y"), ("more", "Xem tiếp", "y")
))  # fmt: skip
KINDS = (
    "text", "integer", "decimal", "range", "select_one", "select_multiple", "rank", "date", "time", "dateTime", "note",
    "acknowledge", "calculate", "geopoint", "image", "barcode", "hidden", "start", "end", "today", "username",
)  # fmt: skip
CONSTRAINTS = {
    "integer": (". > 3", ". <= 100 and . >= 0"),
    "decimal": (". < 10.5",),
    "text": ("string-length(.) < 12", "regex(., '^[a-z ]+$')"),
    "select_multiple": ("count-selected(.) <= 2",),
    "date": (". > '2020-01-01'", ". <= today()"),
}


@st.composite
def forms(draw: DrawFn) -> Form:
    """Return a form of up to nine questions, where each formula names earlier questions only."""
    groups = [Group(("trang",), "Trang", appearance=frozenset(draw(st.sampled_from([(), ("field-list",)]))))]
    if draw(st.booleans()):
        groups.append(Group(("lap",), "Mục lặp", repeat=True, relevant=draw(st.sampled_from(["", "/data/q0 != 'an'"]))))
    if len(groups) > 1 and draw(st.booleans()):
        groups.append(Group(("lap", "trong"), "Mục trong", repeat=True, count=draw(st.sampled_from(["", "2"]))))
    questions: list[Question] = []
    for number in range(draw(st.integers(1, 9))):
        questions.append(draw(_questions(f"q{number}", tuple(groups), tuple(questions))))
    if not any(question.asked for question in questions):
        questions.append(Question("q_last", "text", "Câu cuối?"))
    in_order = sorted(questions, key=lambda question: _first_of_group(question, questions))
    return Form("phieu", "Phiếu thử", "1", "sha", tuple(in_order), tuple(groups))


def _first_of_group(question: Question, questions: list[Question]) -> tuple[int, ...]:
    """Keep what stands in one group together, where its first question stands."""
    places = []
    for depth in range(1, len(question.path) + 1):
        inside = [n for n, other in enumerate(questions) if other.path[:depth] == question.path[:depth]]
        places.append(inside[0])
    return (*places, questions.index(question))


@st.composite
def _questions(draw: DrawFn, name: str, groups: tuple[Group, ...], earlier: tuple[Question, ...]) -> Question:
    kind = draw(st.sampled_from(KINDS))
    path = draw(st.sampled_from([(), *(group.path for group in groups)]))
    named = [f"/data/{'/'.join(other.place)}" for other in earlier if other.path in ((), path)]
    other = draw(st.sampled_from(named)) if named else ""
    conditions = ["", *([f"{other} != ''", f"selected({other}, 'may')", f"{other} > 5"] if other else [])]
    question = Question(
        name,
        kind,
        f"Câu {name}?",
        path=path,
        required=draw(st.sampled_from(["", "true()", *conditions[1:]])),
        relevant=draw(st.sampled_from(conditions)),
        constraint=draw(st.sampled_from(["", *CONSTRAINTS.get(kind, ())])),
        default=draw(st.sampled_from(["", "'5'", "'nhiều'"])) if kind in {"integer", "text"} else "",
    )
    if kind == "calculate":
        formulas = [f"concat({other}, '-')", f"{other} * 2", f"if({other} = '', 'x', {other})"] if other else ["1 + 1"]
        question = replace(question, calculation=draw(st.sampled_from([*formulas, "once(random())", "today()"])))
    if kind in {"select_one", "select_multiple", "rank"}:
        filters = ["", "kind = 'x'", *([f"{other} != 'an' or kind = 'y'"] if other else [])]
        question = replace(question, options=OPTIONS, choice_filter=draw(st.sampled_from(filters)))
    if kind == "acknowledge":
        question = replace(question, options=(Option("OK", "Đồng ý"),))
    if kind == "range":
        question = replace(question, parameters={"start": "1", "end": "10", "step": "1"})
    return question


FITTING = {
    "text": ("an", "bình", "máy bào bốn mặt"),
    "integer": ("12", "mười hai", "0", "5"),
    "decimal": ("4,5", "12", "0,25"),
    "range": ("3", "10", "11"),
    "select_one": ("1", "mộc", "#may", "#more", "det"),
    "select_multiple": ("1,3", "may, moc", "#may", "#:done", "2"),
    "rank": ("2,1,3,4,5", "1,2,3", "1 2", "#may", "#moc", "#:done"),
    "date": ("20/11/2024", "mai", "20/11", "30/2"),
    "time": ("7h30 sáng", "19h", "7 rưỡi"),
    "dateTime": ("7h30 sáng 20/11/2024", "mai"),
    "acknowledge": ("1", "đồng ý"),
    "geopoint": ("20.54, 105.91", "bỏ qua"),
    "image": ("@anh.jpg", "@tep.txt"),
    "barcode": ("8934588012", "an"),
    "more": ("có", "không", "đủ rồi", "#:drop"),
    "review": ("gửi", "1", "2", "câu 3"),
    "pending": ("đúng", "không", "#yes", "#keep"),
}
ANYTHING = (
    "quay lại",
    "bỏ qua",
    "giữ nguyên",
    "xem tiếp",
    "0",
    "1",
    "an; 3",
    "dừng",
    "tiếp",
    "câu này khó quá",
    "#lạ",
    "=1",
)


def message_for(state: State | None, chance: Random) -> str:
    """Return what a person types next: an answer of the right kind as a rule."""
    if state is None or chance.random() < 0.2:
        return chance.choice(ANYTHING)
    kind = "pending" if state.draft.pending else state.slot.question.kind if state.slot else "review"
    return chance.choice(FITTING[kind])
