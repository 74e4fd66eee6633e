"""What was sent in: registrations of interest in the order an office keeps them, and the answers of any form."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from conversation.case import ENDED
from db.exports.answers import Answers, Names
from db.exports.listing import CHANNEL, CODE, NUMBER, Column, Filter, Listing, Part, Source, Turn, Value
from db.exports.people import ABOUT_ESTABLISHMENT, Describing, among, matches
from db.models import case_, contact, establishment, form, response, round_
from db.words import CASES, CHANNELS

INTEREST = "interest"
SENT = Column("submitted_at", "Ngày gửi", "moment", 17)
FORM = Column("form", "Phiếu", "text", 26)
INDEX = Column("_index", "STT", "number", 6)
ROUND = Column("round", "Đợt", "text", 18)
TIMES = Column("number", "Lần gửi", "number", 7)
ENTERED_BY = Column("entered_by", "Người nhập hộ", "text", 14)
REMARK = Column("remark", "Ghi chú", "text", 18)
STATUS = Column("status", "Bước", "text", 14)
ASSIGNEE = Column("assignee", "Phụ trách", "text", 14)
# What officers write down of a wish; who wishes is not asked for it.
MONEY = (
    Column("total_capital", "Tổng vốn", "money", 16),
    Column("support_asked", "Đề nghị hỗ trợ", "money", 16),
    Column("own_capital", "Vốn tự có", "money", 16),
)
OF_KOBO = (Column("_id", "Mã phiếu", "code", 12), Column("_submission_time", "Ngày gửi", "moment", 17))
# What is asked to know the establishment or a class's people leaves no response behind.
_WITHOUT_RESPONSES = {"profile", "sign_up"}


def interests(source: Source, wanted: Filter) -> Listing:
    """Registrations of interest: the establishment first, then what is asked for, the receipt last."""
    describing = Describing(source, codes=wanted.codes)
    answers = Answers(source, INTEREST, wanted)
    known = {column.name for column in ABOUT_ESTABLISHMENT}
    asked = {name: column for name, column in answers.sections[()].columns.items() if name not in known}

    def read(row: Row[Any]) -> list[Value]:
        about = describing.about({**(row.facts or {}), **row.answers}, row.person, row.typed.get("commune", ""))
        given = answers.read(row)
        money = [_amount({**(row.facts or {}), **row.answers}.get(column.name)) for column in MONEY]
        sent = [row.submitted_at, row.entered_by, None, row.code, _channel(row, wanted)]
        status = row.status if wanted.codes else CASES.get(row.status, row.status)
        return [*about, *map(given.get, asked), *money, *sent, status, row.assignee]

    of_receipt = (SENT, ENTERED_BY, REMARK, CODE, CHANNEL, STATUS, ASSIGNEE)
    columns = (NUMBER, *ABOUT_ESTABLISHMENT, *asked.values(), *MONEY, *of_receipt)
    query = narrowed(source.connection, wanted).outerjoin(case_, case_.c.response_id == response.c.id)
    query = query.add_columns(case_.c.status, case_.c.assignee).where(response.c.form == INTEREST, *_of_case(wanted))
    return Listing("interests", "Đăng ký quan tâm", columns, query, (response.c.id.desc(),), read, wanted.codes)


def _of_case(wanted: Filter) -> list[ColumnElement[bool]]:
    """Return the conditions on a registration's case."""
    parts = [case_.c.status == wanted.status] if wanted.status else []
    parts += [case_.c.assignee == wanted.assignee.removeprefix("-")] if wanted.assignee else []
    parts += [response.c.answers["activity"].as_string() == wanted.activity] if wanted.activity else []
    parts += [case_.c.due_on < wanted.due_before] if wanted.due_before else []
    parts += [case_.c.status.not_in(ENDED)] if wanted.under_way or wanted.due_before else []
    return parts


def responses(source: Source, wanted: Filter) -> Listing:
    """The responses of one form, a column for each question in the form's order; of all forms where none is named.

    Where codes are wanted the columns of KoboToolbox stand beside our own.
    """
    names = [wanted.form] if wanted.form else form_names(source)
    forms = {name: Answers(source, name, wanted) for name in names}
    merged = Merged(forms.values(), codes=wanted.codes)
    several = not wanted.form

    def read(row: Row[Any]) -> list[Value]:
        answers = forms[row.form]
        form = [row.form if wanted.codes else answers.title] if several else []
        round_of = (row.round_id if wanted.codes else row.round) if row.round_id else None
        fixed = [row.code, row.submitted_at, _channel(row, wanted), *form, round_of, row.number, row.entered_by]
        again = [row.code, row.submitted_at] if wanted.codes else []
        return [*fixed, *merged.values(answers, (), answers.read(row)), *again]

    def turns(row: Row[Any]) -> Iterator[Turn]:
        answers = forms[row.form]
        for turn in answers.turns(row):
            values = merged.values(answers, turn.names, turn.values)
            yield Turn(merged.places[turn.names], turn.numbers, row.code, values)

    fixed = (INDEX, CODE, SENT, CHANNEL, *((FORM,) if several else ()), ROUND, TIMES, ENTERED_BY)
    columns = (*fixed, *merged.columns(()), *(OF_KOBO if wanted.codes else ()))
    query = narrowed(source.connection, wanted)
    if wanted.form:
        query = query.where(response.c.form == wanted.form)
    title = forms[wanted.form].title if wanted.form else "Phiếu trả lời"
    order = (response.c.id.desc(),)
    return Listing("responses", title, columns, query, order, read, wanted.codes, merged.parts, turns)


class Merged:
    """The tables of several forms as one: questions that share name and heading share a column.

    `places` are where the parts of the repeats of given names stand.
    """

    def __init__(self, forms: Iterable[Answers], *, codes: bool) -> None:
        self._codes = codes
        self._columns: dict[Names, dict[tuple[str, str], Column]] = {(): {}}
        own: dict[tuple[str, Names], dict[tuple[str, str], str]] = {}
        for answers in forms:
            for names, section in answers.sections.items():
                keys = {(name, one.name if codes else one.heading): name for name, one in section.columns.items()}
                own[answers.name, names] = keys
                merged = self._columns.setdefault(names, {})
                for key, name in keys.items():
                    merged.setdefault(key, section.columns[name])
        self._read = {
            (form, names): [keys.get(key, "") for key in self._columns[names]] for (form, names), keys in own.items()
        }
        repeats = [names for names in self._columns if names]
        self.places = {names: place for place, names in enumerate(repeats)}
        self.parts = tuple(Part(names[-1], self.columns(names), self.places.get(names[:-1])) for names in repeats)

    def columns(self, names: Names) -> tuple[Column, ...]:
        return tuple(self._columns[names].values())

    def values(self, answers: Answers, names: Names, given: Mapping[str, Value]) -> list[Value]:
        """Return the values of the columns of a table, of answers by their names."""
        return [given.get(name) for name in self._read[answers.name, names]]


def form_names(source: Source) -> list[str]:
    """Return the forms that have responses or may get some."""
    connection = source.connection
    answered = connection.execute(select(response.c.form).distinct().order_by(response.c.form)).scalars()
    live = connection.execute(select(form.c.name).where(form.c.live_sha.is_not(None)).order_by(form.c.name)).scalars()
    shipped = [name for name in source.library.forms if name not in _WITHOUT_RESPONSES]
    return list(dict.fromkeys([*shipped, *live, *answered]))


def narrowed(connection: Connection, wanted: Filter) -> Select[Any]:
    """Return the query for the responses that a filter leaves, with whom they came from."""
    of_audience = among(connection, wanted)
    query: Select[Any] = (
        select(
            response.c.id,
            response.c.code,
            response.c.form,
            response.c.form_sha,
            response.c.channel,
            response.c.answers,
            response.c.typed,
            response.c.submitted_at,
            response.c.number,
            response.c.entered_by,
            response.c.round_id,
            round_.c.title.label("round"),
            contact.c.name.label("person"),
            establishment.c.facts,
        )
        .join(contact, contact.c.id == response.c.contact_id)
        .outerjoin(establishment, establishment.c.id == response.c.establishment_id)
        .outerjoin(round_, round_.c.id == response.c.round_id)
        .where(*matches(wanted, response.c.code), *of_audience, *wanted.days(response.c.submitted_at))
    )
    return query if wanted.round is None else query.where(response.c.round_id == wanted.round)


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text and text.isdecimal() else None


def _channel(row: Row[Any], wanted: Filter) -> str:
    return row.channel if wanted.codes else CHANNELS.get(row.channel, row.channel)
