"""Questionnaires: skip logic, going back, pausing, editing, not asking twice."""

import pytest

from conversation.records import ResponseSubmitted
from tests.actors import Owner


def needs(owner: Owner) -> Owner:
    return owner.says("/phieu").says("1").says("đồng ý").sees_last("needs/needs")


def answered(owner: Owner) -> Owner:
    """Up to the review, without a machine."""
    for said in ("3", "8", "0", "Nhân Hà", "Mộc Lan", "ho kd", "bỏ qua"):
        owner.says(said)
    return owner.sees("needs/review")


def test_ten_questions_with_a_machine_seven_without(owner: Owner) -> None:
    needs(owner).reads("Câu 1/7").says("1 3").sees("needs/machine").reads("Mua máy; Lớp quản lý cho chủ", "Câu 2/10")


def test_money_in_shorthand_is_read_back(owner: Owner) -> None:
    needs(owner).says("1").says("may bao").says("tam 4 tram").sees("needs/machine_price.confirm").reads(
        "400 triệu đồng"
    )
    owner.says("khong").sees("needs/machine_price")
    owner.says("1,2 tỷ").sees("needs/machine_when").reads("1,2 tỷ đồng")


def test_a_price_not_known_is_passed_over(owner: Owner) -> None:
    needs(owner).says("1").says("may bao").says("chua ro").sees("needs/machine_when")


def test_the_form_ends_with_a_receipt(owner: Owner) -> None:
    answered(needs(owner)).says("gửi").sees("needs/done").reads("NC-", "thứ Ba 01/12")
    response = owner.records[1]
    assert isinstance(response, ResponseSubmitted)
    assert response.answers["legal_form"] == "household"
    assert "machine" not in response.answers


def test_one_answer_is_changed_and_nothing_else_is_asked(owner: Owner) -> None:
    answered(needs(owner)).says("2").sees("needs/workers").reads("Đang ghi: 8")
    owner.says("9").sees("needs/review").reads("2. Làm quanh năm: 9", "5. Tên xưởng: Mộc Lan")


def test_a_change_asks_what_depends_on_it(owner: Owner) -> None:
    answered(needs(owner)).says("1").says("1").sees("needs/machine")
    owner.says("máy may").says("chưa rõ").says("5").sees("needs/review").reads("2. Máy: máy may")


def test_an_answer_no_longer_relevant_is_not_sent_but_comes_back(owner: Owner) -> None:
    needs(owner).says("1").says("máy may").says("quay lai").sees("needs/machine").says("quay lai").sees("needs/needs")
    owner.says("3").sees("needs/workers").says("quay lại").says("1").sees("needs/machine_price")


def test_back_at_the_first_question_says_so(owner: Owner) -> None:
    needs(owner).says("quay lai").sees("form/first", "needs/needs")


@pytest.mark.parametrize("said", ["dừng", "thôi", "tạm nghỉ", "thoi toi ra xep hang len xe da"])
def test_a_pause_keeps_everything(owner: Owner, said: str) -> None:
    needs(owner).says("3").says("8").says(said).sees("form/paused").reads("còn 5 câu", "TIẾP")
    owner.waits(days=20).says("tiep").sees("form/resumed", "needs/seasonal_workers").reads("Câu 3/7")


def test_going_elsewhere_keeps_the_form(owner: Owner) -> None:
    needs(owner).says("3").says("menu").taps("Làm tiếp phiếu đang dở").sees("form/resumed", "needs/workers")


def test_opening_the_form_again_goes_on_with_it(owner: Owner) -> None:
    needs(owner).says("3").says("8").says("menu").taps("Gửi nhu cầu của xưởng").sees(
        "form/resumed", "needs/seasonal_workers"
    )


def test_which_of_two_paused_forms(owner: Owner) -> None:
    needs(owner).says("3").says("/quantam").says("1").says("tiếp").says("menu").says("tiếp").sees("form/which_paused")
    owner.taps("Phiếu nhu cầu").sees("form/resumed", "needs/workers")


def test_cancelling_asks_and_leaves_nothing_behind(owner: Owner) -> None:
    needs(owner).says("3").says("/huy").sees("needs/cancel").says("2").sees("needs/workers")
    owner.says("hủy").taps("Bỏ phiếu này").sees("form/dropped")
    owner.says("tiep").sees("form/none_paused")
    assert not any(isinstance(record, ResponseSubmitted) for record in owner.records)


def test_what_is_known_is_not_asked_again(owner: Owner) -> None:
    answered(needs(owner)).says("gửi")
    owner.says("/quantam").says("1").says("mua máy").sees("interest/trade").reads("Câu 4/7")


def test_ticking_one_after_another(owner: Owner) -> None:
    needs(owner).taps("Mua máy").taps("Hội chợ, bán hàng").taps("Mua máy").taps("Chọn xong")
    owner.sees("needs/workers").reads("Hội chợ, bán hàng")


def test_a_review_says_what_it_did_not_understand(owner: Owner) -> None:
    answered(needs(owner)).says("99").sees("needs/review").reads("Em chưa rõ")


def test_the_full_form_of_an_officer_s_visit(owner: Owner) -> None:
    owner.says("/phieu").says("2").says("đồng ý").reads("dùng khi cán bộ đến khảo sát")
    for said in ("Mộc Lan", "5", "1", "Nhân Hà", "bỏ qua", "2009", "may mặc", "12", "0", "6", "6", "1", "1"):
        owner.says(said)
    owner.sees("needs_full/difficulties").says("1,2,3,4").sees("needs_full/difficulties.invalid").reads("nhiều nhất 3")
    owner.says("1,3").says("13").sees("needs_full/training_topics")
    owner.says("8").says("bỏ qua").says("cảm ơn").sees("needs_full/review").says("gửi").sees("needs_full/done").reads(
        "KS-"
    )


def test_a_form_whose_version_is_gone_ends_politely(owner: Owner) -> None:
    needs(owner)
    owner.session["stack"][0]["form_sha"] = "no longer there"
    owner.says("3").sees("form/gone")
    owner.says("/menu").sees("menu/main")


def test_what_is_known_but_does_not_fit_is_asked(owner: Owner) -> None:
    """Two trades are known; interest takes one."""
    for said in ("/start", "sua thong tin", "đồng ý", "Mộc Lan", "1", "1,2", "Nhân Hà", "8", "0", "bỏ qua", "lưu lại"):
        owner.says(said)
    owner.sees("profile/done")
    owner.says("/quantam").says("1").says("mua máy").sees("interest/trade")


def test_a_tick_changes_the_question_and_an_answer_asks_the_next(owner: Owner) -> None:
    needs(owner).taps("Mua máy").sees("needs/needs")
    assert owner.replies[-1].instead
    owner.taps("Lớp quản lý cho chủ").taps("Mua máy").taps("Chọn xong").sees("needs/workers")
    assert not owner.replies[-1].instead
