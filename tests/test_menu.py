"""The first message, the menu, and phrases that are obeyed whatever is open."""

import pytest

from tests.actors import Owner


def test_the_greeting_asks_for_nothing(owner: Owner) -> None:
    owner.says("alo").sees("menu/greeting").reads("trợ lý tự động", "0226 000 000", "không hỏi số căn cước", "CÁN BỘ")
    assert owner.records == []
    assert not owner.session["stack"]


def test_a_first_message_that_asks_is_greeted_and_answered(owner: Owner) -> None:
    owner.says("Chương trình khuyến công quốc gia 2026-2030 là gì").sees("menu/hello", "policies/page")


def test_a_first_command_is_greeted_and_obeyed(owner: Owner) -> None:
    owner.says("/lop").sees("menu/hello", "classes/list")


@pytest.mark.parametrize("junk", ["0", "...", "👍", "﹏", "1"])
def test_a_first_message_that_says_nothing_is_greeted(owner: Owner, junk: str) -> None:
    owner.says(junk).sees("menu/greeting")


@pytest.mark.parametrize("said", ["1", "1.", "một", "1️⃣", "nha nuoc ho tro xuong nhung gi"])
def test_a_choice_may_be_typed_in_many_ways(owner: Owner, said: str) -> None:
    owner.says("/start").says(said).sees("policies/topics")


def test_a_link_never_dies(owner: Owner) -> None:
    owner.says("/start").says("/quantam").says("đồng ý").taps_token(">classes").sees("classes/list")
    owner.says("tiep").sees("form/none_paused")


@pytest.mark.parametrize("said", ["menu", "MENU", "/menu", "Menu."])
def test_the_menu_is_reached_from_anywhere(owner: Owner, said: str) -> None:
    owner.says("/quantam").says("đồng ý").says("1").says(said).sees("menu/main").reads("Gõ TIẾP")


def test_thanks_are_answered(owner: Owner) -> None:
    owner.says("/start").says("cảm ơn em").sees("menu/thanks")


def test_what_cannot_be_read_says_so(owner: Owner) -> None:
    owner.says("/start").says("/khong_co_lenh_nay").sees("engine/no_such_command", "menu/main")
    owner.says("???").sees("engine/unclear", "menu/main")


def test_what_was_not_found_goes_to_a_person(owner: Owner) -> None:
    owner.says("/start").says("cách nấu bún cá ngon tại nhà").sees("engine/lost")
    owner.taps("Chuyển cho cán bộ").sees("handoff/sent")
