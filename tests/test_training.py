"""Classes: looking, signing up, cancelling, sharing; a full class refuses politely."""

from dataclasses import replace

from conversation.records import SignUpCancelled, SignUpRequested
from tests.actors import Owner


def signed_up(owner: Owner) -> Owner:
    owner.says("qt1").taps("Đăng ký học").says("đồng ý").says("2").says("Trần Văn Thịnh").says("sau")
    return owner.sees("sign_up/review").says("gửi").sees("sign_up/done")


def test_two_people_sign_up_one_name_later(owner: Owner) -> None:
    owner.says("/lop").sees_last("classes/list").reads("QT1", "LỚP MẪU", "còn 12 chỗ", "đã hết chỗ")
    signed_up(owner).reads("QT1-07", "1 tên báo sau", "HỦY QT1")
    assert owner.records[-1] == SignUpRequested("QT1-07", "QT1", 2, ("Trần Văn Thịnh",))


def test_a_code_word_opens_its_class(owner: Owner) -> None:
    owner.says("/start").says("qt1").sees("classes/class").reads("Còn 12 chỗ", "thứ Sáu 04/12", "không thu")


def test_a_full_class_refuses_before_asking(owner: Owner) -> None:
    owner.says("/start").says("CL1").sees("classes/class").reads("hết chỗ")
    owner.taps_token(">sign_up/CL1").sees("classes/full").reads("Xin lỗi")


def test_more_people_than_seats_are_told(owner: Owner) -> None:
    owner.classes = [replace(owner.classes[0], taken=11)]
    owner.says("qt1").taps("Đăng ký học").says("đồng ý").says("2").says("sau").says("sau").says("gửi")
    owner.sees("classes/full").reads("chỉ còn 1 chỗ")


def test_a_class_past_its_deadline_takes_nobody(owner: Owner) -> None:
    owner.waits(days=11).says("qt1").reads("thôi nhận đăng ký")
    owner.taps_token(">sign_up/QT1").sees("classes/class")


def test_cancelling_by_its_code_word(owner: Owner) -> None:
    signed_up(owner).says("hủy QT1").sees("classes/cancel").reads("QT1-07")
    owner.taps("Hủy đăng ký").sees("classes/cancelled")
    assert owner.records[-1] == SignUpCancelled("QT1-07")
    owner.says("QT1").reads("Còn")


def test_changing_one_s_mind_keeps_the_seat(owner: Owner) -> None:
    signed_up(owner).says("huy qt1").says("2").sees("classes/kept", "menu/main")
    assert not any(isinstance(record, SignUpCancelled) for record in owner.records)


def test_who_holds_a_seat_sees_it(owner: Owner) -> None:
    signed_up(owner).says("QT1").reads("đã giữ 2 chỗ, mã QT1-07", "còn thiếu 1 tên")


def test_a_class_is_shared_as_a_text_to_forward(owner: Owner) -> None:
    owner.says("/start").says("chia sẻ QT1").sees("classes/share", "classes/forward").reads("nhắn QT1 cho")


def test_my_codes_in_one_message(owner: Owner) -> None:
    owner.says("mã của tôi").sees_last("mine/none")
    signed_up(owner).says("mã của tôi").sees("mine/list").reads("QT1-07", "2 chỗ", "còn thiếu 1 tên")
