"""The pages of announcements: chosen for whom, tried, approved by two, held, steered, corrected, counted."""

import re
from collections.abc import Mapping
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import Connection, insert, select, update

from db import announcements, classes, deliveries, reminders, saved_audiences, staff_chats
from db.announcements import Draft, Listed
from db.classes import Arranged
from db.models import announcement, attachment, delivery, establishment_tag, message
from tests.office import LAN, NOW, a_person
from tests.test_console import ANNOUNCEMENT, Browser, Office, office, said

__all__ = ["office"]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
NEW = "/console/announcements/new"


def town(connection: Connection) -> None:
    a_person(connection, "lan").agreed().runs(LAN)
    a_person(connection, "hung", "web").agreed().runs({**LAN, "phone": "0912345679", "commune": "13291"})
    a_person(connection, "mai").runs({**LAN, "phone": "0912345670", "business_name": "Mây Mai"})


async def kept(browser: Browser, **changed: str) -> str:
    """Keep an announcement and return its address."""
    answer = await browser.send(NEW, {**ANNOUNCEMENT, **changed})
    assert answer.status_code == 303, said(answer)
    return answer.headers["location"].partition("?")[0]


async def approved(browser: Browser, path: str) -> int:
    page = await browser.get(path)
    read = re.search(r'name="fingerprint" value="([^"]+)"', page.text)
    return (await browser.send(f"{path}/send", {"fingerprint": read[1] if read else "-"})).status_code


async def found(office: Office, number: int = 1) -> Listed:
    one = await office.database.read(lambda connection: announcements.find(connection, number))
    assert one is not None
    return one


@pytest.mark.parametrize(
    ("chosen", "query", "people"),
    [
        ("size_from=", "", "2 người · Telegram 1 · Chat web 1"),
        ("commune=13285&commune=13291&size_from=10", "commune=13285,13291 size&gt;=10", "2 người"),
        ("trade=garment&size_to=5", "trade=garment size&lt;=5", "0 người"),
        ("kind=household&not_answered=needs", "kind=household !answered:needs", "2 người"),
        ("query=topic%3Dfairs", "topic=fairs", "2 người"),
    ],
)
async def test_an_audience_is_chosen_and_counted(office: Office, chosen: str, query: str, people: str) -> None:
    await office.database.write(town)
    browser = await office.member()
    for page in (
        await browser.get(f"/console/audiences?{chosen}"),
        await browser.get(f"/console/audiences/count?{chosen}"),
    ):
        assert query in page.text
        assert people in said(page)


async def test_who_cannot_be_written_to_is_counted_for_the_telephone(office: Office) -> None:
    await office.database.write(town)
    words = said(await (await office.member()).get("/console/audiences?size_from="))
    assert "2/3 cơ sở trong sổ nhắn được, 1 cơ sở còn lại phải gọi điện hoặc SMS." in words


async def test_a_query_that_cannot_be_meant_is_said_where_it_is_counted(office: Office) -> None:
    browser = await office.member()
    assert "không có bộ lọc tên" in said(await browser.get("/console/audiences/count?query=nghe%3Dmay"))
    assert "không có mã xã" in said(await browser.get("/console/audiences/count?query=commune%3D99999"))
    assert "không có đợt số 9" in said(await browser.get("/console/audiences/count?query=round%3A9"))


async def test_an_audience_is_saved_used_and_forgotten(office: Office) -> None:
    browser = await office.member()
    for query in ("size>=10", "size>=12"):
        await browser.send("/console/audiences/save", {"name": "Xưởng lớn", "query": query})
    [saved] = await office.database.read(saved_audiences.listed)
    assert (saved.query, saved.saved_by) == ("size>=12", "thu.huong")
    assert "Xưởng lớn" in said(await browser.get(NEW))
    assert (await browser.send("/console/audiences/save", {"name": "", "query": "size>=10"})).status_code == 422
    await browser.send("/console/audiences/forget", {"name": "Xưởng lớn"})
    assert await office.database.read(saved_audiences.listed) == []


async def test_tags_there_are_can_be_chosen(office: Office) -> None:
    def tagged(connection: Connection) -> None:
        town(connection)
        connection.execute(insert(establishment_tag).values(establishment_id=1, tag="làng-nghề"))

    await office.database.write(tagged)
    page = await (await office.member()).get("/console/audiences?tag=làng-nghề")
    assert "1 người" in said(page)


async def test_a_picture_and_buttons_go_along_and_survive_a_mistake(office: Office) -> None:
    starts = NOW + timedelta(days=9)
    arranged = Arranged("QT1", "Khởi nghiệp", starts, starts + timedelta(hours=8), "xã", 9, starts.date())
    await office.database.write(lambda connection: classes.create(connection, arranged, NOW))
    browser = await office.member()
    fields = {
        **ANNOUNCEMENT,
        "link0": ">class/QT1",
        "link1": ">needs",
        "label1": "Gửi nhu cầu",
        "csrf": await browser.csrf(),
    }
    wrong = await browser.client.post(NEW, data={**fields, "title": " "}, files={"file": ("anh.png", PNG, "image/png")})
    assert wrong.status_code == 422
    sha = re.search(r'name="attachment" value="([0-9a-f]+)"', wrong.text)
    assert sha is not None
    assert "Đang kèm: anh.png" in said(wrong)
    path = await kept(browser, **{**fields, "attachment": sha[1]})
    page = await browser.get(path)
    assert f"/tep/{sha[1]}/anh.png" in page.text
    assert "Gửi nhu cầu" in said(page)
    one = await found(office)
    assert [(button.label, button.link) for button in one.buttons] == [
        ("QT1 · Khởi nghiệp", ">class/QT1"),
        ("Gửi nhu cầu", ">needs"),
    ]
    await browser.send(f"{path}/edit", {**ANNOUNCEMENT, "attachment": sha[1], "drop": "yes"})
    assert (await found(office)).attachment is None


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("virus.exe", b"MZ", "Chỉ gửi được ảnh"),
        ("anh.png", b"no picture", "không phải .png"),
        ("anh.jpg", b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "lớn hơn 10 MB"),
    ],
)
async def test_a_file_that_cannot_go_along_is_refused(office: Office, name: str, data: bytes, words: str) -> None:
    browser = await office.member()
    fields = {**ANNOUNCEMENT, "csrf": await browser.csrf()}
    page = await browser.client.post(NEW, data=fields, files={"file": (name, data, "")})
    assert page.status_code == 422
    assert words in said(page)
    assert await office.database.read(lambda connection: connection.execute(select(attachment)).all()) == []


async def test_a_button_to_what_is_closed_is_refused(office: Office) -> None:
    page = await (await office.member()).send(NEW, {**ANNOUNCEMENT, "link0": ">class/XX9"})
    assert page.status_code == 422


async def test_a_test_goes_to_the_members_own_chat_only(office: Office) -> None:
    await office.database.write(town)
    browser = await office.member()
    path = await kept(browser)
    assert (await browser.send(f"{path}/attempt")).status_code == 409

    def tie(connection: Connection) -> int:
        phone = a_person(connection, "phone", "web")
        staff_chats.tie(connection, staff_chats.new_code(connection, 1, NOW), phone.contact_id, NOW)
        return phone.address_id

    mine = await office.database.write(tie)
    assert (await browser.send(f"{path}/attempt")).status_code == 303
    rows = await office.database.read(
        lambda connection: connection.execute(select(message.c.address_id, message.c.status)).all()
    )
    assert [tuple(row) for row in rows] == [(mine, "sent")]
    assert (await found(office)).state == "waiting"


async def test_who_wrote_it_does_not_approve_it(office: Office) -> None:
    office.set_up(second_approver=True)
    author, approver = await office.member("approver"), await office.member("approver", name="van.minh")
    path = await kept(author)
    assert "Người soạn không tự duyệt" in said(await author.get(path))
    assert await approved(author, path) == 409
    assert await approved(approver, path) == 303
    assert (await found(office)).approved_by == "van.minh"


@pytest.mark.parametrize("second", [False, True])
async def test_what_a_colleague_wrote_needs_an_approver(office: Office, second: bool) -> None:
    """As in a chat; where no second person must, an editor approves what they wrote themselves."""
    office.set_up(second_approver=second)
    author, colleague = await office.member(), await office.member(name="van.minh")
    path = await kept(author)
    page = said(await colleague.get(path))
    assert ("người duyệt hoặc người quản trị mở trang này" in page, "Duyệt và gửi" in page) == (True, False)
    assert await approved(colleague, path) == 409
    assert (await found(office)).state == "waiting"
    assert await approved(author, path) == (409 if second else 303)


async def test_with_the_number_of_the_signed_paper_its_author_approves_it(office: Office) -> None:
    office.set_up(second_approver=True)
    author = await office.member()
    path = await kept(author, letter="125/TTKC")
    assert "Người soạn không tự duyệt" not in said(await author.get(path))
    assert await approved(author, path) == 303


async def test_staff_get_it_first_and_can_stop_it(office: Office) -> None:
    office.set_up(holding=timedelta(minutes=5))
    await office.database.write(town)

    def tie(connection: Connection) -> None:
        phone = a_person(connection, "phone", "zalo_bot")
        staff_chats.tie(connection, staff_chats.new_code(connection, 1, NOW), phone.contact_id, NOW)

    browser = await office.member()
    await office.database.write(tie)
    path = await kept(browser)
    assert await approved(browser, path) == 303
    page = await browser.get(path)
    assert "DỪNG LẠI" in said(page)
    statuses = await office.database.read(
        lambda connection: connection.execute(select(message.c.status)).scalars().all()
    )
    assert statuses == ["queued"]
    assert await office.database.read(lambda connection: deliveries.open_announcements(connection, NOW)) == []
    await browser.send(f"{path}/cancel")
    assert (await found(office)).state == "cancelled"


async def test_the_holding_time_can_be_cut_short(office: Office) -> None:
    office.set_up(holding=timedelta(minutes=5))
    browser = await office.member()
    path = await kept(browser)
    await approved(browser, path)
    await browser.send(f"{path}/release")
    rows = await office.database.read(lambda connection: deliveries.open_announcements(connection, NOW))
    assert [row.id for row in rows] == [1]


def ended(connection: Connection, outcomes: Mapping[str, int], state: str = "done") -> int:
    """Return an announcement with so many recipients of each outcome."""
    number = announcements.create(connection, Draft("Hội chợ", "Lời."), "lan", NOW)
    connection.execute(update(announcement).where(announcement.c.id == number).values(state=state, started_at=NOW))
    for outcome, many in outcomes.items():
        for place in range(many):
            person = a_person(connection, f"{outcome}{place}").agreed()
            values = {"contact_id": person.contact_id, "address_id": person.address_id, "channel": "telegram"}
            connection.execute(insert(delivery).values(announcement_id=number, status=outcome, **values))
    return number


async def test_it_is_paused_resumed_and_sent_again_to_some(office: Office) -> None:
    await office.database.write(
        lambda connection: ended(connection, {"sent": 2, "failed": 1, "uncertain": 1}, "sending")
    )
    browser = await office.member()
    path = "/console/announcements/1"
    await browser.send(f"{path}/pause")
    assert (await found(office)).state == "paused"
    assert "Gửi tiếp" in said(await browser.get(path))
    await browser.send(f"{path}/resume")
    await browser.send(f"{path}/resend", {"outcome": "failed"})
    assert (await found(office)).status.pending == 1
    assert (await browser.send(f"{path}/resend", {"outcome": "blocked"})).status_code == 409
    assert "có người nhận hai lần" in said(await browser.get(path))


async def test_a_correction_is_written_for_those_who_got_it(office: Office) -> None:
    await office.database.write(lambda connection: ended(connection, {"sent": 2, "failed": 1}))
    browser = await office.member()
    assert "đúng 2 người" in said(await browser.get("/console/announcements/1/correct"))
    answer = await browser.send(
        "/console/announcements/1/correct", {"title": "Đính chính", "text": "Giờ đúng là 8 giờ."}
    )
    assert answer.headers["location"].startswith("/console/announcements/2")
    page = await browser.get("/console/announcements/2")
    assert "ĐÍNH CHÍNH của" in said(page)
    assert "2 người" in said(page)


async def test_progress_is_told_until_it_is_over(office: Office) -> None:
    await office.database.write(lambda connection: ended(connection, {"sent": 2, "failed": 1}))
    told = await (await office.member()).get("/console/announcements/1/progress")
    assert told.headers["content-type"].startswith("text/event-stream")
    data = orjson.loads(re.findall(r"^data: (\{.*)$", told.text, re.MULTILINE)[0])
    assert (data["state"], data["settled"], data["total"], data["words"]) == ("done", 3, 3, "3/3")
    assert data["counts"]["sent"] == "2"
    assert "event: over" in told.text


async def test_what_missed_its_time_waits_for_a_decision(office: Office) -> None:
    def missed(connection: Connection) -> None:
        number = announcements.create(connection, Draft("Hội chợ", "Lời.", send_at=NOW), "lan", NOW)
        announcements.approve(connection, number, "lan", NOW)
        announcements.miss(connection, number, NOW)

    await office.database.write(missed)
    browser = await office.member()
    assert "Lỡ giờ gửi" in said(await browser.get("/console/announcements"))
    assert "Lỡ giờ gửi: đến giờ thì máy đang tắt" in said(await browser.get("/console/announcements/1"))


async def test_paying_is_for_administrators_who_see_the_cost(office: Office) -> None:
    await office.database.write(town)
    editor, administrator = await office.member(), await office.member("administrator", name="quan.tri")
    await kept(editor, paid="yes")
    assert not (await found(office)).paid
    path = await kept(administrator, paid="yes", title="Tin khác")
    assert (await found(office, 2)).paid
    assert "nhiều nhất 0,1 Telegram Stars" in said(await administrator.get(path))


async def test_a_class_is_reminded_of_from_its_page(office: Office) -> None:
    starts = NOW + timedelta(days=9)
    arranged = Arranged("QT1", "Khởi nghiệp", starts, starts + timedelta(hours=8), "xã", 9, starts.date())
    await office.database.write(lambda connection: classes.create(connection, arranged, NOW))
    browser = await office.member()
    await browser.send("/console/classes/QT1/reminders", {"hours": "24"})
    [one] = await office.database.read(lambda connection: reminders.of_class(connection, "QT1"))
    assert "trước 24 giờ" in said(await browser.get("/console/classes/QT1"))
    assert (await browser.send("/console/classes/QT1/reminders", {"hours": "24"})).status_code == 409
    await browser.send("/console/classes/QT1/reminders", {"drop": str(one.id)})
    [one] = await office.database.read(lambda connection: reminders.of_class(connection, "QT1"))
    assert one.state == "cancelled"


async def test_a_code_for_ones_own_chat_is_shown_once(office: Office) -> None:
    browser = await office.member()
    assert "Lấy mã" in said(await browser.get("/console/me"))
    page = await browser.send("/console/me")
    code = re.search(r"\d{4} \d{4}", said(page))
    assert code is not None
    name = await office.database.read(
        lambda connection: staff_chats.member_of_code(connection, code[0].replace(" ", ""), NOW)
    )
    assert name == "thu.huong"


async def test_what_zalo_could_not_carry_whole_is_refused_before_it_is_kept(office: Office) -> None:
    editor = await office.member("editor")
    page = await editor.send(NEW, {**ANNOUNCEMENT, "text": "ă" * 1990})
    assert page.status_code == 422
    assert "dài hơn mức Zalo cho gửi" in said(page)
    assert "ăăă" in page.text
    assert (await editor.send(NEW, {**ANNOUNCEMENT, "text": "ă" * 1500})).status_code == 303
