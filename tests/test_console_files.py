"""Files that people sent, on the staff pages: shown, removed in one click, and the sender told."""

from sqlalchemy import Connection, select

from conversation.incoming import File
from conversation.records import QuestionAsked
from db import uploads
from db.models import message, upload
from tests.office import LAN, NOW, a_person
from tests.test_console import Office, office

__all__ = ["office"]
JPEG = b"\xff\xd8\xff"


def a_question(connection: Connection) -> File:
    person = a_person(connection, "lan").agreed().runs(LAN)
    file = uploads.keep(connection, person.contact_id, "can_cuoc.jpg", "image/jpeg", JPEG, NOW)
    person.did(QuestionAsked("", "", file.answer))
    return file


async def test_a_picture_that_came_with_a_question_is_shown(office: Office) -> None:
    file = await office.database.write(a_question)
    browser = await office.member("viewer")
    page = (await browser.get("/console/questions")).text
    assert f"/console/files/{file.answer}" in page
    assert "giấy tờ tùy thân" not in page
    shown = await browser.get(f"/console/files/{file.answer}")
    assert (shown.content, shown.headers["content-type"]) == (JPEG, "image/jpeg")


async def test_a_picture_of_an_identity_card_is_removed_in_one_click_and_its_sender_told(office: Office) -> None:
    file = await office.database.write(a_question)
    browser = await office.member("editor", "ngoc.anh")
    answer = await browser.send(f"/console/files/{file.answer}/remove")
    assert answer.headers["location"] == "/console/questions?done=removed"
    assert "ngoc.anh đã xóa" in (await browser.get("/console/questions")).text
    assert (await browser.get(f"/console/files/{file.answer}")).status_code == 404
    await browser.send(f"/console/files/{file.answer}/remove")

    def left(connection: Connection) -> tuple[list[bytes | None], list[tuple[str, str]]]:
        told = connection.execute(select(message.c.payload, message.c.status).where(message.c.direction == "out"))
        return list(connection.execute(select(upload.c.data)).scalars()), [
            (row.payload["key"], row.status) for row in told
        ]

    assert await office.database.read(left) == ([None], [("sent/removed", "queued")])


async def test_who_only_reads_removes_nothing(office: Office) -> None:
    file = await office.database.write(a_question)
    viewer = await office.member("viewer")
    assert (await viewer.send(f"/console/files/{file.answer}/remove")).status_code == 403
