"""Forms walked with answers written down: the submissions are worked out by hand."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from content.xlsform import read_form
from conversation.answer_sheet import AnswerSheet, NotAnswered
from conversation.catalog import Library
from conversation.rehearsal import Rehearsal
from conversation.walk import Walk
from handlers import FLOWS
from tests.actors import TUESDAY_EVENING

LIST = """
| choices |
| | list_name | name | label | kind |
| | wood | lim | Gỗ lim | a |
| | wood | soi | Gỗ sồi | b |
| | wood | iron_wood | Gỗ nghiến | b |
| | mark | 10 | Mười | |
| | mark | 20 | Hai mươi | |
"""

Submitted = Callable[..., Mapping[str, Any]]


@pytest.fixture
def submitted(library: Library) -> Submitted:
    def submitted(survey: str, **answers: object) -> Mapping[str, Any]:
        """Return what is sent when a survey sheet, a row a line with bars between its cells, is walked."""
        rows = "\n".join(f"| | {row.strip()} |" for row in survey.strip().splitlines())
        form = read_form("to_khai", f"| survey |\n{rows}\n{LIST}".encode(), ".md")
        rehearsal = Rehearsal(form, library, FLOWS, TUESDAY_EVENING)
        AnswerSheet(answers).walk(rehearsal, lambda said, replies: None)
        assert rehearsal.submitted is not None
        return rehearsal.submitted

    return submitted


# Numbers


def test_what_a_formula_works_out_as_a_number_is_sent_as_one(submitted: Submitted) -> None:
    sent = submitted(
        """
        type             | name  | label | calculation              | trigger
        integer          | n     | N?    |                          |
        calculate        | same  |       | ${n}                     |
        calculate        | again |       | ${same}                  |
        calculate        | pick  |       | if(${n} > 1, ${n}, '')   |
        calculate        | fall  |       | coalesce(${n}, 0)        |
        calculate        | kept  |       | once(${n} * 2)           |
        calculate        | run   |       | ${n} * 3                 | ${n}
        calculate        | half  |       | ${n} div 8               |
        calculate        | true  |       | ${n} = 4                 |
        calculate        | text  |       | string(${n})             |
        calculate        | code  |       | concat('0', ${n})        |
        select_one mark  | mark  | Điểm? |                          |
        calculate        | mark2 |       | ${mark}                  |
        text             | phone | Số?   |                          |
        calculate        | call  |       | ${phone}                 |
        calculate        | none  |       | number('x')              |
        """,
        n=4,
        mark="Hai mươi",
        phone="0912",
    )
    numbers = {"n": 4, "same": 4, "again": 4, "pick": 4, "fall": 4, "kept": 8, "run": 12, "half": 0.5}
    words = {"true": "true", "text": "4", "code": "04", "mark": "20", "mark2": "20", "phone": "0912", "call": "0912"}
    assert sent == numbers | words


def test_a_number_handed_on_out_of_a_repeat_is_one(submitted: Submitted) -> None:
    sent = submitted(
        """
        type         | name  | label | calculation
        begin repeat | item  | Món   |
        integer      | price | Giá?  |
        calculate    | twice |       | ${price} * 2
        end repeat   |       |       |
        calculate    | first |       | indexed-repeat(${twice}, ${item}, 1)
        calculate    | last  |       | ${item}[position() = last()]/price
        calculate    | list  |       | join(' ', ${price})
        """,
        price={"repeat": [3, 5]},
    )
    assert sent["item"] == [{"price": 3, "twice": 6}, {"price": 5, "twice": 10}]
    assert (sent["first"], sent["last"], sent["list"]) == (6, 5, "3 5")


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        ("decimal", 1.234, 1.234),
        ("decimal", "1.234", 1234),
        ("decimal", "1,234", 1.234),
        ("decimal", 0.1, 0.1),
        ("integer", 0, 0),
        ("integer", -5, -5),
        ("integer", 1234567, 1234567),
        ("text", 1.5, "1.5"),
        ("text", "007", "007"),
    ],
)
def test_a_number_in_a_sheet_is_itself_and_a_typed_one_is_vietnamese(
    submitted: Submitted, kind: str, answer: object, value: object
) -> None:
    assert submitted(f"type | name | label\n{kind} | a | A?", a=answer) == {"a": value}


# What the form puts in


@pytest.mark.parametrize(
    ("kind", "default", "value"),
    [
        ("integer", "3.7", 3),
        ("integer", "nhiều", None),
        ("integer", "7 div 2", 3),
        ("decimal", "3.50", 3.5),
        ("range", "5", 5),
        ("range", "50", None),
        ("range", "2.5", None),
        ("date", "now()", "2026-11-24"),
        ("date", "2024-02-03 00:00:00", "2024-02-03"),
        ("date", "1/2/2024", None),
        ("time", "now()", "19:42:00.000+07:00"),
        ("time", "10:30", "10:30:00.000+07:00"),
        ("dateTime", "today()", "2026-11-24T00:00:00.000+07:00"),
        ("select_one wood", "lim", "lim"),
        ("select_one wood", "tre", None),
        ("select_multiple wood", "lim tre soi", "lim soi"),
        ("acknowledge", "OK", "OK"),
        ("geopoint", "20.5 105.9", "20.5 105.9"),
        ("geopoint", "Hà Nam", None),
        ("image", "a.jpg", None),
        ("text", "1 div 4", "0.25"),
    ],
)
def test_a_default_is_cast_to_its_question(submitted: Submitted, kind: str, default: str, value: object) -> None:
    survey = f"type | name | label | default\n{kind} | a | A? | {default}\ntext | b | B? |"
    assert submitted(survey, b="x") == ({"b": "x"} if value is None else {"a": value, "b": "x"})


def test_a_calculation_is_cast_to_its_question(submitted: Submitted) -> None:
    survey = """
        type    | name | label | calculation | read_only
        integer | a    | A?    |             |
        integer | half | Nửa   | ${a} div 2  | yes
        date    | day  | Ngày  | now()       | yes
        """
    assert submitted(survey, a=5) == {"a": 5, "half": 2, "day": "2026-11-24"}


def test_a_default_that_the_filter_takes_away_is_not_sent(submitted: Submitted) -> None:
    survey = """
        type            | name | label | choice_filter | default
        select_one wood | a    | A?    |               |
        select_one wood | b    | B?    | name != ${a}  | lim
        """
    assert submitted(survey, a="Gỗ lim") == {"a": "lim"}
    assert submitted(survey, a="Gỗ sồi") == {"a": "soi", "b": "lim"}


def test_a_default_that_does_not_hold_is_left_out(submitted: Submitted) -> None:
    survey = "type | name | label | default | constraint\ninteger | a | A? | 1 | . > 3\ninteger | b | B? | |"
    assert submitted(survey, b=2) == {"b": 2}


# Repeats


def test_answers_for_each_turn_of_a_repeat_and_of_one_within(submitted: Submitted) -> None:
    survey = """
        type         | name  | label | required
        begin repeat | plot  | Thửa  |
        text         | crop  | Cây?  | yes
        begin repeat | tree  | Cây   |
        integer      | girth | Vòng? |
        end repeat   |       |       |
        end repeat   |       |       |
        """
    sent = submitted(
        survey, crop={"repeat": ["lim", "sồi"]}, girth={"repeat": [{"repeat": []}, {"repeat": [["to", 9], 7]}]}
    )
    assert sent == {"plot": [{"crop": "lim"}, {"crop": "sồi", "tree": [{"girth": 9}, {"girth": 7}]}]}


@pytest.mark.parametrize("answer", [{"repeat": [1]}, {"repeat": {"a": 1}}, {"repeat": "1"}, {"a": 1}, [{"a": 1}]])
def test_what_is_no_answer_is_told(submitted: Submitted, answer: object) -> None:
    with pytest.raises(NotAnswered):
        submitted("type | name | label\ninteger | a | A?", a=answer)


# Triggers


def test_a_trigger_moves_what_stands_in_its_own_turn(submitted: Submitted) -> None:
    survey = """
        type         | name | label | calculation    | trigger
        begin repeat | r    | R     |                |
        text         | x    | X?    |                |
        calculate    | at   |       | position(..)   | ${x}
        calculate    | long |       | concat(${x}, count(${r})) | ${x}
        end repeat   |      |       |                |
        """
    sent = submitted(survey, x={"repeat": ["a", "b"]})
    assert sent == {"r": [{"x": "a", "at": 1, "long": "a1"}, {"x": "b", "at": 2, "long": "b2"}]}


def test_a_trigger_without_a_calculation_clears(submitted: Submitted) -> None:
    survey = """
        type | name | label | default | trigger
        text | a    | A?    |         |
        text | b    | B?    | cũ      | ${a}
        """
    assert submitted(survey, a="x") == {"a": "x"}


# Choices


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        ("select_one", "Gỗ lim", "lim"),
        ("select_one", "2", "soi"),
        ("select_one", "iron_wood", "iron_wood"),
        ("select_multiple", "1,3", "lim iron_wood"),
        ("select_multiple", "iron_wood lim", "lim iron_wood"),
        ("select_multiple", "iron_wood, soi", "soi iron_wood"),
        ("rank", "iron_wood lim soi", "iron_wood lim soi"),
        ("rank", "2,1,3", "soi lim iron_wood"),
    ],
)
def test_a_choice_is_its_number_its_words_or_its_code(submitted: Submitted, kind: str, answer: str, value: str) -> None:
    assert submitted(f"type | name | label\n{kind} wood | a | A?", a=answer) == {"a": value}


@pytest.mark.parametrize("answer", ["99", "iron_wood lim", "20"])
def test_what_no_option_is_called_is_refused(submitted: Submitted, answer: str) -> None:
    survey = "type | name | label | choice_filter\nselect_one mark | a | A? | name = '20'\nselect_one wood | b | B? |"
    with pytest.raises(NotAnswered):
        submitted(survey, a=answer, b=answer)


def test_a_question_that_offers_nothing_is_passed_over(submitted: Submitted) -> None:
    survey = """
        type            | name | label | choice_filter | required
        select_one wood | a    | A?    | kind = 'z'    | yes
        text            | b    | B?    |               |
        """
    assert submitted(survey, b="x") == {"b": "x"}


def test_a_filter_by_the_clock_follows_it() -> None:
    sheet = "| survey |\n| | type | name | label | choice_filter |\n| | select_one d | a | A? | name >= today() |\n"
    dates = "| choices |\n| | list_name | name | label |\n| | d | 2026-11-24 | Nay |\n| | d | 2026-11-25 | Mai |\n"
    form = read_form("lich", f"{sheet}{dates}".encode(), ".md")
    walk, (slot,) = Walk(form, {}, TUESDAY_EVENING), Walk(form, {}, TUESDAY_EVENING).asked
    assert [option.label for option in walk.options(slot)] == ["Nay", "Mai"]
    walk.changed({}, TUESDAY_EVENING + timedelta(days=1))
    assert [option.label for option in walk.options(slot)] == ["Mai"]
