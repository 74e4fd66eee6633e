"""Questionnaires of staff in the database: drafts, what is live, what may still be changed, files people sent."""

from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, func, select, text

from conversation.catalog import Library
from conversation.records import DataErased, ProfileChanged, ResponseChanged
from db import forms, published, responses, uploads
from db.engine import Database
from db.facts import StoredContact
from db.forms import Version
from db.migrate import configuration
from db.models import response, response_version, upload
from db.published import FormRefused
from tests.office import LAN, NOW, a_person
from tests.publishing import PICTURE, SHIPPED, a_form, a_live_form, a_version, catalog, colleague


def count(connection: Connection, table: Any) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


async def test_a_version_keeps_its_tables_and_pictures_byte_for_byte(database: Database) -> None:
    await database.write(lambda connection: forms.remember(connection, [a_version()], NOW))
    assert await database.read(lambda connection: forms.find(connection, "one")) == a_version()


async def test_tables_kept_before_pictures_could_be_are_kept_on(database: Database) -> None:
    def walk(connection: Connection) -> tuple[object, Version | None]:
        command.downgrade(configuration(connection), "0001")
        values = "'one', 'needs', '.md', 'x', '{\"nghe.csv\": \"mã,tên\"}', '2026-11-24 00:00:00'"
        names = "sha, name, suffix, source, files, first_seen_at"
        connection.exec_driver_sql(f"insert into form_version ({names}) values ({values})")
        command.upgrade(configuration(connection), "head")
        kept = forms.find(connection, "one")
        command.downgrade(configuration(connection), "0001")
        before = connection.execute(text("select files from form_version")).scalar_one()
        command.upgrade(configuration(connection), "head")
        return before, kept

    before, kept = await database.write(walk)
    assert kept is not None
    assert kept.files == {"nghe.csv": "mã,tên".encode()}
    assert "mã,tên" in str(before)


async def test_responses_come_through_the_migration_and_back(database: Database, library: Library) -> None:
    def walk(connection: Connection) -> None:
        a_person(connection, "lan").runs(LAN).sent("NC-0001", library.forms["needs"], {"workers": "3"})
        before = responses.find(connection, "NC-0001")
        command.downgrade(configuration(connection), "0001")
        assert connection.execute(text("select code from response")).scalars().all() == ["NC-0001"]
        command.upgrade(configuration(connection), "head")
        assert before is not None
        assert responses.find(connection, "NC-0001") == before

    await database.write(walk)


async def test_a_draft_is_offered_to_nobody_until_it_is_published(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        lan = a_person(connection, "lan")
        published.keep_draft(connection, a_version(), " Khảo  sát ", SHIPPED, "ngoc", NOW)
        assert catalog(lan, library).open_forms == []
        published.publish(connection, "khao_sat", "one", "hoa", NOW)
        (offered,) = catalog(lan, library).open_forms
        assert (offered.link, offered.form.sha, offered.title, offered.round) == (
            ">form/khao_sat",
            "one",
            "Khảo sát",
            0,
        )
        found = published.find(connection, "khao_sat")
        assert found is not None
        assert (found.state, found.draft_sha, found.live_sha, found.updated_by) == ("open", None, "one", "hoa")

    await database.write(story)


async def test_a_live_form_goes_on_while_its_next_draft_is_written(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        lan = a_person(connection, "lan")
        a_live_form(connection)
        published.keep_draft(connection, a_version(sha="two"), "Khảo sát mới", SHIPPED, "ngoc", NOW)
        assert [offered.form.sha for offered in catalog(lan, library).open_forms] == ["one"]
        with pytest.raises(FormRefused, match="vừa được thay"):
            published.publish(connection, "khao_sat", "one", "ngoc", NOW)
        published.publish(connection, "khao_sat", "two", "ngoc", NOW)
        assert [offered.form.sha for offered in catalog(lan, library).open_forms] == ["two"]

    await database.write(story)


@pytest.mark.parametrize("name", ["Khao_sat", "khảo_sát", "1a", "", "a b", "a" * 32, "interest", "a-b"])
async def test_a_name_is_a_slug_that_no_shipped_form_bears(database: Database, name: str) -> None:
    def story(connection: Connection) -> None:
        with pytest.raises(FormRefused, match=f"«{name}»"):
            published.keep_draft(connection, a_version(name), "Khảo sát", SHIPPED, "ngoc", NOW)
        assert published.listed(connection) == []

    await database.write(story)


async def test_one_file_is_one_form_only(database: Database) -> None:
    def story(connection: Connection) -> None:
        a_live_form(connection)
        with pytest.raises(FormRefused, match="giống hệt tệp của phiếu «khao_sat»"):
            published.keep_draft(connection, a_version("phieu_khac"), "Khác", SHIPPED, "ngoc", NOW)

    await database.write(story)


async def test_a_form_closes_by_hand_or_by_its_date_and_opens_again(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        lan = a_person(connection, "lan")
        a_live_form(connection)
        published.set_closing(connection, "khao_sat", NOW + timedelta(days=2), "ngoc", NOW)
        assert len(catalog(lan, library, timedelta(days=1)).open_forms) == 1
        assert catalog(lan, library, timedelta(days=2)).open_forms == []
        published.close(connection, "khao_sat", "ngoc", NOW)
        assert catalog(lan, library).open_forms == []
        with pytest.raises(FormRefused):
            published.close(connection, "khao_sat", "ngoc", NOW)
        with pytest.raises(FormRefused, match="đã qua"):
            published.reopen(connection, "khao_sat", "ngoc", NOW + timedelta(days=3))
        with pytest.raises(FormRefused, match="đã qua"):
            published.set_closing(connection, "khao_sat", NOW, "ngoc", NOW)
        published.set_closing(connection, "khao_sat", None, "ngoc", NOW)
        published.reopen(connection, "khao_sat", "ngoc", NOW)
        assert len(catalog(lan, library, timedelta(days=900)).open_forms) == 1
        with pytest.raises(FormRefused, match="Không có phiếu «la»"):
            published.close(connection, "la", "ngoc", NOW)

    await database.write(story)


async def test_forms_are_listed_with_how_many_answered(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        a_live_form(connection)
        lan = a_person(connection, "lan").sent("PH-0001", a_form("one"), {"workers": "3"})
        assert [(one.name, one.responses) for one in published.listed(connection)] == [("khao_sat", 1)]
        (receipt,) = StoredContact(connection, lan.contact_id, lan.address_id, library).receipts
        assert receipt.title == "Khảo sát"

    await database.write(story)


async def test_a_change_keeps_what_was_sent_before(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        a_live_form(connection)
        lan = a_person(connection, "lan").sent("PH-0001", a_form("one"), {"workers": "3"}, {"workers": "ba"})
        lan.did(ResponseChanged("PH-0001", "two", {"workers": "4"}, {"workers": "bốn"}))
        kept, (was,) = responses.find(connection, "PH-0001"), responses.earlier(connection, "PH-0001")
        assert kept is not None
        assert (kept.number, kept.form_sha, kept.answers, kept.changed_at) == (2, "two", {"workers": "4"}, NOW)
        assert (was.number, was.form_sha, was.answers, was.typed) == (1, "one", {"workers": "3"}, {"workers": "ba"})
        sent = catalog(lan, library).sent("PH-0001")
        assert sent is not None
        assert (sent.form_sha, sent.answers, sent.round, sent.open) == ("two", {"workers": "4"}, 0, True)

    await database.write(story)


async def test_what_is_closed_or_another_s_stays_as_it_was(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        a_live_form(connection)
        lan = a_person(connection, "lan").sent("PH-0001", a_form("one"), {"workers": "3"})
        stranger = a_person(connection, "hung").runs(LAN)
        assert catalog(stranger, library).sent("PH-0001") is None
        stranger.did(ResponseChanged("PH-0001", "one", {"workers": "9"}, {}))
        published.close(connection, "khao_sat", "ngoc", NOW)
        sent = catalog(lan, library).sent("PH-0001")
        assert sent is not None
        assert not sent.open
        lan.did(ResponseChanged("PH-0001", "one", {"workers": "9"}, {}))
        kept = responses.find(connection, "PH-0001")
        assert kept is not None
        assert (kept.answers, kept.number) == ({"workers": "3"}, 1)

    await database.write(story)


async def test_a_shipped_form_can_be_changed_for_thirty_days(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        lan = a_person(connection, "lan").sent("NC-0001", library.forms["needs"], {"workers": "3"})
        for days, is_open in ((29, True), (30, False)):
            sent = catalog(lan, library, timedelta(days=days)).sent("NC-0001")
            assert sent is not None
            assert sent.open is is_open

    await database.write(story)


async def test_a_colleague_may_change_what_the_establishment_sent(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        a_live_form(connection)
        lan = a_person(connection, "lan").sent("PH-0001", a_form("one"), {"workers": "3"})
        son = colleague(lan, "son")
        son.did(ResponseChanged("PH-0001", "one", {"workers": "4"}, {}))
        kept = responses.find(connection, "PH-0001")
        assert kept is not None
        assert (kept.contact_id, kept.answers) == (lan.contact_id, {"workers": "4"})

    await database.write(story)


async def test_a_file_is_named_by_its_row_and_erased_with_its_sender(database: Database) -> None:
    def story(connection: Connection) -> None:
        lan = a_person(connection, "lan").did(ProfileChanged(LAN))
        answer = uploads.keep(connection, lan.contact_id, "C:\\ảnh\\Máy bào 1.jpg", "image/jpeg", PICTURE, NOW).answer
        number, _, name = answer.partition("-")
        assert name == "Máy_bào_1.jpg"
        found = uploads.find(connection, answer)
        assert found is not None
        assert (str(found.id), found.data, found.size, found.media_type) == (number, PICTURE, 256, "image/jpeg")
        assert uploads.find(connection, f"{number}-khac.jpg") is None
        assert uploads.find(connection, "may-bao.jpg") is None
        a_live_form(connection)
        lan.sent("PH-0001", a_form("one"), {"workers": "3"}).did(ResponseChanged("PH-0001", "one", {}, {}))
        assert [count(connection, table) for table in (upload, response, response_version)] == [1, 1, 1]
        lan.did(DataErased())
        assert [count(connection, table) for table in (upload, response, response_version)] == [0, 0, 0]

    await database.write(story)


async def test_a_file_that_is_too_large_is_not_kept(database: Database) -> None:
    def story(connection: Connection) -> None:
        lan = a_person(connection, "lan")
        with pytest.raises(uploads.UploadRefused, match="20 MB"):
            uploads.keep(connection, lan.contact_id, "a.mp4", "video/mp4", b"x" * (uploads.LARGEST + 1), NOW)

    await database.write(story)
