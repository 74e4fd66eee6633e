"""Killed at any moment: every receipt an owner holds is in the export exactly once, with every answer they gave."""

import csv
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.browser.conftest import free_port
from tests.doubles.telegram import TelegramDouble, running_double
from tests.mortal import Mortal, environment

OWNERS = 28
KILLS = 4
PATIENCE = 300

# What the question says, and what an owner does about it: taps the choice of a value, or types.
ANSWERS = {
    "xin phép anh/chị": ("tap", "agree"),
    "hỗ trợ việc gì nhất": ("tap", "machinery"),
    "xưởng định làm gì": ("say", "mua máy bào bốn mặt"),
    "Tên cơ sở, hoặc tên chủ hộ": ("say", "Mộc số {number}"),
    "nghề gì là chính": ("tap", "garment"),
    "mấy người làm quanh năm": ("say", "{number}"),
    "xã, phường nào": ("say", "Nhân Hà"),
    "Số điện thoại để cán bộ": ("tap", ":skip"),
    "xem lại giúp em": ("tap", "send"),
}


@dataclass
class TelegramOwner:
    """Answers what the bot last asked; the same message twice is answered once, as a person would."""

    number: int
    double: TelegramDouble
    read: int = 0
    last: str = ""
    receipts: set[str] = field(default_factory=set)

    @property
    def chat(self) -> int:
        return 1000 + self.number

    def begins(self) -> None:
        self.double.says(self.chat, "/quantam")

    def reacts(self) -> None:
        messages = self.double.sent[self.chat]
        while self.read < len(messages):
            message = messages[self.read]
            self.read += 1
            if message["text"] != self.last:
                self.last = message["text"]
                self._answers(message)

    def _answers(self, message: dict[str, object]) -> None:
        text = str(message["text"])
        self.receipts.update(re.findall(r"HT-\d{4,}", text))
        for asked, (how, what) in ANSWERS.items():
            if asked in text and not self.receipts:
                if how == "say":
                    self.double.says(self.chat, what.format(number=self.number))
                else:
                    self.double.taps(self.chat, self._token(message, what))
                return

    def _token(self, message: dict[str, object], value: str) -> str:
        found = re.search(rf"'callback_data': '(\d+:{value})'", str(message))
        assert found, message
        return found[1]


@pytest.fixture
def double() -> Iterator[TelegramDouble]:
    with running_double() as running:
        yield running


def test_nothing_an_owner_was_told_is_lost(double: TelegramDouble, tmp_path: Path) -> None:
    chance = random.Random(20261124)
    settings = environment(f"sqlite+aiosqlite:///{tmp_path}/kcbot.db", double, sends_per_second="1000")
    program = Mortal(settings, free_port())
    owners = [TelegramOwner(number, double) for number in range(1, OWNERS + 1)]
    waiting = list(owners)
    for _ in range(KILLS):
        program.lives()
        for owner in waiting[: OWNERS // KILLS]:
            owner.begins()
        del waiting[: OWNERS // KILLS]
        talk_until(owners, time.monotonic() + chance.uniform(0.05, 1.2))
        program.dies()
    program.lives()
    talk_until(owners, time.monotonic() + PATIENCE)
    program.dies()

    held = sorted(code for owner in owners for code in owner.receipts)
    assert len(held) == OWNERS, [owner.last for owner in owners if not owner.receipts][:3]
    with program.exports("interests", tmp_path / "interests.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert sorted(row["code"] for row in rows) == held
    by_code = {row["code"]: row for row in rows}
    for owner in owners:
        (code,) = owner.receipts
        assert by_code[code]["business_name"] == f"Mộc số {owner.number}"
        assert by_code[code]["workers"] == str(owner.number)


def talk_until(owners: list[TelegramOwner], deadline: float) -> None:
    """Let the owners answer until the deadline, or until each holds a receipt."""
    while time.monotonic() < deadline and not all(owner.receipts for owner in owners):
        for owner in owners:
            owner.reacts()
        time.sleep(0.01)
