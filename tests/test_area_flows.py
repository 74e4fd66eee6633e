"""What staff do in their own chats, decided without a database: roles, pages, lengths on every channel."""

from dataclasses import replace
from datetime import timedelta

import pytest

from content.parts import length
from conversation.area import Answered, Asking, Known, KnownArea
from conversation.area_records import EstablishmentRead, EstablishmentRegistered, FileAsked
from conversation.channel import CAPABILITIES
from handlers.establishments import Sought
from tests.actors import TUESDAY_EVENING, Owner

HERE, THERE = "13285", "13627"
LONG = "Hợp tác xã sản xuất, kinh doanh đồ gỗ mỹ nghệ và mây tre đan xuất khẩu Nguyễn Thị Phượng, thôn Đông Thượng"
EVERY_LINK = (
    ">staff",
    ">figures",
    ">establishments",
    ">establishments/0",
    ">establishments/10_13285_hop-tac-xa-san-xuat-ki",
    ">establishment/999999999_999990_13285_hop-tac-xa-san-xuat-ki",
    ">establishment/1",
    ">missing",
    ">missing/3",
    ">missing/3_10",
    ">register",
    ">register/for_1",
    ">register/profile",
    ">files",
    ">files/interests",
)


@pytest.fixture
def member(owner: Owner) -> Owner:
    """A member who looks after two communes full of long names; two open rounds."""
    last = Answered(LONG, "NC-4827", TUESDAY_EVENING, "hoa")
    facts = {"business_name": LONG, "phone": "0912345678", "trade": "garment woven_fabric", "trade_other": LONG}
    every = [Known(n, {**facts, "commune": HERE if n % 2 else THERE}, last) for n in range(1, 31)]
    closes = TUESDAY_EVENING + timedelta(days=6)
    rounds = [Asking(n, f"{LONG} đợt {n}", "12/TTKC-KC", closes, 30) for n in (3, 4)]
    forms = dict.fromkeys((3, 4), owner.library.forms["needs"])
    owner.area = KnownArea(frozenset({HERE, THERE}), every=every, rounds=rounds, forms=forms)
    owner.contact = replace(owner.contact, staff_name="minh", staff_role="collaborator")
    return owner.says("/menu")


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("channel", ["web", "telegram", "zalo_bot", "zalo_oa"])
def test_whatever_is_shown_fits_the_channel(member: Owner, channel: str, whole: bool) -> None:
    can, member.channel = CAPABILITIES[channel], channel
    if whole:
        member.area = replace(member.area, communes=None)
        member.contact = replace(member.contact, staff_role="administrator")
    for link in EVERY_LINK:
        member.taps_token(link)
        for message in member.messages:
            assert length(message.text, can.unit) <= can.text_limit, link
            if channel == "telegram":
                assert message.buttons or not message.choices, link
                assert all(len(choice.token.encode()) <= can.token_limit for choice in message.choices), link


def test_a_list_is_read_in_one_message_where_nothing_can_be_pressed(member: Owner) -> None:
    """What is called by is in the choice itself there, not said twice."""
    member.channel = "zalo_bot"
    member.taps_token(">missing/3")
    assert len(member.messages) == 1
    member.reads("0912 345 678")
    assert member.messages[0].text.count("Xã Nam Lý") == 5


@pytest.mark.parametrize(
    ("role", "lacks"),
    [
        ("viewer", {"Đăng ký cơ sở", "Soạn thông báo"}),
        ("collaborator", {"Soạn thông báo"}),
        ("editor", set()),
        ("approver", set()),
        ("administrator", set()),
    ],
)
def test_the_menu_has_what_the_role_may_do(member: Owner, role: str, lacks: set[str]) -> None:
    member.contact = replace(member.contact, staff_role=role)
    member.says("/canbo").sees("staff/known")
    shown = {choice.label for choice in member.messages[-1].choices}
    every = {"Số liệu hôm nay", "Cơ sở xã tôi", "Ai chưa trả lời", "Đăng ký cơ sở", "Xuất tệp", "Soạn thông báo"}
    assert shown == every - lacks | {"Bỏ nối với tài khoản này", "Về danh sách việc"}


@pytest.mark.parametrize("link", EVERY_LINK)
def test_a_role_nobody_knows_may_do_nothing(member: Owner, link: str) -> None:
    member.contact = replace(member.contact, staff_role="guest")
    member.taps_token(link).sees("staff/known" if link == ">staff" else "staff/not_allowed")
    assert member.records == []


@pytest.mark.parametrize("link", EVERY_LINK)
def test_who_is_no_member_is_asked_for_the_code(owner: Owner, link: str) -> None:
    owner.says("/menu").taps_token(link).sees("staff/code")
    assert owner.records == []


@pytest.mark.parametrize(
    "link",
    [
        ">establishments/x",
        ">establishments/-1",
        ">establishments/9_99999_" + "a" * 99,
        ">establishment/",
        ">establishment/x",
        ">establishment/1_x_y_z",
        ">missing/x",
        ">missing/3_x",
        ">missing/99",
        ">register/x",
        ">register/sign_up",
        ">register/round9_1",
        ">register/round3",
        ">register/profile_99",
        ">files/calls",
        ">files/../contacts",
    ],
)
def test_a_link_that_means_nothing_does_no_harm(member: Owner, link: str) -> None:
    member.taps_token(link)
    assert member.replies
    assert not [one for one in member.records if not isinstance(one, EstablishmentRead)]


@pytest.mark.parametrize(
    "sought", [Sought(), Sought(10), Sought(0, HERE), Sought(20, HERE, "moc lan"), Sought(0, "", "may")]
)
def test_a_place_in_a_list_is_read_back_from_its_link(sought: Sought) -> None:
    assert Sought.of(sought.link) == sought


def test_a_commune_is_found_by_its_old_name_and_only_where_the_member_looks(member: Owner) -> None:
    member.taps_token(">establishments").says("xã Nam Lý").reads("15 cơ sở ở Xã Nam Lý")
    member.area = replace(member.area, communes=frozenset({HERE}))
    member.taps_token(">establishments").says("xã Nam Lý").reads("Chưa có cơ sở nào ở Xã Nam Lý")


def test_what_is_no_establishment_may_be_something_else(member: Owner) -> None:
    member.taps_token(">establishments").says("lớp học").sees("classes/list")


def test_the_member_s_own_answers_are_no_owner_s(member: Owner) -> None:
    """A form for an owner knows nothing of what the member said of a business of their own."""
    member.contact = replace(
        member.contact, profile={"business_name": "Xưởng của Minh", "commune": THERE, "workers": "9"}
    )
    member.taps_token(">register/profile").says("đồng ý").sees("profile/business_name")
    assert "Xưởng của Minh" not in member.heard


def test_the_one_commune_of_a_member_is_known_already(member: Owner) -> None:
    member.area = replace(member.area, communes=frozenset({HERE}))
    member.taps_token(">register/interest").says("đồng ý").sees("interest/activity")
    answers = {"interest/wish": "mua máy may", "interest/business_name": "May Hồng", "interest/phone": "bỏ qua"}
    while not member.replies[-1].key.endswith("review"):
        member.says(answers.get(member.replies[-1].key, "1"))
        assert member.replies[-1].key != "interest/commune"
    member.says("gửi").sees("register/done")
    (registered,) = member.records
    assert isinstance(registered, EstablishmentRegistered)
    assert (registered.form, registered.facts["commune"], registered.establishment) == ("interest", HERE, 0)
    assert registered.notice == member.library.notices["answers"]


@pytest.mark.parametrize("word", ["không", "không đồng ý", "hủy", "thôi"])
def test_without_a_yes_nothing_is_asked(member: Owner, word: str) -> None:
    member.taps_token(">register/profile").says(word)
    assert member.replies[-1].key in {"register/declined", "staff/known"}
    assert member.records == []


def test_an_owner_s_command_works_in_the_midst(member: Owner) -> None:
    member.taps_token(">register/profile").says("/huy")
    member.says("lớp học").sees("classes/list")


def test_too_many_files_at_once_are_refused(member: Owner) -> None:
    member.taps_token(">files/contacts").sees("files/asked")
    assert member.records == [FileAsked("contacts", "nguoi-lien-he-2026-11-24.xlsx")]
    member.area = replace(member.area, files_under_way=5)
    member.taps_token(">files/contacts").sees("files/many")
    assert len(member.records) == 1
