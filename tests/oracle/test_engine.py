"""The bridge to ODK's engine passes on what is asked and what the engine says."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from pyxform.xls2xform import convert

from tests.oracle.odk import Engine, EngineError, State

pytestmark = pytest.mark.oracle

NOW = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)  # half past midnight of the 25th in Vietnam
WORKERS = """
| survey |
| | type | name | label | relevant | constraint | constraint_message | calculation | required |
| | text | owner | Tên | | | | | yes |
| | integer | workers | Số lao động | | . >= 1 and . <= 500 | Từ 1 đến 500 | | |
| | calculate | doubled | | | | | ${workers} * 2 | |
| | begin group | large | Cơ sở lớn | ${workers} > 100 | | | | |
| | text | manager | Người quản lý | | | | | |
| | end group | | | | | | | |
"""
MACHINES = """
| survey |
| | type | name | label | calculation | repeat_count |
| | begin repeat | machine | Máy | | |
| | integer | cost | Giá | | |
| | begin repeat | part | Bộ phận | | |
| | text | name | Tên bộ phận | | |
| | end repeat | | | | |
| | end repeat | | | | |
| | calculate | total | | sum(${cost}) | |
| | integer | people | Số người | | |
| | begin repeat | person | Người | | ${people} |
| | text | called | Tên | | |
| | end repeat | | | | |
"""
CHOICES = """
| survey |
| | type | name | label | choice_filter | constraint |
| | select_one province | province | Tỉnh | | |
| | select_one commune | commune | Xã | in=${province} | |
| | select_multiple day | days | Ngày | | count-selected(.) < 3 |
| | rank day | order | Thứ tự | | |
| | select_one_from_file trades.csv | trade | Nghề | | |
| choices |
| | list_name | name | label | in |
| | province | 56 | Khánh Hòa | |
| | province | 25 | Phú Thọ | |
| | commune | nt | Nha Trang | 56 |
| | commune | vt | Việt Trì | 25 |
| | day | mon | Thứ hai | |
| | day | tue | Thứ ba | |
| | day | wed | Thứ tư | |
"""
OTHERS = """
| survey |
| | type | name | label | constraint | parameters |
| | start | start | | | |
| | end | end | | | |
| | username | username | | | |
| | date | since | Từ ngày | . <= today() | |
| | time | opens | Mở cửa | | |
| | acknowledge | agreed | Đồng ý | | |
| | image | photo | Ảnh | | |
| | geopoint | place | Vị trí | | |
| | range | power | Công suất | | start=0 end=10 step=2 |
| | note | thanks | Cảm ơn | | |
"""


def xform(markdown: str) -> str:
    """Return a form written as tables of markdown as an XForm."""
    xml: str = convert(markdown, file_type=".md", form_name="data").xform
    return xml


def submitted(state: State) -> ElementTree.Element:
    return ElementTree.fromstring(state.submission)


def test_relevance_and_calculations_follow_an_answer(engine: Engine) -> None:
    before = engine.load(xform(WORKERS))
    after = engine.set("/data/workers", (), "120")
    small = engine.set("/data/workers", (), "12")

    assert [before.node("/data/large").relevant, after.node("/data/large").relevant] == [False, True]
    assert after.node("/data/large/manager").relevant
    assert [state.node("/data/doubled").value for state in (before, after, small)] == ["", "240", "24"]
    assert submitted(after).find("large") is not None
    assert submitted(small).find("large") is None


def test_an_answer_that_is_not_asked_any_more_comes_back(engine: Engine) -> None:
    engine.load(xform(WORKERS))
    engine.set("/data/workers", (), "120")
    engine.set("/data/large/manager", (), "Lan")
    hidden = engine.set("/data/workers", (), "12").node("/data/large/manager")
    shown = engine.set("/data/workers", (), "130").node("/data/large/manager")

    assert [(node.relevant, node.value) for node in (hidden, shown)] == [(False, ""), (True, "Lan")]


def test_constraint_and_required_are_judged_apart(engine: Engine) -> None:
    fresh = engine.load(xform(WORKERS))
    wrong = engine.set("/data/workers", (), "501").node("/data/workers")
    right = engine.set("/data/workers", (), "500").node("/data/workers")

    owner, workers = fresh.node("/data/owner"), fresh.node("/data/workers")
    assert (owner.required, owner.required_ok, owner.constraint_ok) == (True, False, True)
    assert (workers.required, workers.required_ok, workers.constraint_ok) == (False, True, True)
    assert (wrong.constraint_ok, wrong.message, wrong.value) == (False, "Từ 1 đến 500", "501")
    assert (right.constraint_ok, right.message) == (True, "")


def test_turns_of_a_repeat_are_added_answered_and_removed(engine: Engine) -> None:
    fresh = engine.load(xform(MACHINES))
    engine.set("/data/machine/cost", (1,), "10")
    engine.add("/data/machine", ())
    engine.set("/data/machine/cost", (2,), "5")
    engine.add("/data/machine/part", (2,))
    full = engine.set("/data/machine/part/name", (2, 1), "trục")
    left = engine.remove("/data/machine", (), 1)

    assert fresh.node("/data/machine").kind == "repeat-range:uncontrolled"
    assert fresh.node("/data/machine", (1,)).kind == "repeat-instance"
    assert full.node("/data/total").value == "15"
    assert [node.text for node in submitted(full).iterfind("machine/cost")] == ["10", "5"]
    assert left.node("/data/machine/part/name", (1, 1)).value == "trục"
    assert left.node("/data/total").value == "5"


def test_a_repeat_counts_as_the_form_says(engine: Engine) -> None:
    engine.load(xform(MACHINES))
    three = engine.set("/data/people", (), "3")
    one = engine.set("/data/people", (), "1")

    assert three.node("/data/person").kind == "repeat-range:controlled"
    assert three.node("/data/person/called", (3,)).relevant
    assert [node.turns for node in one.nodes if node.path == "/data/person/called"] == [(1,)]


def test_choices_follow_their_filter_and_their_file(engine: Engine) -> None:
    fresh = engine.load(xform(CHOICES), {"trades.csv": "name,label\nwood,Đồ mộc\nrattan,Mây tre\n"})
    engine.set("/data/province", (), "56")
    chosen = engine.set("/data/commune", (), "nt").node("/data/commune")
    elsewhere = engine.set("/data/province", (), "25").node("/data/commune")
    trade = engine.set("/data/trade", (), "rattan").node("/data/trade")

    assert (fresh.node("/data/province").kind, fresh.node("/data/province").choices) == ("select1", ("56", "25"))
    assert fresh.node("/data/commune").choices == ()
    assert (chosen.choices, chosen.choice_labels, chosen.value) == (("nt",), ("Nha Trang",), "nt")
    assert (elsewhere.choices, elsewhere.value) == (("vt",), "")
    assert (trade.choices, trade.value) == (("wood", "rattan"), "rattan")


def test_several_choices_and_ranks_are_words(engine: Engine) -> None:
    engine.load(xform(CHOICES), {"trades.csv": "name,label\nwood,Đồ mộc\n"})
    two = engine.set("/data/days", (), "mon wed").node("/data/days")
    three = engine.set("/data/days", (), "mon tue wed").node("/data/days")
    cleared = engine.set("/data/days", (), "").node("/data/days")
    ranked = engine.set("/data/order", (), "wed mon tue").node("/data/order")

    assert (two.kind, two.value, two.constraint_ok) == ("select", "mon wed", True)
    assert (three.value, three.constraint_ok) == ("mon tue wed", False)
    assert cleared.value == ""
    assert (ranked.kind, ranked.value) == ("rank", "wed mon tue")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/data/since", "2019-03-02"),
        ("/data/opens", "07:30:00.000+07:00"),
        ("/data/agreed", "OK"),
        ("/data/photo", "xuong.jpg"),
        ("/data/place", "12.24 109.19 5.5 20.0"),
        ("/data/power", "4"),
    ],
)
def test_an_answer_is_written_as_the_submission_writes_it(engine: Engine, path: str, value: str) -> None:
    engine.load(xform(OTHERS))
    answered = engine.set(path, (), value)
    cleared = engine.set(path, (), "")

    assert answered.node(path).value == value
    assert submitted(answered).findtext(path.removeprefix("/data/")) == value
    assert cleared.node(path).value == ""


def test_the_clock_stands_where_it_was_put_in_vietnams_time_zone(engine: Engine) -> None:
    engine.now(NOW)
    fresh = engine.load(xform(OTHERS), properties={"username": "lan"})
    today = engine.set("/data/since", (), "2026-11-25").node("/data/since")
    tomorrow = engine.set("/data/since", (), "2026-11-26").node("/data/since")
    sent = engine.submit()

    assert fresh.node("/data/start").value == "2026-11-25T00:30:00.000+07:00"
    assert fresh.node("/data/username").value == "lan"
    assert (today.constraint_ok, tomorrow.constraint_ok) == (True, False)
    assert [state.node("/data/end").value for state in (fresh, sent)] == ["", "2026-11-25T00:30:00.000+07:00"]


def test_labels_are_in_the_language_spoken(engine: Engine) -> None:
    form = """
    | survey |
    | | type | name | label::Tiếng Việt (vi) | label::English (en) |
    | | text | owner | Tên | Name |
    """
    fresh = engine.load(xform(form))
    english = engine.speak("English (en)")

    assert fresh.languages == ("Tiếng Việt (vi)", "English (en)")
    assert [(state.language, state.node("/data/owner").label) for state in (fresh, english)] == [
        ("Tiếng Việt (vi)", "Tên"),
        ("English (en)", "Name"),
    ]


def test_what_the_engine_refuses_is_told_and_it_goes_on(engine: Engine) -> None:
    with pytest.raises(EngineError, match=r"trades\.csv"):
        engine.load(xform(CHOICES))
    with pytest.raises(EngineError, match="no form is loaded"):
        engine.set("/data/owner", (), "Lan")
    engine.load(xform(MACHINES))
    with pytest.raises(EngineError, match="no such node"):
        engine.remove("/data/machine", (), 2)
    with pytest.raises(EngineError, match="nobody answers a model-value"):
        engine.set("/data/total", (), "3")
    with pytest.raises(EngineError, match="nobody adds to a repeat-range:controlled"):
        engine.add("/data/person", ())

    assert engine.set("/data/machine/cost", (1,), "3").node("/data/total").value == "3"


def test_an_engine_that_ended_says_so(engine: Engine) -> None:
    with Engine() as other:
        other.load(xform(MACHINES))

    with pytest.raises(EngineError, match="the engine has ended"):
        other.submit()
    assert engine.load(xform(MACHINES)).nodes
