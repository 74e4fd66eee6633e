"""Linking two addresses of one person, and telling them apart again, as owners say it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from conversation.links import Begun, Door, KnownLinks, LinkCode, LinkOffer
from conversation.records import (
    AddressesLinked,
    AddressUnlinked,
    LinkAgreed,
    LinkCodeGiven,
    LinkCodeMissed,
    LinkRefused,
)
from conversation.session import Session
from tests.actors import TUESDAY_EVENING, Owner

ZALO = Door(7, "zalo_bot", TUESDAY_EVENING - timedelta(hours=3))
CODE = LinkCode(ZALO, TUESDAY_EVENING + timedelta(minutes=4))


def knowing(owner: Owner, links: KnownLinks) -> Owner:
    owner.contact = replace(owner.contact, links=links)
    owner.says("/menu")
    owner.records.clear()
    return owner


@pytest.fixture
def asked(owner: Owner) -> Owner:
    """Somebody who may type the code 123456, read on Zalo."""
    return knowing(owner, KnownLinks(codes={"123456": CODE}))


@pytest.mark.parametrize("said", ["LIÊN KẾT", "lien ket", "/lienket", "Liên kết!"])
def test_a_code_is_given(owner: Owner, said: str) -> None:
    owner.says(said).sees_last("linking/code")
    [given] = owner.records
    assert isinstance(given, LinkCodeGiven)
    assert len(given.code) == 6
    owner.reads(f"LIÊN KẾT {given.code}", "10 phút")


@pytest.mark.parametrize(
    "said", ["LIÊN KẾT 123456", "lien ket 123456", "Liên kết: 123-456", "lien ket 123 456", "/lienket 123456"]
)
def test_a_code_typed_with_the_word_asks_before_it_links(asked: Owner, said: str) -> None:
    asked.says(said).sees("linking/confirm").reads("Zalo", "16:42", "24/11/2026", "đúng là anh/chị")
    assert asked.records == []
    asked.says("1").sees("linking/linked").reads("Zalo", "BỎ LIÊN KẾT")
    assert asked.records == [AddressesLinked(7, "123456")]


@pytest.mark.parametrize("said", ["123456", "123 456", "123.456"])
def test_a_code_typed_alone_is_taken_after_saying_so(asked: Owner, said: str) -> None:
    asked.says("LIÊN KẾT").taps("Tôi có mã").sees("linking/enter").says(said).sees("linking/confirm")
    asked.says("đúng").sees("linking/linked")


def test_a_code_typed_alone_out_of_the_blue_is_no_code(asked: Owner) -> None:
    asked.says("123456").sees_last("menu/main")
    assert asked.records == []


def test_a_no_links_nothing(asked: Owner) -> None:
    asked.says("LIÊN KẾT 123456").taps("Không").sees("linking/not_linked")
    assert asked.records == []


def test_what_is_no_yes_and_no_no_is_asked_again(asked: Owner) -> None:
    asked.says("LIÊN KẾT 123456").says("sao cơ").sees_last("linking/confirm").taps("Đúng, là tôi").sees(
        "linking/linked"
    )


def test_nobody_is_named(asked: Owner) -> None:
    asked.contact = replace(asked.contact, profile={"business_name": "Cơ sở mộc Lan", "phone": "0912345678"})
    asked.says("LIÊN KẾT 123456")
    assert "Lan" not in asked.heard
    assert "0912" not in asked.heard


def test_a_code_that_ran_out_while_it_was_asked_about_links_nothing(asked: Owner) -> None:
    asked.says("LIÊN KẾT 123456").waits(minutes=4).says("1").sees("linking/expired")
    assert asked.records == [LinkCodeMissed()]


def test_each_wrong_code_is_told_why(owner: Owner) -> None:
    here = LinkCode(Door(1, "web", TUESDAY_EVENING), TUESDAY_EVENING + timedelta(minutes=4), own=True)
    old = replace(CODE, good_until=TUESDAY_EVENING)
    links = KnownLinks(doors=(ZALO,), codes={"111111": here, "222222": replace(CODE, own=True), "333333": old})
    knowing(owner, links)
    owner.says("LIÊN KẾT 111111").sees("linking/own").says("LIÊN KẾT 222222").sees("linking/already").reads("Zalo")
    assert owner.records == []
    owner.says("LIÊN KẾT 333333").sees("linking/expired").says("444444").sees("linking/wrong")
    assert owner.records == [LinkCodeMissed(), LinkCodeMissed()]
    owner.says("LIÊN KẾT 12345").sees("linking/length").says("1234567").sees("linking/length")
    assert len(owner.records) == 2


def test_after_too_many_no_code_is_looked_at(asked: Owner) -> None:
    links = KnownLinks(rests_until=asked.now + timedelta(minutes=11, seconds=1), codes={"123456": CODE})
    knowing(asked, links).says("LIÊN KẾT 123456").sees("linking/rest").reads("12 phút")
    assert asked.records == []
    asked.waits(minutes=11, seconds=1)
    knowing(asked, replace(links, codes={"123456": replace(CODE, good_until=asked.now + timedelta(minutes=1))}))
    asked.says("LIÊN KẾT 123456").sees("linking/confirm")


def test_who_has_no_code_goes_on(asked: Owner) -> None:
    asked.says("LIÊN KẾT").taps("Tôi có mã").says("lớp học").sees("classes/list")
    asked.says("LIÊN KẾT").taps("Tôi có mã").taps("Lấy mã ở đây").sees("linking/code")
    asked.says("LIÊN KẾT").taps("Tôi có mã").says("menu").sees("menu/main")


def test_a_form_under_way_is_put_aside_and_taken_up(asked: Owner) -> None:
    asked.says("/phieu").says("1").says("đồng ý").says("3").sees("needs/workers")
    asked.says("LIÊN KẾT 123456").says("1").sees("linking/linked").taps("Làm tiếp").sees_last("needs/workers")


def test_a_class_both_signed_up_for_is_told(asked: Owner) -> None:
    knowing(asked, KnownLinks(codes={"123456": CODE}, classes={7: ("QT1",)}))
    asked.says("LIÊN KẾT 123456").says("1").sees("linking/linked").reads("Lớp QT1 đăng ký ở cả hai nơi")


def test_the_same_number_elsewhere_is_asked_about_and_then_there(owner: Owner) -> None:
    knowing(owner, KnownLinks(offer=LinkOffer(ZALO, agreed=False)))
    owner.says("LIÊN KẾT").sees("linking/offer").reads("Số điện thoại", "Zalo", "24/11/2026").says("1")
    owner.sees("linking/agreed").reads("LIÊN KẾT")
    assert owner.records == [LinkAgreed(7)]


def test_the_second_yes_links(owner: Owner) -> None:
    knowing(owner, KnownLinks(offer=LinkOffer(ZALO, agreed=True)))
    owner.says("LIÊN KẾT").sees("linking/offer").reads("Người ở đó nói hai bên là một người").says("1")
    owner.sees("linking/linked")
    assert owner.records == [AddressesLinked(7)]


@pytest.mark.parametrize("agreed", [False, True])
def test_two_who_share_a_number_stay_two(owner: Owner, agreed: bool) -> None:
    knowing(owner, KnownLinks(offer=LinkOffer(ZALO, agreed=agreed)))
    owner.says("LIÊN KẾT").says("không").sees("linking/refused").reads("không hỏi lại")
    assert owner.records == [LinkRefused(7)]


def test_a_code_may_be_typed_while_a_number_is_asked_about(owner: Owner) -> None:
    knowing(owner, KnownLinks(offer=LinkOffer(ZALO, agreed=False), codes={"123456": CODE}))
    owner.says("LIÊN KẾT 123456").sees("linking/confirm")


def test_an_address_is_taken_away(owner: Owner) -> None:
    knowing(owner, KnownLinks(doors=(ZALO, Door(9, "telegram", ZALO.seen_at))))
    owner.says("BỎ LIÊN KẾT").sees("linking/doors").reads("trang web", "Zalo, dùng lần cuối 24/11/2026", "Telegram")
    owner.says("1").sees("linking/apart").reads("Tách Zalo ra riêng").says("2").sees("linking/still_linked")
    owner.says("bo lien ket").says("1").says("sao cơ").sees_last("linking/apart").taps("Tách ra").sees("linking/parted")
    assert owner.records == [AddressUnlinked(7)]


def test_the_address_one_writes_from_may_go_too(owner: Owner) -> None:
    knowing(owner, KnownLinks(doors=(ZALO,)))
    owner.says("BỎ LIÊN KẾT").taps("Nơi đang nhắn đây").reads("trang web").says("1").sees("linking/parted")
    assert owner.records == [AddressUnlinked(0)]


def test_who_has_one_address_has_none_to_take_away(owner: Owner) -> None:
    owner.says("/menu").says("BỎ LIÊN KẾT").sees("linking/alone").taps("Liên kết kênh khác").sees("linking/code")
    owner.taps_token(">linking/apart_7").sees("linking/alone")


def test_my_data_shows_what_is_linked_and_leads_here(owner: Owner) -> None:
    owner.says("/dulieu").sees_last("privacy/view").taps("Liên kết kênh khác").sees("linking/code")
    knowing(owner, KnownLinks(doors=(ZALO,))).says("/quantam").says("đồng ý").says("/dulieu").reads(
        "liên kết với: Zalo"
    )
    owner.taps("Bỏ liên kết").sees("linking/doors")
    owner.says("/dulieu").taps("Xóa dữ liệu của tôi").reads("cả ở những nơi đã liên kết")


def begun_on_zalo(owner: Owner) -> Owner:
    """Leave a questionnaire on Zalo with its first answer given, and come here."""
    owner.says("/phieu").says("1").says("đồng ý").says("3").sees("needs/workers")
    [frame] = Session.from_json(owner.session).stack
    owner.session = {}
    return knowing(owner, KnownLinks(doors=(ZALO,), begun=(Begun(ZALO, frame),)))


def test_a_form_begun_elsewhere_is_gone_on_with_here(owner: Owner) -> None:
    begun_on_zalo(owner).says("nhu cầu").sees("form/elsewhere").reads("Zalo").says("1")
    owner.sees("form/resumed", "needs/workers").says("8").sees("needs/seasonal_workers")


def test_a_form_begun_elsewhere_may_be_begun_anew(owner: Owner) -> None:
    begun_on_zalo(owner).says("nhu cầu").says("sao cơ").sees_last("form/elsewhere")
    owner.taps("Làm phiếu mới").sees("needs/needs").says("3").sees("needs/workers")


def test_another_form_than_the_one_begun_elsewhere_just_begins(owner: Owner) -> None:
    begun_on_zalo(owner).says("/quantam").sees("interest/activity")


def test_what_channels_vouch_for_is_shown(owner: Owner) -> None:
    knowing(owner, KnownLinks(phones=("0912345678",))).says("/dulieu").reads("Số điện thoại đã chia sẻ: 0912 345 678")
