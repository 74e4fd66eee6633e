"""Charts of a form's answers: every kind of question is counted right, and drawn with its figures."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection

from console.charts import Chart, chart, histogram
from conversation.catalog import Library
from conversation.form import Form, Group, Option, Question
from db.engine import Database
from db.exports.listing import Filter
from db.summaries import Tally, tally
from tests.office import LAN, a_person

TRADES = (Option("may", "May"), Option("moc", "Mộc"), Option("det", "Dệt"))
QUESTIONS = (
    Question("trade", "select_one", "Nghề?", options=TRADES),
    Question("needs", "select_multiple", "Cần gì?", options=TRADES),
    Question("order", "rank", "Xếp?", options=TRADES),
    Question("workers", "integer", "Mấy thợ?"),
    Question("price", "integer", "Giá?", appearance=frozenset({"kc-money"})),
    Question("day", "date", "Ngày?"),
    Question("commune", "text", "Xã?", appearance=frozenset({"kc-commune"})),
    Question("note", "text", "Ghi chú?"),
    Question("machine", "text", "Máy?", path=("machines",)),
    Question("age", "integer", "Tuổi máy?", path=("machines",)),
)
FORM = Form("thong_ke", "Thống kê", "1", "sha", QUESTIONS, (Group(("machines",), "Máy", repeat=True),))
ANSWERS: tuple[Mapping[str, Any], ...] = (
    {
        "trade": "may",
        "needs": "may moc",
        "order": "moc may det",
        "workers": "3",
        "price": "100000000",
        "day": "2026-01-05",
        "commune": "13609",
        "note": "một",
        "machines": [{"machine": "bào", "age": "3"}, {"machine": "cưa", "age": "5"}],
    },
    {
        "trade": "may",
        "needs": "may",
        "order": "may moc det",
        "workers": "40",
        "price": "300000000",
        "day": "2026-01-20",
    },
    {"trade": "det", "workers": "12", "day": "2026-03-01", "machines": [{"machine": "dệt"}]},
)


async def charts(database: Database, library: Library) -> dict[str, Chart]:
    def read(connection: Connection) -> tuple[int, Mapping[str, Tally]]:
        for number, answers in enumerate(ANSWERS):
            a_person(connection, f"p{number}").runs(LAN).sent(f"TK-100{number}", FORM, answers)
        return tally(connection, FORM, Filter())

    count, tallies = await database.write(read)
    assert count == len(ANSWERS)
    return {one.name: chart(one, tallies[one.name], library.places) for one in FORM.questions}


def bars(one: Chart) -> list[tuple[str, int, int]]:
    return [(bar.label, bar.count, bar.share) for bar in one.bars]


async def test_every_kind_is_counted(database: Database, library: Library) -> None:
    drawn = await charts(database, library)
    assert bars(drawn["trade"]) == [("May", 2, 67), ("Mộc", 0, 0), ("Dệt", 1, 33)]
    assert bars(drawn["needs"]) == [("May", 2, 100), ("Mộc", 1, 50), ("Dệt", 0, 0)]
    assert "nhiều mục" in drawn["needs"].note
    assert (drawn["needs"].answered, drawn["needs"].asked) == (2, 3)
    assert dict(drawn["order"].facts)["Hạng trung bình: May"] == "1,5"
    assert dict(drawn["workers"].facts) == {"Ít nhất": "3", "Giữa": "12", "Nhiều nhất": "40", "Tổng": "55"}
    assert sum(bar.count for bar in drawn["workers"].bars) == 3
    assert dict(drawn["price"].facts)["Tổng"] == "400 triệu đồng"
    assert bars(drawn["day"]) == [("01/2026", 2, 67), ("03/2026", 1, 33)]
    assert [bar.count for bar in drawn["commune"].bars] == [1]
    assert drawn["note"].said == ("một",)


async def test_repeats_are_counted_over_their_turns(database: Database, library: Library) -> None:
    drawn = await charts(database, library)
    assert (drawn["machine"].answered, drawn["machine"].asked) == (3, 3)
    assert (drawn["age"].answered, drawn["age"].asked) == (2, 3)
    assert "từng mục" in drawn["age"].note
    assert set(drawn["machine"].said) == {"bào", "cưa", "dệt"}


@pytest.mark.parametrize(
    ("numbers", "whole", "bins"),
    [
        ({}, True, []),
        ({1: 2, 3: 1}, True, [("1", 2), ("2", 0), ("3", 1)]),
        ({5: 4}, False, [("5", 4)]),
        ({0: 1, 100: 1}, True, [(f"{n} đến dưới {n + 10}", int(n in {0, 100})) for n in range(0, 101, 10)]),
    ],
)
def test_a_histogram_has_round_bins(numbers: dict[int, int], whole: bool, bins: list[tuple[str, int]]) -> None:
    assert histogram({Decimal(value): count for value, count in numbers.items()}, whole=whole) == bins
