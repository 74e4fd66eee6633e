"""Registering interest: by tapping, by typing without diacritics, with mistakes on the way."""

import re

from conversation.records import ConsentGiven, ProfileChanged, ResponseSubmitted
from tests.actors import Owner


def test_a_carpenter_registers_interest(owner: Owner) -> None:
    owner.says("/quantam").taps("Đồng ý").sees_last("interest/activity").reads("Câu 1/7")
    owner.taps("Mua máy, đổi máy mới").sees("interest/wish")
    owner.says("mua may bao bon mat").sees("interest/business_name")
    owner.says("Mộc Thịnh Phát").sees("interest/trade")
    owner.says("do go noi that").sees("interest/workers")
    owner.says("mười mấy").sees("interest/workers.invalid").reads("một con số")
    owner.says("12 nguoi ca toi").sees("interest/commune")
    owner.says("xuan khe").sees("interest/commune.confirm").reads("Xã Xuân Khê cũ (huyện Lý Nhân), nay là xã Nhân Hà")
    owner.says("dung").sees("interest/phone")
    owner.says("0912 34 56").sees("interest/phone.invalid").reads("8 chữ số", "0912 345 678", "BỎ QUA")
    owner.says("0912345678").sees("interest/review").reads(
        "4. Nghề chính: Đồ gỗ nội thất", "Xã Nhân Hà", "0912 345 678"
    )
    owner.says("gui").sees("interest/done")
    consent, response, profile = owner.records
    assert isinstance(consent, ConsentGiven)
    assert isinstance(response, ResponseSubmitted)
    assert response.answers == {
        "activity": "machinery",
        "wish": "mua may bao bon mat",
        "business_name": "Mộc Thịnh Phát",
        "trade": "wood_furniture",
        "workers": "12",
        "commune": "13609",
        "phone": "0912345678",
    }
    assert response.typed["commune"] == "xuan khe"
    assert re.fullmatch(r"HT-\d{4}", response.code)
    owner.reads(response.code)
    assert isinstance(profile, ProfileChanged)
    assert profile.facts["commune"] == "13609"


def begin(owner: Owner) -> Owner:
    return owner.says("/quantam").says("đồng ý").says("1").says("bỏ qua").sees("interest/business_name")


def test_a_page_opens_the_form_at_its_own_activity(owner: Owner) -> None:
    owner.says("/start").taps_token(">policies/advanced_machinery").taps("Đăng ký quan tâm việc này")
    owner.taps("Đồng ý").sees_last("interest/wish")


def test_a_name_without_tones_is_asked_again_once(owner: Owner) -> None:
    begin(owner).says("moc thinh phat").sees("interest/business_name.tones").reads("cần đúng dấu")
    owner.says("Mộc Thịnh Phát").sees("interest/trade")


def test_a_name_without_tones_may_stay(owner: Owner) -> None:
    begin(owner).says("Linh Anh").says("Linh Anh").sees("interest/trade")
    assert owner.session["stack"][-1]["draft"]["answers"]["business_name"] == "Linh Anh"


def test_a_hostile_name_is_a_name(owner: Owner) -> None:
    begin(owner).says("=1+1; DROP TABLE người; {{ 7*7 }}").sees("interest/trade")
    assert owner.session["stack"][-1]["draft"]["answers"]["business_name"] == "=1+1; DROP TABLE người; {{ 7*7 }}"


def test_a_split_commune_asks_the_hamlet(owner: Owner) -> None:
    begin(owner).says("Mộc Lan").says("1").says("5").says("hoa mac").sees("interest/commune.hamlet")
    owner.reads("nay chia về hai nơi", "Phường Duy Tiên", "Phường Duy Tân", "Không nhớ")
    owner.says("tổ 3").sees("interest/phone")
    draft = owner.session["stack"][-1]["draft"]
    assert draft["answers"]["commune"] == "13324|13330"
    assert draft["typed"]["commune"] == "tổ 3, hoa mac"


def test_a_name_of_several_places_is_asked(owner: Owner) -> None:
    begin(owner).says("Mộc Lan").says("1").says("5").says("lý nhân").sees("interest/commune.place")
    owner.taps("Xã Vĩnh Trụ").sees("interest/phone")


def test_a_long_list_keeps_its_numbers_over_its_pages(owner: Owner) -> None:
    begin(owner).says("Mộc Lan").reads("1. May mặc", "52. Xem tiếp").taps("Xem tiếp").reads("9. ", "10. ")
    owner.says("1").sees("interest/workers").reads("May mặc")


def test_after_the_third_failure_a_person_is_offered(owner: Owner) -> None:
    begin(owner).says("Mộc Lan").says("1")
    for said in ("nhiều lắm", "cũng vừa"):
        assert "CHUYỂN CHO CÁN BỘ" not in owner.says(said).sees("interest/workers.invalid").heard
    owner.says("chịu").reads("Hoặc gõ CHUYỂN CHO CÁN BỘ.")


def test_a_question_in_between_is_answered_and_the_open_one_shown_again(owner: Owner) -> None:
    begin(owner).says("Mộc Lan").says("1").says("hỗ trợ mua máy móc thiết bị tiên tiến được bao nhiêu")
    owner.sees("policies/page", "interest/workers")
    owner.says("7").sees("interest/commune")


def test_zero_is_a_number_where_a_number_is_asked(owner: Owner) -> None:
    begin(owner).says("Mộc Lan").says("1").says("0").sees("interest/commune")


def test_a_constraint_gives_its_reason_and_an_example(owner: Owner) -> None:
    begin(owner).says("Mộc Lan").says("1").says("6000").sees("interest/workers.invalid").reads(
        "từ 0 đến 5.000", "ví dụ: 12"
    )


def test_an_old_button_does_not_answer_a_new_question(owner: Owner) -> None:
    owner.says("/quantam").taps("Đồng ý")
    old = owner.messages[-1].choices[0].token
    owner.taps("Mua máy, đổi máy mới").sees("interest/wish")
    owner.taps_token(old).sees("engine/stale", "interest/wish")
    owner.says("mua máy").sees("interest/business_name")


def test_a_slip_in_a_new_name_is_read_back(owner: Owner) -> None:
    begin(owner).says("Mộc Lan").says("1").says("5").says("vinh tro").sees("interest/commune.confirm").reads("Vĩnh Trụ")
