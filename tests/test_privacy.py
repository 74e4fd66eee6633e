"""My data, a question for a person, announcements wanted and stopped."""

from datetime import UTC, datetime

import pytest

from conversation.catalog import Announcement
from conversation.records import (
    AnnouncementsResumed,
    AnnouncementsStopped,
    ConsentWithdrawn,
    DataErased,
    NewsWanted,
    QuestionAsked,
)
from tests.actors import Owner


def test_what_is_kept_is_shown(owner: Owner) -> None:
    owner.says("/dulieu").sees_last("privacy/view").reads("chưa giữ phiếu", "72 giờ")
    for said in ("/phieu", "1", "đồng ý", "3", "8", "0", "Nhân Hà", "Mộc Lan", "1", "0912345678", "gửi"):
        owner.says(said)
    owner.says("/dulieu").reads(
        "Mộc Lan", "Xã Nhân Hà", "0912 345 678", "NC-", "Đồng ý lưu phiếu lúc 19:42, 24/11/2026"
    )


def test_deleting_asks_once(owner: Owner) -> None:
    owner.says("/quantam").says("đồng ý").says("/dulieu").taps("Xóa dữ liệu của tôi").sees("privacy/delete")
    owner.says("2").sees("privacy/kept", "menu/main")
    owner.says("xóa dữ liệu").says("1").sees("privacy/erased")
    assert isinstance(owner.records[-1], DataErased)
    assert not owner.session["paused"]


def test_consent_is_withdrawn(owner: Owner) -> None:
    owner.says("/quantam").says("đồng ý").says("/dulieu").taps("Rút lại đồng ý").sees("privacy/withdrawn")
    assert owner.records[-1] == ConsentWithdrawn("answers")
    owner.says("/quantam").sees("consent/answers")


@pytest.mark.parametrize(
    ("at", "promised"),
    [
        (datetime(2026, 11, 24, 12, 42, tzinfo=UTC), "thứ Tư 25/11"),
        (datetime(2026, 11, 27, 12, 42, tzinfo=UTC), "thứ Hai 30/11"),
        (datetime(2026, 12, 31, 2, 0, tzinfo=UTC), "thứ Hai 04/01"),
    ],
)
def test_a_question_for_a_person_is_promised_a_working_day(owner: Owner, at: datetime, promised: str) -> None:
    owner.now = at
    owner.says("/start").says("cán bộ").sees("handoff/ask").says("Bỏ tiền trước hay sau?").sees("handoff/sent")
    owner.reads(promised)
    assert owner.records == [QuestionAsked("Bỏ tiền trước hay sau?", "")]


def test_asking_a_person_can_be_left(owner: Owner) -> None:
    owner.says("/start").says("cán bộ").says("thôi").sees("handoff/left", "menu/main")
    assert owner.records == []


def test_a_page_not_checked_offers_a_person_or_news(owner: Owner) -> None:
    owner.says("/start").taps_token(">policies/brand").sees("policies/unchecked").reads(
        "đang kiểm tra văn bản hiện hành"
    )
    owner.taps("Báo tôi khi có").sees("policies/news")
    assert owner.records == [NewsWanted("brand")]


def test_papers_are_not_guessed_at(owner: Owner) -> None:
    owner.says("/start").taps_token(">policies/advanced_machinery").reads("50%", "300 triệu", "mức trần")
    owner.taps("Cần giấy tờ gì").sees("policies/unchecked").taps("Chuyển câu hỏi cho cán bộ").sees("handoff/sent")
    asked = owner.records[-1]
    assert isinstance(asked, QuestionAsked)
    assert (asked.text, asked.about) == (
        "Máy móc tiên tiến, chuyển giao công nghệ: Cần giấy tờ gì",
        ">policies/advanced_machinery",
    )


def test_announcements_stop_in_one_step_and_come_back(owner: Owner) -> None:
    owner.says("/thongbao").says("đồng ý").says("/phieu").says("1").says("1").says("THÔI TIN").sees(
        "announcements/stopped"
    )
    owner.taps("Nhận lại thông báo").sees("announcements/resumed")
    assert owner.records[-2:] == [AnnouncementsStopped(), AnnouncementsResumed()]


def test_the_last_announcements_are_read_again(owner: Owner) -> None:
    owner.announcements = [Announcement(1, "Lớp QT1 đổi chỗ", "Học tại nhà văn hóa.", owner.now)]
    owner.says("/start").taps_token(">announcements").sees("announcements/list").reads(
        "24/11/2026 · Lớp QT1 đổi chỗ", "chưa nhận"
    )


def test_a_bare_digit_after_an_announcement_is_asked_about(owner: Owner) -> None:
    owner.says("/phieu").says("1").says("đồng ý").says("3").sees("needs/workers")
    owner.pushed = ">class/QT1"
    owner.says("8").sees("engine/which").taps("Trả lời câu đang hỏi").sees("needs/workers")
    owner.says("8").sees("needs/seasonal_workers")


def test_words_after_an_announcement_are_taken_as_they_are(owner: Owner) -> None:
    owner.says("/start")
    owner.pushed = ">class/QT1"
    owner.says("QT1").sees("classes/class")
