"""What the tests of staff's questionnaires share: a form and its versions, colleagues, what is on offer to a person."""

from datetime import timedelta

from sqlalchemy import Connection, select, update

from conversation.catalog import Library
from conversation.form import Form, Question
from db import published
from db.facts import StoredCatalog
from db.forms import Version
from db.models import contact
from tests.office import NOW, Person, a_person

SHIPPED = ("interest", "needs")
SOURCE = b"| survey | | | |\n| | type | name | label |\n| | integer | workers | How many? |\n"
PICTURE = bytes(range(256))


def a_version(name: str = "khao_sat", sha: str = "one") -> Version:
    return Version(sha, name, ".md", SOURCE, {"nghe.csv": b"name,label\n", "anh.png": PICTURE})


def a_form(sha: str, title: str = "Khảo sát", name: str = "khao_sat") -> Form:
    return Form(name, title, "1", sha, (Question("workers", "integer", "Bao nhiêu thợ?"),))


def a_live_form(connection: Connection, sha: str = "one") -> None:
    published.keep_draft(connection, a_version(sha=sha), "Khảo sát", SHIPPED, "ngoc", NOW)
    published.publish(connection, "khao_sat", sha, "ngoc", NOW)


def catalog(person: Person, library: Library, later: timedelta = timedelta()) -> StoredCatalog:
    """Return what is on offer to a person; the versions `one` and `two` can be read."""
    known = {sha: a_form(sha) for sha in ("one", "two")}
    return StoredCatalog(
        person.connection, person.contact_id, library, NOW + later, lambda _connection, sha: known.get(sha)
    )


def colleague(person: Person, name: str) -> Person:
    """Return somebody else who speaks for the same establishment."""
    other = a_person(person.connection, name)
    held = select(contact.c.establishment_id).where(contact.c.id == person.contact_id)
    joins = update(contact).where(contact.c.id == other.contact_id)
    person.connection.execute(joins.values(establishment_id=held.scalar_subquery()))
    return other
