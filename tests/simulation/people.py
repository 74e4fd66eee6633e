"""Owners with a phone: they agree, fill in forms, stop, come back, block, and keep what they were told."""

import re
from dataclasses import dataclass, field
from random import Random

from tests.simulation.vendors import Vendor

# What the question says, and what an owner does about it: taps the choice of a value, or types.
ANSWERS = {
    "xin phép": ("tap", "agree"),
    "đồng ý nhận": ("tap", "agree"),
    "hỗ trợ việc gì nhất": ("tap", "machinery"),
    "xưởng định làm gì": ("say", "mua máy bào"),
    "Tên cơ sở, hoặc tên chủ hộ": ("say", "Mộc {name}"),
    "nghề gì là chính": ("tap", "garment"),
    "mấy người làm quanh năm": ("say", "7"),
    "xã, phường nào": ("say", "Nhân Hà"),
    "Số điện thoại để cán bộ": ("tap", ":skip"),
    "xem lại giúp em": ("tap", "send"),
}
WHIMS = (
    *["/quantam"] * 4,
    *["/thongbao"] * 4,
    *["menu", "lớp", "THÔI TIN", "nhận tin lại", "/dulieu", "máy bào", "7", "thôi tin lớp học"],
)
_RECEIPT = re.compile(r"HT-\d{4,}")


@dataclass
class Owner:
    """Somebody with a phone; answers what the bot last asked, or does something of their own."""

    name: str
    vendor: Vendor
    chance: Random
    read: int = 0
    last: str = ""
    loyal: bool = True
    said: set[str] = field(default_factory=set)
    receipts: set[str] = field(default_factory=set)

    def looks(self) -> None:
        """Read what arrived, and answer a question that was not answered yet."""
        arrivals = self.vendor.arrivals
        while self.read < len(arrivals):
            arrival = arrivals[self.read]
            self.read += 1
            if arrival.to != self.name:
                continue
            text = arrival.message.text
            self.receipts |= set(_RECEIPT.findall(text))
            if text != self.last and not arrival.message.key.startswith("announcements/"):
                self.last = text
                self._answers(text, [choice.token for choice in arrival.message.choices])

    def _answers(self, text: str, tokens: list[str]) -> None:
        for asked, (how, what) in ANSWERS.items():
            if asked in text:
                said = what.format(name=self.name)
                token = next((token for token in tokens if token.endswith(f":{said}")), "")
                if how == "say":
                    self._says(said)
                elif token:
                    self.vendor.writes(self.name, choice=token, text=said)
                return

    def does(self) -> None:
        """Do something unasked."""
        if self.chance.random() < 0.08:
            self.vendor.blocked.add(self.name)
            return
        whim = self.chance.choice(WHIMS)
        self.loyal = self.loyal and "tin" not in whim.lower()
        self._says(whim)

    def leaves(self) -> None:
        """Leave whatever is under way."""
        self._says("menu")

    def _says(self, text: str) -> None:
        self.said.add(text)
        self.vendor.writes(self.name, text=text)
