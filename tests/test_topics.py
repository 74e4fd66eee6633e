"""Topics: each on or off by one tap or one phrase, the rest as before."""

import pytest
from sqlalchemy import select

from conversation.contact import ANNOUNCEMENTS, GivenConsent, KnownContact
from conversation.records import (
    AnnouncementsResumed,
    AnnouncementsStopped,
    DataErased,
    TopicFollowed,
    TopicMuted,
)
from conversation.topics import SAID, TOPICS
from db.engine import Database
from db.models import muted_topic
from tests.actors import TUESDAY_EVENING, Owner
from tests.office import a_person


@pytest.fixture
def subscriber(owner: Owner) -> Owner:
    given = GivenConsent(ANNOUNCEMENTS, TUESDAY_EVENING)
    owner.contact = KnownContact(consents={ANNOUNCEMENTS: given})
    owner.says("/menu")
    return owner


def test_a_topic_is_turned_off_and_on_by_a_tap(subscriber: Owner) -> None:
    subscriber.says("/thongbao").sees("announcements/list").taps("Chọn chủ đề nhận tin").sees("topics/list")
    subscriber.reads("mọi chủ đề").taps("Lớp học, tập huấn").sees("topics/list").reads("dấu ✓")
    assert subscriber.messages[-1].instead
    assert "Lớp học, tập huấn" in [choice.label for choice in subscriber.messages[-1].choices]
    subscriber.taps("Lớp học, tập huấn").sees("topics/list").reads("mọi chủ đề")
    assert subscriber.records == [TopicMuted("training"), TopicFollowed("training")]


def test_a_number_types_the_same(subscriber: Owner) -> None:
    subscriber.says("chủ đề").says("3")
    assert subscriber.records == [TopicMuted("fairs")]


@pytest.mark.parametrize(("words", "topic"), sorted(SAID.items()))
def test_a_phrase_stops_one_topic_in_one_step_and_is_undone(subscriber: Owner, words: str, topic: str) -> None:
    subscriber.says(f"Thôi tin {words}").sees("topics/muted").reads(TOPICS[topic], "tin khác anh/chị vẫn nhận")
    subscriber.taps("Làm lại như cũ").sees("topics/followed")
    subscriber.says(f"THOI TIN {words}").says(f"nhận tin {words}").sees("topics/followed")
    assert subscriber.contact.muted_topics == frozenset()
    assert not any(isinstance(record, AnnouncementsStopped) for record in subscriber.records)


def test_the_bare_phrase_still_stops_everything(subscriber: Owner) -> None:
    subscriber.says("THÔI TIN").sees("announcements/stopped")
    assert subscriber.records == [AnnouncementsStopped()]


def test_a_phrase_in_the_middle_of_a_form_is_obeyed(subscriber: Owner) -> None:
    subscriber.says("/quantam").taps("Đồng ý").says("thôi tin hội chợ").sees("topics/muted")


def test_who_never_agreed_is_not_asked_about_topics(owner: Owner) -> None:
    owner.says("/menu").says("thông báo")
    assert "Chọn chủ đề nhận tin" not in owner.heard


def test_what_is_kept_names_the_muted_topics(subscriber: Owner) -> None:
    subscriber.says("thôi tin hội chợ").says("/dulieu").reads("Không nhận tin về: Hội chợ")


def test_who_stopped_everything_is_not_told_that_some_comes(subscriber: Owner) -> None:
    subscriber.says("THÔI TIN").says("thôi tin hội chợ").sees("topics/muted").reads("chưa nhận thông báo nào")
    subscriber.says("chủ đề").sees("announcements/list").reads("Anh/chị chưa nhận thông báo")
    subscriber.says("nhận tin hội chợ").sees("announcements/resumed").taps("Chọn chủ đề nhận tin").reads("mọi chủ đề")
    assert subscriber.records[1:] == [TopicMuted("fairs"), TopicFollowed("fairs"), AnnouncementsResumed()]


def test_an_old_list_of_topics_turns_announcements_on_again(subscriber: Owner) -> None:
    subscriber.says("thôi tin hội chợ").says("THÔI TIN")
    subscriber.taps_token(">topics/on_fairs").sees("announcements/resumed")
    assert subscriber.contact == KnownContact(consents=subscriber.contact.consents)


def test_who_wants_a_topic_and_never_agreed_is_asked_to(owner: Owner) -> None:
    owner.says("/menu").says("nhận tin lớp học").sees("consent/announcements").taps("Đồng ý")
    owner.sees("consent/given", "announcements/resumed")


def test_withdrawing_consent_keeps_what_was_muted_in_sight(subscriber: Owner) -> None:
    subscriber.says("thôi tin hội chợ").says("/dulieu").taps("Rút lại đồng ý").sees("privacy/withdrawn")
    subscriber.says("/dulieu").reads("Không nhận tin về: Hội chợ")


async def test_erasing_forgets_what_was_muted(database: Database) -> None:
    await database.write(lambda connection: a_person(connection, "lan").did(TopicMuted("fairs"), DataErased()))
    assert await database.read(lambda connection: connection.execute(select(muted_topic)).all()) == []


async def test_it_is_remembered(database: Database) -> None:
    changes = (TopicMuted("fairs"), TopicMuted("fairs"), TopicMuted("training"), TopicFollowed("training"))
    await database.write(lambda connection: a_person(connection, "lan").did(*changes))
    rows = await database.read(lambda connection: list(connection.execute(select(muted_topic.c.topic)).scalars()))
    assert rows == ["fairs"]
