"""Announcing from a member's own chat: written, read as owners will read it, approved by a tap, stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.receive import Receiver
from content.render import Renderer
from conversation.catalog import Library
from conversation.incoming import Address
from db import announcements, audience, deliveries, saved_audiences, staff, staff_chats
from db.announcements import Button, Draft, Listed
from db.engine import Database
from db.inbox import Event
from db.models import announcement, delivery
from tests.announcing import QUIET
from tests.office import LAN, NOW, a_person
from tests.receiving import EVENING, Person
from tests.test_linking_turns import receiver

TEXT = "Hội chợ làng nghề\nKhai mạc 8 giờ ngày 5/12.\nXưởng nào đi thì nhắn em."
HOLDING = timedelta(minutes=5)


@dataclass
class Member(Person):
    """Somebody who writes on any channel."""

    channel: str = "web"

    @property
    def address(self) -> Address:
        return Address(self.channel, self.name)

    async def _sends(self, event_id: str = "", **said: Any) -> "Member":
        self.events += 1
        raw = {"from": self.name, "id": f"{self.name}-{self.events}", **said}
        await self.receiver.take([Event(self.channel, "", raw["id"], raw, self.address)])
        await self.looks()
        return self

    async def follows(self, link: str) -> "Member":
        return await self._sends(choice=link)

    async def sends_a_picture(self) -> "Member":
        file = await self.receiver.keep_file(self.address, "anh.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(9))
        return await self._sends(file={"name": file.name, "media_type": "image/png", "size": 9, "upload_id": 1})

    def reads(self, *texts: str) -> "Member":
        heard = "\n".join(message.text for message in self.messages)
        for text in texts:
            assert text in heard, heard
        return self

    @property
    def tokens(self) -> dict[str, str]:
        return {choice.label: choice.token for message in self.messages for choice in message.choices}


@dataclass
class Staffed:
    """An office whose members chat."""

    bot: Receiver
    database: Database

    async def member(self, name: str, role: str = "approver", channel: str = "web") -> Member:
        """Return a member who has tied a chat."""

        def code(connection: Connection) -> str:
            staff.add(connection, name, role, "hash", NOW)
            number = [one.name for one in staff.listed(connection)].index(name) + 1
            return staff_chats.new_code(connection, number, EVENING)

        who = Member(self.bot, name, channel=channel)
        await who.says(f"/canbo {await self.database.write(code)}")
        assert who.keys[-1] == "staff/tied"
        return who

    async def found(self, number: int = 1) -> Listed:
        one = await self.database.read(lambda connection: announcements.find(connection, number))
        assert one is not None
        return one

    async def opened(self, at: datetime) -> list[int]:
        """Return which would be sent at a moment."""
        rows = await self.database.read(lambda connection: deliveries.open_announcements(connection, at))
        return [row.id for row in rows]

    async def all(self) -> list[Listed]:
        return await self.database.read(announcements.listed)


Opens = Callable[..., Awaitable[Staffed]]


@pytest.fixture
def opens(database: Database, library: Library, renderer: Renderer) -> Opens:
    """An office with its rules for announcements, three owners and an audience by name."""

    def town(connection: Connection) -> None:
        a_person(connection, "lan").agreed().runs(LAN)
        a_person(connection, "hung", "zalo_bot").agreed().runs({**LAN, "phone": "0912345679", "workers": "3"})
        a_person(connection, "mai").runs({**LAN, "phone": "0912345670", "business_name": "Mây Mai"})
        saved_audiences.save(connection, "Xưởng lớn", "size>=10", "lan", NOW)

    async def open_(**rules: Any) -> Staffed:
        organisation = replace(library.organisation, **rules)
        await database.write(town)
        return Staffed(receiver(database, replace(library, organisation=organisation), renderer), database)

    return open_


async def previewed(who: Member, text: str = TEXT) -> Member:
    """Write an announcement for everybody, up to the preview."""
    await who.says("/guithongbao")
    await who.says(text)
    await who.taps("Mọi người đã đồng ý nhận tin")
    assert who.keys == ["announcements/pushed", "compose/preview"]
    return who


async def test_who_may_approve_writes_reads_and_sends(opens: Opens) -> None:
    office = await opens(holding=HOLDING)
    minh = await office.member("minh")
    assert (await minh.says("/guithongbao")).keys == ["compose/text"]
    assert (await minh.says(TEXT)).keys == ["compose/audience"]
    await minh.taps("Mọi người đã đồng ý nhận tin")
    minh.reads("THÔNG BÁO của Trung tâm Khuyến công thử", "Hội chợ làng nghề\nKhai mạc 8 giờ ngày 5/12.\nXưởng")
    minh.reads("Nhắn được ngay 2/2 người: Telegram 1, Zalo 1.", "nhắn được 2/3, còn lại gọi hoặc SMS")
    assert list(minh.tokens) == ["Gửi", "Sửa lại", "Bỏ"]
    assert (await office.found()).state == "waiting"
    await minh.taps("Gửi")
    assert minh.keys == ["compose/queued"]
    minh.reads("Bắt đầu gửi lúc 19:47, thứ Ba 24/11", "/guithongbao dừng 1")
    one = await office.found()
    assert (one.state, one.author, one.approved_by, one.approved_hash) == ("queued", "minh", "minh", one.fingerprint)
    assert one.held_until == EVENING + HOLDING
    assert await office.opened(EVENING + HOLDING - timedelta(seconds=1)) == []
    assert await office.opened(EVENING + HOLDING) == [1]


async def test_what_is_due_in_the_quiet_hours_says_when_they_end(opens: Opens) -> None:
    office = await opens(holding=timedelta(hours=2), quiet=QUIET)
    minh = await previewed(await office.member("minh"))
    await minh.taps("Gửi")
    minh.reads("Bắt đầu gửi lúc 07:00, thứ Tư 25/11")


async def test_without_holding_time_it_goes_at_once(opens: Opens) -> None:
    office = await opens()
    minh = await previewed(await office.member("minh"))
    await minh.taps("Gửi")
    minh.reads("Em bắt đầu gửi ngay.")
    assert (await office.found()).held_until is None


@pytest.mark.parametrize("stops", ["Dừng 1", "dừng 1", "/guithongbao dừng 1", "/guithongbao dung 1"])
async def test_what_is_held_is_stopped_for_good(opens: Opens, stops: str) -> None:
    office = await opens(holding=HOLDING)
    minh = await previewed(await office.member("minh"))
    await minh.taps("Gửi")
    await (minh.taps(stops) if stops in minh.tokens else minh.says(stops))
    assert minh.keys == ["compose/steered"]
    minh.reads("Đã hủy thông báo 1", "Chưa gửi cho ai")
    assert (await office.found()).state == "cancelled"
    await minh.says("/guithongbao dừng 1")
    assert minh.keys == ["compose/status"]
    minh.reads("đã hủy")


async def test_what_is_being_sent_is_paused_then_goes_on_or_ends(opens: Opens) -> None:
    office = await opens()
    minh = await previewed(await office.member("minh"))
    await minh.taps("Gửi")

    def begun(connection: Connection) -> None:
        connection.execute(update(announcement).values(state="sending", started_at=EVENING))
        person = a_person(connection, "lan")
        sent = {"contact_id": person.contact_id, "address_id": person.address_id, "channel": "telegram"}
        connection.execute(delivery.insert().values(announcement_id=1, status="sent", **sent))

    await office.database.write(begun)
    await minh.follows(">compose/stop_1")
    minh.reads("Đã tạm dừng thông báo 1", "1/1 người đã nhận")
    assert (await office.found()).state == "paused"
    await minh.says("/guithongbao 1")
    assert list(minh.tokens)[:2] == ["Gửi tiếp", "Hủy hẳn"]
    await minh.taps("Gửi tiếp")
    assert (await office.found()).state == "sending"
    await minh.taps("Dừng 1")
    await minh.taps("Hủy hẳn")
    minh.reads("1/1 người đã nhận, những người còn lại sẽ không nhận")
    assert (await office.found()).state == "cancelled"


async def test_an_approver_lets_go_what_a_colleague_wrote_by_one_tap(opens: Opens) -> None:
    office = await opens(second_approver=True, holding=HOLDING)
    author, approver = await office.member("hoa", "editor"), await office.member("minh", channel="telegram")
    other = await office.member("ngoc", "viewer")
    (await previewed(author)).reads("em chuyển cho người duyệt")
    await author.taps("Gửi")
    author.reads("Em đã chuyển thông báo 1 cho minh duyệt")
    assert (await office.found()).state == "waiting"
    assert [one.key for one in await approver.looks()] == ["announcements/pushed", "compose/preview"]
    approver.reads("hoa nhờ anh/chị duyệt thông báo 1", "Khai mạc 8 giờ ngày 5/12.")
    assert list(approver.tokens) == ["Duyệt", "Trả lại"]
    assert all(len(token.encode()) <= 64 for token in approver.tokens.values())
    assert await other.looks() == []
    assert (await approver.taps("Duyệt")).keys == ["compose/queued"]
    one = await office.found()
    assert (one.state, one.approved_by, one.held_until) == ("queued", "minh", EVENING + HOLDING)
    assert one.approved_hash == one.fingerprint
    assert [told.key for told in await author.looks()] == ["announcements/pushed", "compose/queued"]
    author.reads("minh đã duyệt thông báo 1 «Hội chợ làng nghề»")
    assert [told.key for told in await other.looks()] == ["announcements/pushed"]
    await author.taps("Dừng 1")
    assert (await office.found()).state == "cancelled"


async def test_two_approvers_at_once_are_one_approval(opens: Opens) -> None:
    office = await opens(second_approver=True)
    author = await office.member("hoa", "editor")
    approvers = [await office.member("minh"), await office.member("quan", channel="telegram")]
    await (await previewed(author)).taps("Gửi")
    for one in approvers:
        await one.looks()
    await asyncio.gather(*(one.taps("Duyệt") for one in approvers))
    later = [key for one in approvers for key in one.keys if key.startswith("compose/")]
    assert sorted(later) == ["compose/queued", "compose/status"]
    assert [told.key for told in await author.looks()] == ["compose/queued"]


async def test_on_zalo_an_approver_opens_it_by_its_number(opens: Opens) -> None:
    office = await opens(second_approver=True)
    author, approver = await office.member("hoa", "editor"), await office.member("minh", channel="zalo_bot")
    await (await previewed(author)).taps("Gửi")
    await approver.looks()
    approver.reads("Duyệt hay trả lại: gõ /guithongbao 1")
    assert approver.tokens == {}
    await approver.says("/guithongbao 1")
    approver.reads("1. Duyệt\n2. Trả lại")
    await approver.says("1")
    assert (await office.found()).approved_by == "minh"


async def test_what_is_given_back_is_mended_and_asked_for_again(opens: Opens) -> None:
    office = await opens(second_approver=True)
    author, approver = await office.member("hoa"), await office.member("minh")
    await (await previewed(author)).taps("Gửi")
    await approver.looks()
    old = approver.tokens["Duyệt"]
    assert (await approver.taps("Trả lại")).keys == ["compose/sent_back"]
    assert [told.key for told in await author.looks()] == ["compose/returned"]
    assert (await author.taps("Xem thông báo")).keys == ["announcements/pushed", "compose/preview"]
    assert (await author.taps("Sửa lại")).keys == ["compose/text"]
    assert (await author.says("Hội chợ làng nghề\nKhai mạc 9 giờ.")).keys == ["compose/audience"]
    assert (await author.taps("Giữ nguyên người nhận")).keys == ["announcements/pushed", "compose/preview"]
    await author.taps("Gửi")
    assert [one.text for one in await office.all()] == ["Khai mạc 9 giờ."]
    await approver.looks()
    assert (await approver.follows(old)).keys == ["compose/changed", "announcements/pushed", "compose/preview"]
    approver.reads("vừa được sửa", "Khai mạc 9 giờ.")
    assert (await office.found()).state == "waiting"
    await approver.taps("Duyệt")
    assert (await office.found()).state == "queued"
    await approver.follows(old)
    assert approver.keys == ["compose/status"]


async def test_nobody_approves_their_own_where_a_second_person_must(opens: Opens) -> None:
    office = await opens(second_approver=True)
    author = await previewed(await office.member("minh"))
    await author.taps("Gửi")
    author.reads("Chưa người duyệt nào nối máy")
    one = await office.found()
    await author.follows(f">compose/approve_1_{one.fingerprint}")
    assert author.keys == ["compose/own"]
    assert (await office.found()).state == "waiting"


async def test_where_no_second_person_must_an_editor_lets_go_what_they_wrote(opens: Opens) -> None:
    """As in the console; what a colleague wrote still needs somebody who approves."""
    office = await opens()
    editor, colleague = await office.member("hoa", "editor"), await office.member("ngoc", "editor")
    await previewed(editor)
    assert "Gửi" in editor.tokens
    one = await office.found()
    await colleague.follows(f">compose/approve_1_{one.fingerprint}")
    assert colleague.keys == ["compose/not_allowed"]
    await editor.taps("Gửi")
    assert editor.keys == ["compose/queued"]
    one = await office.found()
    assert (one.state, one.approved_by) == ("queued", "hoa")


async def test_roles_are_looked_at_again_when_tapping(opens: Opens) -> None:
    office = await opens(second_approver=True)
    author, approver = await office.member("hoa", "editor"), await office.member("minh")
    third = await office.member("ngoc", "viewer")
    await office.member("quan", "administrator")
    await (await previewed(author)).taps("Gửi")
    await approver.looks()
    tap = approver.tokens["Duyệt"]
    for who, refused in ((author, "compose/own"), (third, "compose/not_allowed")):
        await who.follows(tap)
        assert who.keys == [refused]
    await office.database.write(lambda connection: staff.disable(connection, "minh"))
    await approver.follows(tap)
    assert approver.keys == ["menu/main"]
    assert (await office.found()).state == "waiting"


async def test_a_member_disabled_while_writing_can_do_nothing(opens: Opens) -> None:
    office = await opens()
    minh, _ = await office.member("minh"), await office.member("quan", "administrator")
    await previewed(minh)
    await office.database.write(lambda connection: staff.disable(connection, "minh"))
    assert (await minh.taps("Gửi")).keys == ["menu/main"]
    assert (await office.found()).state == "waiting"
    assert (await minh.says("/guithongbao")).keys == ["handoff/staff"]


async def test_who_may_not_write_is_told_so(opens: Opens) -> None:
    office = await opens()
    for name, role in (("ngoc", "viewer"), ("tam", "collaborator")):
        who = await office.member(name, role)
        assert (await who.says("/guithongbao")).keys == ["compose/not_allowed"]
    assert await office.all() == []


@pytest.mark.parametrize(
    ("link", "key"),
    [
        (">compose", "menu/main"),
        (">compose/1", "menu/main"),
        (">compose/approve_1_00", "menu/main"),
        (">compose/stop_1", "menu/main"),
        (">compose/file", "menu/main"),
    ],
)
async def test_an_owner_who_follows_its_links_gets_the_menu(opens: Opens, link: str, key: str) -> None:
    office = await opens()
    await (await previewed(await office.member("minh"))).taps("Gửi")
    owner = Member(office.bot, "chu")
    await owner.says("menu")
    assert (await owner.follows(link)).keys == [key]
    assert (await office.found()).state == "queued"


@pytest.mark.parametrize("typed", ["/guithongbao", "/guithongbao 1", "/guithongbao dừng 1", "/guithongbao dung 1"])
async def test_an_owner_who_types_its_command_gets_a_person(opens: Opens, typed: str) -> None:
    office = await opens()
    await (await previewed(await office.member("minh"))).taps("Gửi")
    owner = Member(office.bot, "chu")
    await owner.says("menu")
    assert (await owner.says(typed)).keys == ["handoff/staff"]
    assert "Hội chợ" not in owner.messages[-1].text
    assert (await office.found()).state == "queued"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Hội chợ làng nghề", "Thông báo cần cả tiêu đề và nội dung"),
        ("x" * 121 + "\nLời.", "Tiêu đề dài 121 ký tự; nhiều nhất là 120"),
        ("Hội chợ\n" + "dài " * 501, "Nội dung dài 2003 ký tự; nhiều nhất là 2000"),
    ],
)
async def test_what_cannot_be_sent_is_said_before(opens: Opens, typed: str, words: str) -> None:
    office = await opens()
    minh = await office.member("minh")
    await minh.says("/guithongbao")
    assert (await minh.says(typed)).keys == ["compose/text"]
    minh.reads(words)
    assert await office.all() == []
    assert (await minh.says(TEXT)).keys == ["compose/audience"]


async def test_whom_it_is_for_is_picked_by_name_or_typed(opens: Opens) -> None:
    office = await opens()
    minh = await office.member("minh")
    await minh.says("/guithongbao")
    await minh.says(TEXT)
    assert (await minh.says("nghe=may")).keys == ["compose/audience"]
    minh.reads("không có bộ lọc tên «nghe»")
    assert (await minh.says("commune=99999")).keys == ["compose/audience"]
    minh.reads("không có mã xã «99999»")
    await minh.says("commune=13285  size<=5")
    minh.reads("Gửi cho: commune=13285 size<=5.", "Nhắn được ngay 1/1 người: Zalo 1.")
    assert (await office.found()).audience == "commune=13285 size<=5"
    await minh.taps("Sửa lại")
    await minh.taps("Giữ nguyên chữ")
    await minh.says("xuong lon")
    minh.reads("Gửi cho: Xưởng lớn.", "Nhắn được ngay 1/1 người: Telegram 1.")
    [one] = await office.all()
    assert one.audience == "size>=10"
    wanted = await office.database.read(lambda connection: audience.read(connection, one.audience))
    assert wanted.smallest == 10


async def test_only_channels_that_run_are_counted(opens: Opens) -> None:
    office = await opens(channels=("web", "telegram"))
    minh = await previewed(await office.member("minh"))
    minh.reads("Nhắn được ngay 1/2 người: Telegram 1.")


async def test_it_is_dropped(opens: Opens) -> None:
    office = await opens()
    minh = await previewed(await office.member("minh"))
    assert (await minh.taps("Bỏ")).keys == ["compose/dropped"]
    assert (await office.found()).state == "cancelled"
    await minh.says("/guithongbao")
    assert (await minh.says("/huy")).keys == ["compose/dropped"]
    await minh.says("/guithongbao")
    await minh.says(TEXT)
    assert (await minh.says("thôi")).keys == ["compose/dropped"]
    assert len(await office.all()) == 1


async def test_what_was_left_for_the_menu_is_found_again(opens: Opens) -> None:
    office = await opens()
    minh = await previewed(await office.member("minh"))
    await minh.says("menu")
    await minh.says("/guithongbao")
    assert (await minh.taps("Xem thông báo 1: Hội chợ làng nghề")).keys == ["announcements/pushed", "compose/preview"]
    await minh.taps("Gửi")
    assert (await office.found()).state == "queued"


async def test_the_same_words_twice_are_one_announcement(opens: Opens) -> None:
    office = await opens()
    minh = await office.member("minh")
    for _ in range(2):
        await previewed(minh)
    assert len(await office.all()) == 1


async def test_what_the_console_changed_meanwhile_is_not_sent(opens: Opens) -> None:
    office = await opens()
    minh = await previewed(await office.member("minh"))
    changed = Draft("Hội chợ làng nghề", "Lời khác.")
    await office.database.write(lambda connection: announcements.change(connection, 1, changed))
    assert (await minh.taps("Gửi")).keys == ["compose/missing"]
    assert (await office.found()).state == "waiting"


async def test_what_was_approved_while_it_was_mended_stays_as_it_was(opens: Opens) -> None:
    office = await opens()
    minh = await previewed(await office.member("minh"))
    await minh.taps("Sửa lại")
    await minh.says("Hội chợ\nLời mới.")
    await office.database.write(lambda connection: announcements.approve(connection, 1, "quan", EVENING))
    assert (await minh.taps("Giữ nguyên người nhận")).keys == ["compose/status"]
    [one] = await office.all()
    assert (one.state, one.title) == ("queued", "Hội chợ làng nghề")


async def test_what_holds_more_than_words_is_approved_in_the_console(opens: Opens) -> None:
    office = await opens()
    minh = await office.member("minh")
    draft = Draft("Lớp mới", "Lời.", buttons=(Button("Xem", ">needs"),))
    await office.database.write(lambda connection: announcements.create(connection, draft, "hoa", NOW))
    one = await office.found()
    for link in (">compose/1", f">compose/approve_1_{one.fingerprint}"):
        assert (await minh.follows(link)).keys == ["compose/status"]
        minh.reads("đọc và duyệt trên trang quản trị")
    assert (await office.found()).state == "waiting"


async def test_a_picture_is_for_the_console(opens: Opens) -> None:
    office = await opens()
    minh = await office.member("minh")
    await minh.says("/guithongbao")
    assert (await minh.sends_a_picture()).keys == ["compose/no_files", "compose/text"]
    assert (await minh.says(TEXT)).keys == ["compose/audience"]
    await minh.taps("Bỏ")
    await minh.says("menu")
    assert (await minh.sends_a_picture()).keys == ["sent/picture"]


async def test_there_is_no_such_announcement(opens: Opens) -> None:
    office = await opens()
    minh = await office.member("minh")
    assert (await minh.says("/guithongbao 7")).keys == ["compose/missing"]
