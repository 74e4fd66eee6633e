"""What staff choose from: communes, trades, topics, tags, forms, classes, rounds, pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from console.pages import communes_of
from console.parts import Console
from conversation.calendar import local_day
from conversation.catalog import Library
from conversation.topics import TOPICS
from conversation.training_class import TrainingClass
from db import classes, published, rounds, saved_audiences
from db.published import Published
from db.rounds import Round
from db.saved_audiences import Saved

MOST_CLASSES = 100
NOT_ASKED_ALONE = {"profile", "sign_up"}


@dataclass(frozen=True)
class Offers:
    """Labels by what they stand for; `links` are what a button of an announcement may open, in groups."""

    communes: Mapping[str, str]
    trades: Mapping[str, str]
    kinds: Mapping[str, str]
    topics: Mapping[str, str]
    tags: list[str]
    forms: Mapping[str, str]
    classes: Mapping[str, str]
    rounds: Mapping[str, str]
    saved: list[Saved]
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


async def offers(console: Console, now: datetime) -> Offers:
    """Return what can be chosen today."""

    def read(connection: Connection) -> Offers:
        return _offers(
            console.shelf.over(console.library, connection, local_day(now)),
            classes.upcoming(connection, now, MOST_CLASSES),
            published.listed(connection),
            [one for one in rounds.listed(connection) if one.is_open(now)],
            saved_audiences.tags(connection),
            saved_audiences.listed(connection),
            now,
        )

    return await console.database.read(read)


def _offers(
    library: Library,
    upcoming: list[TrainingClass],
    staffs: list[Published],
    open_rounds: list[Round],
    tags: list[str],
    saved: list[Saved],
    now: datetime,
) -> Offers:
    shipped = {name: form.title for name, form in library.forms.items() if name not in NOT_ASKED_ALONE}
    live = {one.name: one.title for one in staffs if one.live_sha and one.state == "open"}
    by_code = {one.code: f"{one.code} · {one.title}" for one in upcoming}
    by_round = {str(one.id): f"DT{one.id} · {one.title}" for one in open_rounds}
    takes = {one.code for one in upcoming if one.takes(local_day(now))}
    pages = {f">policies/{page.id}": page.title for page in library.pages.values() if page.published}
    forms = {f">{name}": title for name, title in shipped.items()} | {f">form/{name}": t for name, t in live.items()}
    links = {
        "Lớp đang nhận đăng ký": {f">class/{code}": label for code, label in by_code.items() if code in takes},
        "Đợt khảo sát đang mở": {f">round/{number}": label for number, label in by_round.items()},
        "Phiếu": forms,
        "Trang chính sách": pages,
    }
    return Offers(
        communes={one.code: one.full_name for one in communes_of(library.places)},
        trades=_options(library, "trade"),
        kinds=_options(library, "legal_form"),
        topics=TOPICS,
        tags=tags,
        forms=shipped | live,
        classes=by_code,
        rounds=by_round,
        saved=saved,
        links={group: found for group, found in links.items() if found},
    )


def _options(library: Library, name: str) -> dict[str, str]:
    questions = [question for form in library.forms.values() for question in form.questions]
    return {option.value: option.label for q in questions if q.name == name for option in q.options}
