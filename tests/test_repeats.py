"""Questions gone through several times: as many as the person likes, or as a formula says; one within another."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from conversation.catalog import Library
from conversation.form import Form, Group, Option, Question
from conversation.rehearsal import Rehearsal
from handlers import FLOWS
from tests.actors import TUESDAY_EVENING

YES = "true()"
MACHINE = Group(("machine",), "Máy", repeat=True)
PART = Group(("machine", "part"), "Bộ phận", repeat=True, count="/data/machine/parts")

Begin = Callable[..., Rehearsal]


@pytest.fixture
def begin(library: Library) -> Begin:
    def begin(*questions: Question, groups: tuple[Group, ...] = (), language: str = "") -> Rehearsal:
        form = Form("to_khai", "Tờ khai", "1", "sha", questions, groups, language=language)
        rehearsal = Rehearsal(form, library, FLOWS, TUESDAY_EVENING)
        rehearsal.begin()
        return rehearsal

    return begin


def keys(rehearsal: Rehearsal, *said: str) -> list[str]:
    """Say each, and return the key of the last reply to each."""
    return [rehearsal.turn(text).replies[-1].key.removeprefix("to_khai/") for text in said]


NAME = Question("name", "text", "Tên máy?", path=("machine",), required=YES)
YEAR = Question("year", "integer", "Mua năm nào?", path=("machine",), constraint=". > 1950")
OWNER = Question("owner", "text", "Tên chủ?", required=YES)


def test_an_open_repeat_asks_before_each_turn(begin: Begin) -> None:
    rehearsal = begin(OWNER, NAME, YEAR, groups=(MACHINE,))
    heard = keys(rehearsal, "An", "có", "máy bào", "2010", "có", "máy cưa", "2012", "không")
    assert heard == ["machine.more", "name", "year", "machine.more", "name", "year", "machine.more", "review"]
    rehearsal.turn("gửi")
    assert rehearsal.submitted == {
        "owner": "An",
        "machine": [{"name": "máy bào", "year": 2010}, {"name": "máy cưa", "year": 2012}],
    }


def test_a_repeat_may_have_no_turn_at_all(begin: Begin) -> None:
    rehearsal = begin(OWNER, NAME, groups=(MACHINE,))
    assert keys(rehearsal, "An", "không", "gửi") == ["machine.more", "review", "done"]
    assert rehearsal.submitted == {"owner": "An"}


def test_the_last_turn_can_be_taken_away_from_the_review(begin: Begin) -> None:
    rehearsal = begin(OWNER, NAME, groups=(MACHINE,))
    keys(rehearsal, "An", "có", "máy bào", "có", "máy cưa", "đủ rồi")
    assert keys(rehearsal, "4", "Bỏ mục cuối", "đủ rồi", "gửi")[-2:] == ["review", "done"]
    assert rehearsal.submitted == {"owner": "An", "machine": [{"name": "máy bào"}]}


def test_taking_a_turn_away_leaves_what_is_in_the_others(begin: Begin) -> None:
    inner = Group(("machine", "fault"), "Lần hỏng", repeat=True)
    fault = Question("fault_name", "text", "Hỏng gì?", path=inner.path, required=YES)
    rehearsal = begin(NAME, fault, groups=(MACHINE, inner))
    keys(rehearsal, "có", "bào", "có", "lưỡi", "không", "có", "cưa", "có", "xích", "không")
    assert keys(rehearsal, "Bỏ mục cuối", "đủ rồi", "gửi") == ["machine.more", "review", "done"]
    assert rehearsal.submitted == {"machine": [{"name": "bào", "fault": [{"fault_name": "lưỡi"}]}]}


def test_a_count_decides_the_turns_and_follows_its_question(begin: Begin) -> None:
    count = Question("parts", "integer", "Mấy bộ phận?", path=("machine",), required=YES, constraint=". <= 3")
    part = Question("made", "text", "Bộ phận gì?", path=("machine", "part"), required=YES)
    rehearsal = begin(NAME, count, part, groups=(MACHINE, PART))
    heard = keys(rehearsal, "có", "máy bào", "2", "lưỡi", "trục", "có", "máy cưa", "1", "đĩa", "không")
    assert heard == ["name", "parts", "made", "made", "machine.more", "name", "parts", "made", "machine.more", "review"]
    rehearsal.turn("gửi")
    assert rehearsal.submitted == {
        "machine": [
            {"name": "máy bào", "parts": 2, "part": [{"made": "lưỡi"}, {"made": "trục"}]},
            {"name": "máy cưa", "parts": 1, "part": [{"made": "đĩa"}]},
        ]
    }


def test_a_question_of_a_repeat_sees_its_own_turn(begin: Begin) -> None:
    fuel = Question("fuel", "text", "Chạy bằng gì?", path=("machine",), relevant="/data/machine/year < 2000")
    total = Question("total", "calculate", calculation="count(/data/machine)")
    rehearsal = begin(NAME, replace(YEAR, required=YES), fuel, total, groups=(MACHINE,))
    assert keys(rehearsal, "có", "a", "1990", "dầu", "có", "b", "2010")[-2:] == ["year", "machine.more"]
    keys(rehearsal, "không", "gửi")
    assert rehearsal.submitted == {
        "machine": [{"name": "a", "year": 1990, "fuel": "dầu"}, {"name": "b", "year": 2010}],
        "total": 2,
    }


def test_labels_quote_the_answer_of_the_same_turn(begin: Begin) -> None:
    price = Question("price", "integer", "Giá ${name}?", path=("machine",), required=YES)
    rehearsal = begin(NAME, price, groups=(MACHINE,))
    keys(rehearsal, "có", "máy bào", "5000000", "có")
    assert rehearsal.turn("máy cưa").replies[-1].values["label"] == "Giá máy cưa?"


def test_labels_quote_answers_as_they_are_read_back(begin: Begin) -> None:
    since = Question("since", "date", "Từ ngày nào?")
    price = Question("price", "integer", "Giá mua?", appearance=frozenset({"kc-money"}))
    why = Question("why", "text", "Sao ngày ${since} mua giá ${price}?")
    rehearsal = begin(since, price, why)
    keys(rehearsal, "20/11/2025")
    assert rehearsal.turn("1,5 tỷ").replies[-1].values["label"] == "Sao ngày thứ Năm 20/11/2025 mua giá 1,5 tỷ đồng?"


def test_labels_of_options_quote_answers_wherever_they_are_shown(begin: Begin) -> None:
    options = (Option("boss", "Ông ${owner} (chủ)"), Option("worker", "Thợ"))
    who = Question("who", "select_multiple", "Ai làm?", options=options)
    best = Question("best", "select_one", "Ai giỏi hơn trong ${who}?", options=options, default="'boss'")
    rehearsal = begin(OWNER, who, best)
    asked = rehearsal.turn("Lan").replies[-1]
    assert [choice.label for choice in asked.choices][:2] == ["Ông Lan (chủ)", "Thợ"]
    asked = rehearsal.turn("ông lan, thợ").replies[-1]
    assert asked.values["label"] == "Ai giỏi hơn trong Ông Lan (chủ); Thợ?"
    assert (asked.values["echo"], asked.values["current"]) == ("Ông Lan (chủ); Thợ", "Ông Lan (chủ)")
    lines = rehearsal.turn("giữ nguyên").replies[-1].values["lines"]
    assert [line["answer"] for line in lines] == ["Lan", "Ông Lan (chủ); Thợ", "Ông Lan (chủ)"]


def test_going_back_over_a_turn_changes_nothing_else(begin: Begin) -> None:
    rehearsal = begin(OWNER, NAME, YEAR, groups=(MACHINE,))
    keys(rehearsal, "An", "có", "máy bào", "2010")
    assert keys(rehearsal, "quay lại", "2011", "không", "gửi") == ["year", "machine.more", "review", "done"]
    assert rehearsal.submitted == {"owner": "An", "machine": [{"name": "máy bào", "year": 2011}]}


def test_a_turn_keeps_its_default(begin: Begin) -> None:
    rehearsal = begin(NAME, replace(YEAR, default="2000 + position(..)"), groups=(MACHINE,))
    keys(rehearsal, "có", "a", "giữ nguyên", "có", "b", "2015", "đủ rồi", "gửi")
    assert rehearsal.submitted == {"machine": [{"name": "a", "year": 2001}, {"name": "b", "year": 2015}]}


def test_a_rank_is_the_order_of_all(begin: Begin) -> None:
    options = tuple(Option(value, label) for value, label in (("von", "Vốn"), ("may", "Máy"), ("tho", "Thợ")))
    rehearsal = begin(Question("order", "rank", "Cần nhất?", required=YES, options=options))
    assert keys(rehearsal, "2,1", "2,1,3", "gửi") == ["order.invalid", "review", "done"]
    assert rehearsal.submitted == {"order": "may von tho"}


def test_short_questions_of_a_field_list_are_asked_in_one_message(begin: Begin) -> None:
    page = Group(("page",), "Liên hệ", appearance=frozenset({"field-list"}))
    age = Question("age", "integer", "Tuổi", path=("page",), constraint=". < 120")
    rehearsal = begin(replace(OWNER, path=("page",)), age, groups=(page,))
    assert rehearsal.state is not None
    assert [slot.key for slot in rehearsal.state.together] == ["owner", "age"]
    assert keys(rehearsal, "An; 45", "gửi") == ["review", "done"]
    assert rehearsal.submitted == {"page": {"owner": "An", "age": 45}}


def test_of_a_field_list_only_what_was_not_understood_is_asked_again(begin: Begin) -> None:
    page = Group(("page",), "Liên hệ", appearance=frozenset({"field-list"}))
    age = Question("age", "integer", "Tuổi", path=("page",), constraint=". < 120", required=YES)
    rehearsal = begin(replace(OWNER, path=("page",)), age, groups=(page,))
    assert keys(rehearsal, "An\n450", "45", "gửi") == ["age", "review", "done"]
    assert rehearsal.submitted == {"page": {"owner": "An", "age": 45}}


def test_a_form_in_two_languages_asks_which(begin: Begin) -> None:
    english = Form("to_khai", "Form", "1", "sha", (replace(OWNER, label="Your name?"),), language="English")
    rehearsal = begin(OWNER, language="Tiếng Việt")
    form = replace(rehearsal.form, translations={"Tiếng Việt": rehearsal.form, "English": english})
    rehearsal = Rehearsal(form, rehearsal.library, FLOWS, TUESDAY_EVENING)
    assert [choice.label for choice in rehearsal.begin().replies[-1].choices] == ["Tiếng Việt", "English"]
    assert rehearsal.turn("english").replies[-1].values["label"] == "Your name?"


def test_a_calculated_answer_may_be_corrected_until_what_it_comes_from_changes(begin: Begin) -> None:
    price = Question("price", "integer", "Giá?", required=YES)
    half = Question("half", "integer", "Một nửa?", calculation="/data/price div 2")
    rehearsal = begin(price, half)
    assert keys(rehearsal, "100", "60", "1", "300") == ["half", "review", "price", "half"]
    keys(rehearsal, "giữ nguyên", "gửi")
    assert rehearsal.submitted == {"price": 300, "half": 150}


def test_a_triggered_calculation_runs_when_its_question_changes_alone(begin: Begin) -> None:
    first, second = Question("a", "integer", "A?", required=YES), Question("b", "integer", "B?", required=YES)
    total = Question("total", "calculate", calculation="/data/a + /data/b", trigger=("b",))
    rehearsal = begin(first, second, total)
    keys(rehearsal, "1", "2", "1", "10", "gửi")
    assert rehearsal.submitted == {"a": 10, "b": 2, "total": 3}


def test_what_is_drawn_at_random_stays_what_it_was(begin: Begin) -> None:
    drawn = Question("drawn", "calculate", calculation="once(random())")
    rehearsal = begin(OWNER, replace(OWNER, name="other"), drawn)
    seen = set()
    for text in ("An", "Bình"):
        rehearsal.turn(text)
        assert rehearsal.state is not None
        seen.add(rehearsal.state.walk.submission["drawn"])
    assert len(seen) == 1
