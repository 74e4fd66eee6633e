"""What was sent in: registrations of interest in the order an office keeps them, and the answers of any form."""

from typing import Any

from sqlalchemy import Row, Select, select

from db.exports.answers import Answers
from db.exports.listing import CHANNEL, CODE, NUMBER, Column, Filter, Listing, Source, Value
from db.exports.people import ABOUT_ESTABLISHMENT, Describing, matches
from db.models import contact, establishment, response
from db.words import CHANNELS

INTEREST = "interest"
SENT = Column("submitted_at", "Ngày gửi", "moment", 17)
FORM = Column("form", "Phiếu", "text", 26)
# What is asked to know the establishment or a class's people leaves no response behind.
_WITHOUT_RESPONSES = {"profile", "sign_up"}


def interests(source: Source, wanted: Filter) -> Listing:
    """Registrations of interest: the establishment first, then what is asked for, the receipt last."""
    describing = Describing(source, codes=wanted.codes)
    answers = Answers(source, INTEREST, codes=wanted.codes)
    known = {column.name for column in ABOUT_ESTABLISHMENT}
    asked = tuple(column for column in answers.columns if column.name not in known)

    def read(row: Row[Any]) -> list[Value]:
        about = describing.about({**(row.facts or {}), **row.answers}, row.person, row.typed.get("commune", ""))
        given = answers.read(row)
        return [
            *about,
            *(given.get(column.name) for column in asked),
            row.code,
            row.submitted_at,
            _channel(row, wanted),
        ]

    columns = (NUMBER, *ABOUT_ESTABLISHMENT, *asked, CODE, SENT, CHANNEL)
    query = _responses(wanted).where(response.c.form == INTEREST)
    return Listing("interests", "Đăng ký quan tâm", columns, query, (response.c.id.desc(),), read, wanted.codes)


def responses(source: Source, wanted: Filter) -> Listing:
    """The responses of one form, a column for each question in the form's order; of all forms where none is named."""
    if not wanted.form:
        return _of_all_forms(source, wanted)
    answers = Answers(source, wanted.form, codes=wanted.codes)

    def read(row: Row[Any]) -> list[Value]:
        given = answers.read(row)
        return [row.code, row.submitted_at, _channel(row, wanted), *(given.get(one.name) for one in answers.columns)]

    columns = (NUMBER, CODE, SENT, CHANNEL, *answers.columns)
    query = _responses(wanted).where(response.c.form == wanted.form)
    return Listing("responses", answers.title, columns, query, (response.c.id.desc(),), read, wanted.codes)


def _of_all_forms(source: Source, wanted: Filter) -> Listing:
    """One table for all forms: questions that share name and heading share a column."""
    forms = {name: Answers(source, name, codes=wanted.codes) for name in form_names(source)}
    headings = {
        (name, column.name): "" if wanted.codes else column.heading
        for name, form in forms.items()
        for column in form.columns
    }
    asked = {
        (column.name, headings[name, column.name]): column for name, form in forms.items() for column in form.columns
    }

    def read(row: Row[Any]) -> list[Value]:
        form = forms[row.form]
        given = {(name, headings.get((row.form, name), "")): value for name, value in form.read(row).items()}
        fixed = [row.code, row.submitted_at, _channel(row, wanted), row.form if wanted.codes else form.title]
        return [*fixed, *(given.get(place) for place in asked)]

    columns = (NUMBER, CODE, SENT, CHANNEL, FORM, *asked.values())
    return Listing(
        "responses", "Phiếu trả lời", columns, _responses(wanted), (response.c.id.desc(),), read, wanted.codes
    )


def form_names(source: Source) -> list[str]:
    """Return the forms that have responses or may get some."""
    answered = source.connection.execute(select(response.c.form).distinct().order_by(response.c.form)).scalars().all()
    shipped = [name for name in source.library.forms if name not in _WITHOUT_RESPONSES]
    return [*shipped, *(name for name in answered if name not in shipped)]


def _responses(wanted: Filter) -> Select[Any]:
    return (
        select(
            response.c.id,
            response.c.code,
            response.c.form,
            response.c.form_sha,
            response.c.channel,
            response.c.answers,
            response.c.typed,
            response.c.submitted_at,
            contact.c.name.label("person"),
            establishment.c.facts,
        )
        .join(contact, contact.c.id == response.c.contact_id)
        .outerjoin(establishment, establishment.c.id == response.c.establishment_id)
        .where(*matches(wanted, response.c.code), *wanted.days(response.c.submitted_at))
    )


def _channel(row: Row[Any], wanted: Filter) -> str:
    return row.channel if wanted.codes else CHANNELS.get(row.channel, row.channel)
