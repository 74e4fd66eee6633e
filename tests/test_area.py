"""Staff at work in their own chats, over a real database: each sees what the console would show them, and no more."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, event, select, update

from content.render import Renderer
from conversation.catalog import Library
from db import audit, business, conversations, export_jobs, responses, rounds, scope, staff
from db.engine import Database
from db.models import consent, contact, establishment, response, staff_chat
from db.models import staff as staff_table
from db.rounds import Planned
from tests.office import LAN, NOW, a_person
from tests.receiving import EVENING
from tests.test_announcing_from_chat import Member, Staffed
from tests.test_linking_turns import receiver

HERE, THERE = "13285", "13627"
SECRET = {"business_name": "Bí Mật Rèn", "commune": THERE, "phone": "0987654321", "workers": "4"}
Joins = Callable[..., Awaitable[Member]]


@pytest.fixture
async def office(database: Database, library: Library, renderer: Renderer) -> Staffed:
    """Two communes, an establishment in each, a dozen more in the first; an open round; a question in each."""
    needs = library.forms["needs"]

    def town(connection: Connection) -> None:
        lan = a_person(connection, "lan").agreed().runs(LAN).asked("Bao giờ có lớp?")
        lan.sent("HT-4827", library.forms["interest"], {**LAN, "activity": "machinery", "wish": "máy"})
        ren = a_person(connection, "ren", "zalo_bot").agreed().runs(SECRET).asked("BÍ MẬT hỏi gì?")
        ren.sent("NC-1111", needs, {"workers": "4"}).sent("HT-2222", library.forms["interest"], {"activity": "fair"})
        for number in range(1, 13):
            named = {"business_name": f"Xưởng may số {number}", "commune": HERE}
            a_person(connection, f"may{number}").runs(named)
        planned = Planned("needs", "Nhu cầu 2027", "12/TTKC", "", NOW, EVENING + timedelta(days=6))
        rounds.open_round(connection, planned, ("needs",), "hoa", NOW)

    await database.write(town)
    return Staffed(receiver(database, library, renderer), database)


@pytest.fixture
def joins(office: Staffed) -> Joins:
    """What lets a member of a role join, who looks after communes."""

    async def join(role: str, *communes: str, name: str = "minh", channel: str = "web") -> Member:
        who = await office.member(name, role, channel)
        await give(office, name, *communes)
        return who

    return join


async def give(office: Staffed, name: str, *communes: str) -> None:
    """Let a member look after communes."""

    def of_name(connection: Connection) -> None:
        (number,) = (one.id for one in staff.listed(connection) if one.name == name)
        scope.give(connection, number, frozenset(communes))

    await office.database.write(of_name)


async def change_role(office: Staffed, name: str, role: str) -> None:
    row = update(staff_table).where(staff_table.c.name == name).values(role=role)
    await office.database.write(lambda connection: connection.execute(row))


async def deeds(office: Staffed) -> list[tuple[str, str, str]]:
    """Return who did what to what, the latest first."""
    noted = await office.database.read(lambda connection: audit.deeds(connection, audit.Wanted()))
    return [(one.who, one.action, one.subject) for one in noted]


async def answers(minh: Member, given: Mapping[str, str]) -> Member:
    """Answer every question of a form by its name, the first choice or 1 where nothing is given, up to the review."""
    for _ in range(20):
        key = minh.keys[-1]
        if key.endswith("/review"):
            return minh
        name = key.partition("/")[2]
        await minh.says("đúng" if name.endswith((".confirm", ".tones")) else given.get(name, "1"))
    raise AssertionError(minh.messages)


async def fills_in(minh: Member, link: str, **given: str) -> Member:
    """Fill in a form for an owner, who says yes, up to the review."""
    await minh.follows(link)
    assert minh.keys == ["register/consent"]
    await minh.taps("Có, chủ cơ sở đồng ý")
    return await answers(minh, {"business_name": "Mộc Hồng", "phone": "0912345670", **given})


async def test_figures_are_of_what_the_member_looks_after(joins: Joins, office: Staffed) -> None:
    minh = await joins("editor")
    (await minh.follows(">figures")).reads("Hôm nay: 2 đăng ký quan tâm, 1 phiếu khác, 0 lượt", "Cơ sở đã biết: 14.")
    minh.reads("Câu hỏi chờ trả lời: 2.")
    await change_role(office, "minh", "collaborator")
    (await minh.follows(">figures")).reads("chưa giao xã nào", "Hôm nay: 0 đăng ký quan tâm", "Cơ sở đã biết: 0.")
    await give(office, "minh", HERE)
    (await minh.follows(">figures")).reads("Hôm nay: 1 đăng ký quan tâm, 0 phiếu khác", "Cơ sở đã biết: 13.")
    minh.reads("Câu hỏi chờ trả lời: 1.", "Phường Phủ Lý")


async def test_lists_are_ten_long_and_searched_without_tones(joins: Joins) -> None:
    minh = await joins("collaborator", HERE)
    await minh.follows(">establishments")
    minh.reads("13 cơ sở ở Phường Phủ Lý; đây là 1 đến 10")
    assert "Xem tiếp" in minh.tokens
    await minh.taps("Xem tiếp")
    minh.reads("đây là 11 đến 13")
    assert "Xem tiếp" not in minh.tokens
    await minh.says("moc LAN")
    await minh.taps("Cơ sở mộc Lan")
    minh.reads("Cơ sở mộc Lan", "Điện thoại: 0912 345 678", "Phiếu gần nhất: Phiếu đăng ký quan tâm, mã HT-4827")
    await minh.follows(">establishments")
    await minh.says("+84 912.345.678")
    minh.reads("1 cơ sở")
    assert "Cơ sở mộc Lan" in minh.tokens


async def test_looking_at_a_record_is_noted(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE)
    await minh.follows(">establishment/1")
    assert minh.keys == ["establishments/one"]
    readings = await office.database.read(audit.readings)
    assert [(one.who, one.subject) for one in readings] == [("minh", "establishment:1")]


LINKS = (
    ">establishments",
    f">establishments/0_{THERE}",
    ">establishments/0__bi-mat-ren",
    ">establishment/2",
    f">establishment/2_0_{THERE}",
    ">missing",
    ">missing/1",
    ">missing/1_10",
    ">missing/1_0",
    ">register/for_2",
    ">register/needs_2",
    ">register/round1_2",
    ">figures",
)


async def test_a_collaborator_never_sees_another_commune(joins: Joins, office: Staffed) -> None:
    """Links can be made up: each asks anew whose records these are, and so does everything that is typed."""
    minh = await joins("collaborator", HERE)
    heard = []
    for link in LINKS:
        await minh.follows(link)
        heard += [(link, str(message.to_json())) for message in minh.messages]
    for typed in ("bi mat", "0987654321", "xa nam ly", "ren"):
        await minh.follows(">establishments")
        await minh.says(typed)
        heard += [(typed, str(message.to_json())) for message in minh.messages]
    assert len(heard) >= len(LINKS) + 4
    assert [one for one in heard if "Bí Mật" in one[1] or "0987 654 321" in one[1]] == []
    assert await office.database.read(audit.readings) == []
    assert await deeds(office) == []


async def test_buttons_kept_from_before_show_nothing_once_communes_change(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE, THERE)
    assert (await minh.follows(">establishment/2")).keys == ["establishments/one"]
    await give(office, "minh", HERE)
    assert (await minh.follows(">establishment/2")).keys == ["establishments/missing"]


async def test_who_has_not_answered_is_listed_with_numbers_to_call(joins: Joins) -> None:
    minh = await joins("collaborator", HERE)
    await minh.follows(">missing")
    minh.reads("Nhu cầu 2027, công văn 12/TTKC", "13 cơ sở chưa trả lời; đây là 1 đến 10", "0912 345 678")
    await minh.taps("Xem tiếp")
    minh.reads("đây là 11 đến 13")
    hoa = await joins("editor", name="hoa")
    (await hoa.follows(">missing/1")).reads("14 cơ sở chưa trả lời")


async def test_an_establishment_is_registered_in_both_names(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE)
    await fills_in(minh, ">register/profile")
    await minh.taps("Lưu lại")
    assert minh.keys == ["register/done"]

    def kept(connection: Connection) -> int:
        row = connection.execute(select(establishment).where(establishment.c.name == "Mộc Hồng")).one()
        assert (row.commune, row.phone, row.folded_name) == (HERE, "0912345670", "moc hong")
        (sent,) = connection.execute(select(response).where(response.c.establishment_id == row.id)).all()
        assert (sent.entered_by, sent.form, sent.channel) == ("minh", "profile", "spoken")
        owners = connection.execute(select(contact.c.id).where(contact.c.establishment_id == row.id)).scalars().all()
        assert owners == [sent.contact_id]
        given = select(consent.c.purpose, consent.c.channel).where(consent.c.contact_id == sent.contact_id)
        assert [tuple(one) for one in connection.execute(given)] == [("answers", "spoken")]
        mine = contact.c.id == select(staff_chat.c.contact_id).scalar_subquery()
        assert connection.execute(select(contact.c.establishment_id).where(mine)).scalar_one() is None
        assert (
            connection.execute(select(consent.c.id).where(consent.c.contact_id == contact.c.id, mine)).first() is None
        )
        conversations.erase_idle(connection, EVENING + timedelta(days=30))
        assert responses.find(connection, sent.code) is not None
        number: int = row.id
        return number

    number = await office.database.write(kept)
    assert await deeds(office) == [("minh", "Đăng ký cơ sở trong chat", f"establishment:{number}")]
    (await minh.follows(">establishments/0__moc-hong")).reads("1 cơ sở")
    (await minh.follows(f">establishment/{number}")).reads("Phiếu gần nhất: Thông tin cơ sở", "minh ghi giúp")


async def test_a_known_number_leads_to_the_one_that_has_it(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE)
    await fills_in(minh, ">register/profile", phone="0912345678")
    await minh.taps("Lưu lại")
    assert minh.keys == ["register/known"]
    minh.reads("Cơ sở mộc Lan")
    await minh.taps("Đúng cơ sở đó, ghi vào đó")
    await minh.taps("Lưu lại")
    assert minh.keys == ["register/done"]
    found = await office.database.read(lambda connection: business.find(connection, 1, None))
    assert found is not None
    assert (found.name, found.facts["phone"], found.facts["trade"]) == ("Mộc Hồng", "0912345678", "garment")
    assert (await deeds(office))[0] == ("minh", "Điền phiếu giúp cơ sở", "establishment:1")


async def test_a_number_typed_wrong_is_put_right(joins: Joins) -> None:
    minh = await joins("collaborator", HERE)
    await fills_in(minh, ">register/profile", phone="0912345678")
    await minh.taps("Lưu lại")
    await minh.taps("Sửa số điện thoại")
    assert minh.keys == ["profile/phone"]
    await minh.says("0912345671")
    await minh.taps("Lưu lại")
    assert minh.keys == ["register/done"]


async def test_a_number_of_another_commune_tells_nothing_and_changes_nothing(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE)
    await fills_in(minh, ">register/profile", phone=SECRET["phone"])
    await minh.taps("Lưu lại")
    assert minh.keys == ["register/done"]
    found = await office.database.read(lambda connection: business.find(connection, 2, None))
    assert found is not None
    assert found.name == SECRET["business_name"]


async def test_nothing_is_registered_where_the_member_does_not_look(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE, "13291")
    for commune in ("xã Nam Lý", "bỏ qua"):
        await fills_in(minh, ">register/profile", commune=commune)
        await minh.taps("Lưu lại")
        assert minh.keys == ["register/elsewhere", "profile/commune"]
    assert await office.database.read(lambda connection: responses.latest(connection, "profile", 9)) == []
    await minh.says("phường Phủ Lý")
    await minh.taps("Lưu lại")
    assert minh.keys == ["register/done"]


async def test_a_known_one_is_not_moved_out_of_sight(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE)
    await minh.follows(">register/profile_1")
    await minh.taps("Có, chủ cơ sở đồng ý")
    await answers(minh, {})
    await minh.says("4")
    assert minh.keys == ["profile/commune"]
    await minh.says("xã Nam Lý")
    await minh.taps("Lưu lại")
    assert minh.keys == ["register/elsewhere", "profile/commune"]


async def test_a_round_is_answered_for_an_owner_once(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE)
    await fills_in(minh, ">register/round1_1")
    await minh.taps("Gửi")
    assert minh.keys == ["register/done"]
    answered = select(response.c.code, response.c.establishment_id, response.c.entered_by).where(
        response.c.round_id == 1
    )
    row = await office.database.read(lambda connection: connection.execute(answered).one())
    assert (row.establishment_id, row.entered_by) == (1, "minh")
    minh.reads(row.code)
    (await minh.follows(">missing/1")).reads("12 cơ sở chưa trả lời")
    await minh.follows(">register/for_1")
    assert "Nhu cầu 2027" not in minh.tokens
    await fills_in(minh, ">register/round1_1")
    await minh.taps("Gửi")
    assert minh.keys == ["register/answered"]


async def test_an_owner_finds_in_their_chat_what_was_filled_in_for_them(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE)
    await fills_in(minh, ">register/needs_1")
    await minh.taps("Gửi")
    lan = Member(office.bot, "lan", channel="telegram")
    await lan.says("mã của tôi")
    lan.reads("HT-4827", "Phiếu nhu cầu")


@pytest.mark.parametrize("link", [">register", ">register/profile", ">register/for_1", ">register/round1_1"])
async def test_who_only_looks_registers_nothing(joins: Joins, link: str) -> None:
    lan = await joins("viewer")
    assert (await lan.follows(link)).keys == ["staff/not_allowed"]


@pytest.mark.parametrize("link", [*LINKS, ">files", ">files/contacts", ">staff/untie"])
async def test_a_stranger_is_asked_for_the_code(office: Staffed, link: str) -> None:
    stranger = Member(office.bot, "ai do")
    assert (await stranger.follows(link)).keys == ["menu/hello", "staff/code"]
    assert await deeds(office) == []


async def test_a_closed_account_is_refused_at_the_next_message(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE)
    await joins("administrator", name="quan")
    await minh.follows(">register/profile")
    await minh.taps("Có, chủ cơ sở đồng ý")
    await office.database.write(lambda connection: staff.disable(connection, "minh"))
    assert (await minh.says("Mộc Hồng")).keys == ["staff/code"]
    assert (await minh.follows(">establishments")).keys == ["staff/code"]


async def test_a_role_taken_away_is_refused_in_the_midst_of_a_form(joins: Joins, office: Staffed) -> None:
    minh = await joins("editor")
    await minh.follows(">register/profile")
    await minh.taps("Có, chủ cơ sở đồng ý")
    await minh.says("Mộc Hồng")
    await change_role(office, "minh", "viewer")
    assert (await minh.says("1")).keys == ["staff/not_allowed"]
    assert (await minh.says("gửi")).keys != ["register/done"]


async def test_what_was_put_aside_is_not_taken_up_for_another_owner(joins: Joins) -> None:
    minh = await joins("collaborator", HERE)
    await minh.follows(">register/profile")
    await minh.taps("Có, chủ cơ sở đồng ý")
    await minh.says("Mộc Hồng")
    await minh.follows(">register/profile")
    await minh.taps("Có, chủ cơ sở đồng ý")
    assert minh.keys == ["profile/business_name"]
    await minh.says("Mộc Lan")
    await minh.says("dừng")
    await minh.says("tiếp")
    assert minh.keys == ["form/which_paused"]


async def test_a_file_asked_for_is_a_job_of_the_member_s_communes(joins: Joins, office: Staffed) -> None:
    minh = await joins("collaborator", HERE)
    await minh.follows(">files")
    assert "Kết quả gửi thông báo" in minh.tokens
    await minh.taps("Cơ sở")
    await minh.follows(">files/establishments")
    (job,) = await office.database.read(lambda connection: export_jobs.of_member(connection, "minh"))
    assert (job.table, job.wanted.scope, job.file_name) == (
        "establishments",
        frozenset({HERE}),
        "co-so-2026-11-24.xlsx",
    )
    assert (await deeds(office))[0] == ("minh", "Tải bảng về", "table:establishments")
    for table in ("interests", "responses", "signups", "contacts", "deliveries"):
        await minh.follows(f">files/{table}")
    assert minh.keys == ["files/many"]


async def test_an_owner_s_turn_asks_nothing_about_staff(office: Staffed) -> None:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    hung = Member(office.bot, "hung")
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for said in ("/menu", "/quantam", "đồng ý", "1", "mua máy", "lop"):
            await hung.says(said)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(asked) > 20
    assert [one for one in asked if "staff" in one or "export_" in one] == []
