"""Who is played: invented owners of workshops in an invented village."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody with a telephone; `number` is their id on every messenger, in that one's form."""

    number: int
    name: str
    trade: str
    phone: str


def person(number: int, name: str, trade: str = "", phone: str = "") -> Person:
    """Return somebody; who brings no number of a telephone gets one that only looks like it."""
    return Person(number, name, trade, phone or f"09{number % 10**8:08d}")


VILLAGE = [
    person(7001, "Bà Tuyết", "mây tre đan"),
    person(7002, "Ông Bính", "xưởng mộc"),
    person(7003, "Chị Hợi", "bánh đa nem"),
    person(7004, "Anh Quyết", "cơ khí, hàn xì"),
    person(7005, "Bà Mơ", "thêu ren"),
    person(7006, "Ông Khoát", "lò gạch, gốm"),
    person(7007, "Chị Thảo", "may gia công"),
    person(7008, "Anh Đoàn", "xay xát, nước mắm"),
]
