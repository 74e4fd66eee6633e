"""Establishments that may be one: proposed with reasons, put side by side, merged, parted again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.fact_words import FACTS, in_words, label_of
from console.pages import HOME, communes_of
from console.routing import GET, POST, route, scoped, writers
from console.visit import Visit, see_other
from content.lists.fields import MORE_PHONES
from conversation.answers import phone_in_words
from db import audit, duplicate_pairs, duplicates, merging
from db.duplicate_pairs import MOST_COUNTED, Pair, Wanted
from db.merging import MergeRefused

PAGE = 50
# How many establishments that changed are looked at before the page is shown; housekeeping looks at the rest.
LOOKED_AT = 100
REASONS: Mapping[str, str] = {
    "phone": "Cùng số điện thoại",
    "tax": "Cùng mã số thuế",
    "name": "Cùng tên, cùng xã",
    "near": "Tên gần giống, cùng xã",
}
NOTICES = {
    "merged": "Đã gộp thành một cơ sở. Gộp nhầm thì hoàn tác ở trang «Các lần gộp».",
    "refused": "Đã ghi nhận hai cơ sở này không trùng nhau, lần sau không hỏi lại.",
    "reopened": "Đã bỏ ghi nhận không trùng.",
    "parted": "Đã tách lại thành hai cơ sở như trước khi gộp.",
}
STATES = ("open", "refused")


@dataclass(frozen=True, slots=True)
class Choice:
    """A fact of two establishments side by side; to be chosen where both have one, and not the same."""

    name: str
    label: str
    first: str
    second: str
    differs: bool


async def listed(visit: Visit) -> Response:
    """Show the pairs that may be one, the surest first."""
    params = visit.request.query_params
    state = params.get("state", "")
    wanted = Wanted(
        state=state if state in STATES else "open",
        search=params.get("search", "")[:200],
        commune=params.get("commune", ""),
        reason=params.get("reason", "") if params.get("reason", "") in REASONS else "",
    )
    number = page_number(params.get("page", ""))
    scope = visit.member.scope
    await visit.console.database.write(lambda connection: duplicates.search(connection, visit.now, LOOKED_AT))

    def read(connection: Connection) -> tuple[list[Pair], int]:
        found = duplicate_pairs.listed(connection, wanted, scope, (number - 1) * PAGE, PAGE)
        return found, duplicate_pairs.count(connection, wanted, scope)

    pairs, count = await visit.console.database.read(read)
    communes = [one for one in communes_of(visit.console.library.places) if scope is None or one.code in scope]
    return visit.page(
        "duplicates.html",
        pairs=pairs,
        why=[_in_words(pair.reasons) for pair in pairs],
        count=count,
        most=MOST_COUNTED,
        wanted=wanted,
        reasons=REASONS,
        communes=communes,
        places=visit.console.library.places,
        number=number,
        pages=max(1, -(-count // PAGE)),
        kept={name: value for name, value in params.items() if value and name not in {"page", "done"}},
        notice=NOTICES.get(params.get("done", ""), ""),
    )


def page_number(text: str) -> int:
    """Return which page of a list is asked for: the first where nothing sensible is."""
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 7 and int(text) else 1


def _in_words(reasons: Mapping[str, str]) -> list[str]:
    """Return why two may be one, for people."""
    return [f"{REASONS[name]}{_shared(name, reasons[name])}" for name in REASONS if name in reasons]


def _shared(name: str, value: str) -> str:
    return {"phone": f" {phone_in_words(value)}", "tax": f" {value}", "near": f" ({value} %)"}.get(name, "")


async def one(visit: Visit) -> Response:
    """Show two establishments side by side."""
    return await _side_by_side(visit, 200)


async def _side_by_side(visit: Visit, status: int, problem: str = "") -> Response:
    pair = await _found(visit)
    subjects = [f"establishment:{one.id}" for one in (pair.first, pair.second)]
    await visit.console.database.write(lambda connection: _note_read(connection, visit, subjects))
    return visit.page(
        "duplicate.html",
        status,
        pair=pair,
        why=_in_words(pair.reasons),
        choices=_choices(visit, pair),
        problem=problem,
    )


def _note_read(connection: Connection, visit: Visit, subjects: Sequence[str]) -> None:
    for subject in subjects:
        audit.note_read(connection, visit.member.name, subject, visit.now)


async def _found(visit: Visit) -> Pair:
    first, second = visit.request.path_params["first"], visit.request.path_params["second"]
    scope = visit.member.scope
    found = await visit.console.database.read(lambda connection: duplicate_pairs.find(connection, first, second, scope))
    if found is None:
        raise HTTPException(404)
    return found


def _choices(visit: Visit, pair: Pair) -> list[Choice]:
    library, first, second = visit.console.library, pair.first.facts, pair.second.facts
    names = [*FACTS, *sorted({*first, *second} - FACTS.keys())]
    return [
        Choice(
            name,
            label_of(library, name),
            in_words(library, name, first.get(name, "")),
            in_words(library, name, second.get(name, "")),
            bool(first.get(name) and second.get(name) and first[name] != second[name] and name != MORE_PHONES),
        )
        for name in names
        if first.get(name) or second.get(name)
    ]


async def merge(visit: Visit) -> Response:
    """Make two establishments one, with the facts that were chosen."""
    pair = await _found(visit)
    facts = chosen(pair.first.facts, pair.second.facts, visit.form)
    keep, gone, who = pair.first.id, pair.second.id, visit.member.name

    def deed(connection: Connection) -> int:
        number = merging.merge(connection, keep, gone, facts, who, visit.now)
        duplicates.examine(connection, [keep])
        return number

    try:
        await visit.does(
            "duplicate.merged",
            f"establishment:{keep}",
            deed,
            gone=gone,
            kept_name=pair.first.name,
            gone_name=pair.second.name,
        )
    except MergeRefused as refused:
        return await _side_by_side(visit, 409, str(refused))
    return see_other(f"{HOME}/duplicates?done=merged")


def chosen(first: Mapping[str, str], second: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    """Return the facts of the one that two become: those chosen where they differ; no telephone is lost."""
    facts = {}
    for name in {*first, *second}:
        of_second = form.get(f"stays-{name}") == "second"
        facts[name] = (second.get(name) or first.get(name, "")) if of_second else first.get(name) or second[name]
    phones = [facts.get("phone", "")]
    for one in (first, second):
        phones += [one.get("phone", ""), *one.get(MORE_PHONES, "").split()]
    facts[MORE_PHONES] = " ".join(one for one in dict.fromkeys(phones) if one and one != facts.get("phone"))
    return {name: value for name, value in facts.items() if value}


async def refuse(visit: Visit) -> Response:
    """Remember that two are two."""
    pair = await _found(visit)
    first, second, who = pair.first.id, pair.second.id, visit.member.name
    await visit.does(
        "duplicate.refused",
        f"establishment:{first}",
        lambda connection: duplicates.refuse(connection, first, second, who, visit.now),
        other=second,
    )
    return see_other(f"{HOME}/duplicates?done=refused")


async def reopen(visit: Visit) -> Response:
    """Forget that two were said to be two."""
    pair = await _found(visit)
    first, second = pair.first.id, pair.second.id
    await visit.does(
        "duplicate.reopened",
        f"establishment:{first}",
        lambda connection: duplicates.reopen(connection, first, second),
        other=second,
    )
    return see_other(f"{HOME}/duplicates/{first}/{second}")


async def merged(visit: Visit) -> Response:
    """Show what was merged, the latest first."""
    return await _merges(visit, 200)


async def _merges(visit: Visit, status: int, problem: str = "") -> Response:
    params, scope = visit.request.query_params, visit.member.scope
    number = page_number(params.get("page", ""))
    found = await visit.console.database.read(
        lambda connection: merging.merges(connection, scope, (number - 1) * PAGE, PAGE + 1)
    )
    return visit.page(
        "merges.html",
        status,
        merges=found[:PAGE],
        more=len(found) > PAGE,
        number=number,
        places=visit.console.library.places,
        notice=NOTICES.get(params.get("done", ""), ""),
        problem=problem,
    )


async def part(visit: Visit) -> Response:
    """Make two again of what was merged."""
    number, who = visit.request.path_params["merge_id"], visit.member.name

    def deed(connection: Connection) -> int:
        back = merging.undo(connection, number, who, visit.now)
        duplicates.examine(connection, [back])
        return back

    try:
        await visit.does("duplicate.parted", lambda back: f"establishment:{back}", deed, merge=number)
    except MergeRefused as refused:
        return await _merges(visit, 409, str(refused))
    return see_other(f"{HOME}/merges?done=parted")


ROUTES = [
    route("/duplicates", listed, GET, scoped),
    route("/duplicates/{first:int}/{second:int}", one, GET, scoped),
    route("/duplicates/{first:int}/{second:int}/merge", merge, POST, writers),
    route("/duplicates/{first:int}/{second:int}/refuse", refuse, POST, writers),
    route("/duplicates/{first:int}/{second:int}/reopen", reopen, POST, writers),
    route("/merges", merged, GET, scoped),
    route("/merges/{merge_id:int}/undo", part, POST, writers),
]
