"""A province to look at and to measure with: invented establishments, their people, and what these did in three years.

`python -m tests.province FILE [--scale N]` fills a new SQLite file; scale 1 is 5,000 establishments, 20,000 people and
100,000 forms sent. The same seed is the same province.
"""

import asyncio
import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Table, insert

from bot.app import assemble
from bot.clock import now
from bot.settings import Settings
from conversation.answers import fold
from conversation.calendar import local_day
from conversation.case import DECLINED, ENDED, STATUSES
from conversation.catalog import Library
from conversation.contact import ANNOUNCEMENTS, ANSWERS
from db.models import (
    address,
    announcement,
    case_,
    consent,
    contact,
    conversation,
    delivery,
    establishment,
    establishment_tag,
    message,
    question,
    response,
    sign_up,
    training_class,
)

SEED = 1674
CHUNK = 5_000
ESTABLISHMENTS, PEOPLE, FORMS, QUESTIONS, CLASSES, ANNOUNCEMENTS_SENT = 5_000, 20_000, 100_000, 400, 20, 6
INTERESTS = 5_000
DAYS = 3 * 365
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đỗ", "Ngô", "Đinh", "Lại", "Trương")
MIDDLE = ("Văn", "Thị", "Đức", "Hữu", "Ngọc", "Quang", "Thanh", "Xuân")
GIVEN = ("Thịnh", "Lan", "Hòa", "Tuyết", "Bính", "Quyết", "Mơ", "Khoát", "Thảo", "Đoàn", "Hợi", "Nga", "Sáu", "Dũng")
KINDS = ("Cơ sở", "Hộ kinh doanh", "Xưởng", "HTX", "Công ty TNHH")
WORK = ("mộc", "may", "thêu", "mây tre", "cơ khí", "gốm", "bánh đa nem", "dệt", "đậu phụ", "khung tranh")
HAMLETS = ("thôn Đông", "thôn Đoài", "xóm 3", "xóm Chùa", "tổ 5", "thôn Thượng", "thôn Nội")
LEGAL_FORMS = ("household", "household", "household", "company", "cooperative", "unregistered")
ACTIVITIES = ("machinery", "machinery", "vocational", "management", "fair", "brand", "consulting", "cleaner", "other")
NEEDS = ("machine", "vocational", "management", "fair", "brand", "environment", "relocation", "other")
CHANNELS = ("zalo_oa", "zalo_oa", "zalo_bot", "web", "telegram")
OUTCOMES = ("sent",) * 17 + ("failed", "blocked", "unreachable")
TAGS = ("làng nghề", "OCOP", "cụm công nghiệp", "ưu tiên 2027")
ASKED = ("Lớp này có mất tiền không?", "Hồ sơ nộp ở đâu?", "Máy cũ có được hỗ trợ không?", "Cho tôi gặp cán bộ")


class Province:
    """What is put into a database, `scale` times as much."""

    def __init__(self, library: Library, at: datetime, scale: float = 1, seed: int = SEED) -> None:
        self.library, self.at = library, at
        self.chance = random.Random(seed)
        self.establishments, self.people, self.forms = (round(n * scale) for n in (ESTABLISHMENTS, PEOPLE, FORMS))
        self.interests, self.questions = round(INTERESTS * scale), round(QUESTIONS * scale)
        self.communes = sorted(library.places.by_code)
        self.trades = [option.value for option in library.forms["interest"].by_name["trade"].options]

    def fill(self, connection: Connection) -> None:
        """Put it all into a migrated database that is empty."""
        for table, rows in (
            (establishment, self._establishments()),
            (establishment_tag, self._tags()),
            (contact, self._contacts()),
            (address, self._addresses()),
            (conversation, self._conversations()),
            (message, self._messages()),
            (consent, self._consents()),
            (response, self._responses()),
            (case_, self._cases()),
            (question, self._questions()),
            (training_class, self._classes()),
            (sign_up, self._sign_ups()),
            (announcement, self._announcements()),
            (delivery, self._deliveries()),
        ):
            _put(connection, table, rows)

    def _person(self) -> str:
        return " ".join(self.chance.choice(part) for part in (FAMILY, MIDDLE, GIVEN))

    def _before(self, days: int = DAYS) -> datetime:
        return self.at - timedelta(days=self.chance.random() * days)

    def _phone(self) -> str:
        return f"09{self.chance.randrange(10**8):08d}"

    def _establishments(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.establishments + 1):
            name = f"{self.chance.choice(KINDS)} {self.chance.choice(WORK)} {self.chance.choice(GIVEN)} {number}"
            facts = {
                "business_name": name,
                "legal_form": self.chance.choice(LEGAL_FORMS),
                "trade": self.chance.choice(self.trades),
                "commune": self.chance.choice(self.communes),
                "phone": self._phone(),
                "hamlet": self.chance.choice(HAMLETS),
                "workers": str(round(self.chance.lognormvariate(2, 0.8))),
            }
            columns = {column: facts[column] for column in ("legal_form", "trade", "commune", "phone")}
            at = self._before()
            named = {"name": name, "folded_name": fold(name), "facts": facts, **columns}
            yield {"id": number, **named, "created_at": at, "updated_at": at}

    def _tags(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.establishments + 1, 3):
            yield {"establishment_id": number, "tag": self.chance.choice(TAGS)}

    def _of(self, person: int) -> int | None:
        """Return whom a person speaks for: three in four for an establishment."""
        return None if person % 4 == 0 else 1 + person % self.establishments

    def _contacts(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.people + 1):
            name = self._person() if number % 3 else ""
            yield {"id": number, "establishment_id": self._of(number), "name": name, "created_at": self._before()}

    def _addresses(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.people + 1):
            where = {"channel": self.chance.choice(CHANNELS), "external_id": f"p{number}"}
            seen = {"created_at": self.at - timedelta(days=DAYS), "last_seen_at": self._before(90)}
            yield {"id": number, "contact_id": number, **where, **seen}

    def _conversations(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.people + 1):
            yield {"address_id": number, "session": {}, "last_seq": 3, "updated_at": self._before(90)}

    def _messages(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.people + 1):
            at = self._before(90)
            said = (
                ("in", {"text": self.chance.choice(ASKED)}),
                ("out", {"text": "Em nghe ạ."}),
                ("in", {"text": "vâng"}),
            )
            for seq, (direction, payload) in enumerate(said, 1):
                status = "received" if direction == "in" else "sent"
                what = {"direction": direction, "payload": payload, "status": status}
                yield {"address_id": number, "seq": seq, **what, "at": at + timedelta(seconds=seq)}

    def _consents(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.people + 1):
            for purpose in (ANSWERS, ANNOUNCEMENTS)[: self.chance.choice((1, 2, 2))]:
                given = {"version": "1", "channel": "zalo_oa", "given_at": self._before()}
                yield {"contact_id": number, "purpose": purpose, **given}

    def _responses(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.forms + 1):
            name = "interest" if number <= self.interests else "needs"
            person = 1 + self.chance.randrange(self.people)
            about = {"business_name": self._person(), "commune": self.chance.choice(self.communes), "workers": "8"}
            if name == "interest":
                activity = self.chance.choice(ACTIVITIES)
                answers = {
                    "activity": activity,
                    "wish": "mua máy mới",
                    "trade": self.chance.choice(self.trades),
                    **about,
                }
            else:
                needs = sorted(self.chance.sample(NEEDS, 2))
                price = {"machine": "máy bào", "machine_price": str(self.chance.randrange(50, 900) * 10**6)}
                answers = {"needs": " ".join(needs), **(price if "machine" in needs else {}), **about}
            yield {
                "code": f"{'HT' if name == 'interest' else 'NC'}-{number:06d}",
                "form": name,
                "form_sha": self.library.forms[name].sha,
                "contact_id": person,
                "establishment_id": self._of(person),
                "channel": self.chance.choice(CHANNELS),
                "answers": answers,
                "typed": {},
                "submitted_at": self._before(),
            }

    def _cases(self) -> Iterator[dict[str, Any]]:
        """One for each wish: the forms were numbered as they were sent."""
        for number in range(1, self.interests + 1):
            status = self.chance.choice(STATUSES)
            under_way = status not in ENDED and number % 3 > 0
            due = local_day(self._before(30) + timedelta(days=20)) if under_way else None
            who = self.chance.choice(("", "thu.huong", "van.minh"))
            reason = "Hết kinh phí năm nay." if status == DECLINED else ""
            at = {"opened_at": self._before(), "moved_at": self._before(90)}
            yield {"response_id": number, "status": status, "reason": reason, "assignee": who, "due_on": due, **at}

    def _questions(self) -> Iterator[dict[str, Any]]:
        for number in range(self.questions):
            person, at = 1 + self.chance.randrange(self.people), self._before(30 if number % 6 == 0 else DAYS)
            answered = None if number % 6 == 0 else at + timedelta(hours=20)
            said = {
                "text": self.chance.choice(ASKED),
                "asked_at": at,
                "promised_for": local_day(at + timedelta(days=1)),
            }
            by = {"answered_at": answered, "answered_by": "thu.huong" if answered else None}
            yield {"contact_id": person, "address_id": person, **said, **by}

    def _classes(self) -> Iterator[dict[str, Any]]:
        for number in range(1, CLASSES + 1):
            starts = self.at.replace(hour=1, minute=0) + timedelta(days=30 * (number - CLASSES + 2))
            when = {"starts_at": starts, "ends_at": starts + timedelta(days=1, hours=8)}
            seats = {"seats": 40, "taken": 30, "next_number": 31}
            yield {
                "id": number,
                "code": f"LH{number}",
                "title": f"Quản trị xưởng nhỏ, khóa {number}",
                **when,
                "place": "Nhà văn hóa xã Bắc Lý",
                "fee": "không thu",
                **seats,
                "deadline": local_day(starts - timedelta(days=6)),
                "created_at": starts - timedelta(days=60),
            }

    def _sign_ups(self) -> Iterator[dict[str, Any]]:
        for number in range(1, CLASSES + 1):
            for person in range(1, 31):
                who = {"contact_id": 1 + (number * 37 + person * 11) % self.people, "names": [self._person()]}
                what = {"code": f"LH{number}-{person:02d}", "class_id": number, "seats": 1, **who}
                yield {**what, "channel": "zalo_oa", "signed_up_at": self._before(60)}

    def _announcements(self) -> Iterator[dict[str, Any]]:
        for number in range(1, ANNOUNCEMENTS_SENT + 1):
            at = self.at - timedelta(days=20 * number)
            words = {"title": f"Hội chợ công nghiệp nông thôn lần {number}", "text": "Mời anh/chị đăng ký gian hàng."}
            who = {"author": "thu.huong", "approved_by": "van.minh", "approved_at": at, "started_at": at}
            yield {"id": number, **words, "state": "done", **who, "created_at": at}

    def _deliveries(self) -> Iterator[dict[str, Any]]:
        for number in range(1, ANNOUNCEMENTS_SENT + 1):
            at = self.at - timedelta(days=20 * number)
            for person in range(1, self.people + 1, 2):
                where = {"contact_id": person, "address_id": person, "channel": "zalo_oa"}
                yield {"announcement_id": number, **where, "status": self.chance.choice(OUTCOMES), "done_at": at}


def _put(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        connection.execute(insert(table), chunk)


async def make(url: str, scale: float) -> None:
    """Make a database with a province in it."""
    settings = Settings(database_url=url, demo_data=False)
    async with assemble(settings, {}) as parts:
        await parts.database.write(Province(parts.library, now(), scale).fill)


def main(file: Path, scale: Annotated[float, typer.Option(min=0.01)] = 1) -> None:
    """Fill a new SQLite file."""
    asyncio.run(make(f"sqlite+aiosqlite:///{file}", scale))


if __name__ == "__main__":
    typer.run(main)
