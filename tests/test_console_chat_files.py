"""What was asked for in a chat is on the console's page too: behind its door, for who asked alone."""

from sqlalchemy import Connection

from db import export_chats, export_jobs
from db.exports import Filter
from tests.office import a_person
from tests.test_console import Office, office

__all__ = ["office"]


async def asks(office: Office, by: str) -> None:
    """Let a member's chat have asked for a file that is made."""

    def made(connection: Connection) -> None:
        at = office.now
        job = export_jobs.ask(connection, "contacts", "nguoi-lien-he.xlsx", ".xlsx", Filter(), 0, by, at)
        export_chats.remember(connection, job, a_person(connection, "chat of ngoc").address_id)
        assert export_jobs.claim(connection, at) is not None
        export_jobs.add_part(connection, job, 0, b"PK\x03\x04 all")
        export_jobs.finish(connection, job, 3, 8, at)
        export_chats.told(connection, job)

    await office.database.write(made)


async def test_the_address_asks_who_one_is(office: Office) -> None:
    await asks(office, "ngoc")
    ngoc, hoa = await office.member("viewer", "ngoc"), await office.member("administrator", "hoa")
    stranger = await office.stranger().get("/console/exports/1")
    assert (stranger.status_code, stranger.headers["location"]) == (
        303,
        "/console/sign-in?next=/console/exports/1",
    )
    assert (await hoa.get("/console/exports/1")).status_code == 404
    assert "nguoi-lien-he.xlsx" in (await ngoc.get("/console/exports")).text
    assert (await ngoc.get("/console/exports/1")).content == b"PK\x03\x04 all"
