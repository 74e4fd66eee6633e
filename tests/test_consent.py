"""Consent: one purpose at a time, when it is first needed; declining closes nothing else."""

import pytest

from conversation.records import ConsentGiven
from tests.actors import Owner


def test_keeping_answers_is_asked_for_once(owner: Owner) -> None:
    owner.says("/quantam").sees("menu/hello", "consent/answers").reads("Đồng ý")
    owner.taps("Đồng ý").sees("consent/given", "interest/activity")
    owner.says("menu").says("/phieu").says("1").sees("needs/needs")
    assert [type(record) for record in owner.records] == [ConsentGiven]


@pytest.mark.parametrize("said", ["dong y", "ok", "uh", "1", "Đồng ý ạ"])
def test_a_yes_may_be_typed(owner: Owner, said: str) -> None:
    owner.says("/quantam").says(said).sees_last("interest/activity")


@pytest.mark.parametrize("said", ["không đồng ý", "khong", "ko", "2"])
def test_declining_lets_the_owner_read_on(owner: Owner, said: str) -> None:
    owner.says("/quantam").says(said).sees("consent/declined")
    assert owner.records == []
    owner.taps("Nhà nước hỗ trợ xưởng những gì").sees("policies/topics")


@pytest.mark.parametrize("said", ["tôi rút lại sự đồng ý", "để tôi nghĩ đã", "bao nhiêu tiền"])
def test_silence_is_not_consent(owner: Owner, said: str) -> None:
    owner.says("/quantam").says(said)
    assert owner.records == []
    assert "Đồng ý" in owner.heard


def test_the_whole_notice_can_be_read_first(owner: Owner) -> None:
    owner.says("/quantam").taps("Đọc bản đầy đủ").sees("consent/full", "consent/answers").reads(
        "72 giờ", "Luật 91/2025"
    )
    owner.reads(
        "Số điện thoại anh/chị chia sẻ từ ứng dụng nhắn tin: chỉ dùng để hỏi",
        "không nhắn trong 72 giờ",
        "đến khi anh/chị xóa",
    )
    owner.taps("Đồng ý").sees_last("interest/activity")


def test_announcements_have_a_consent_of_their_own(owner: Owner) -> None:
    owner.says("/thongbao").sees_last("consent/announcements")
    owner.taps("Đồng ý").sees("consent/given", "announcements/resumed")
    owner.says("/quantam").sees("consent/answers")
