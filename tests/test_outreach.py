"""The outreach kit: what is made known, in a message, on the loudspeaker, in a post, on paper; and whom it brought."""

import io
import re
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

import pypdf
import pytest
import segno
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, update

from content.library import MESSAGES
from content.outreach.door import doors
from content.outreach.poster import QUIET, poster, qr_code
from content.outreach.sms import FEWEST_WORDS, GSM, LIMIT, text_message, toneless
from content.outreach.spoken import clock, day, digits, number, spelled, spoken
from content.outreach.subject import OutreachRefused, Subject, of_class, of_page
from content.outreach.texts import loudspeaker, post
from content.render import Renderer
from conversation.calendar import VIETNAM
from conversation.catalog import Library
from conversation.page import Figure
from conversation.records import CameFrom, DataErased
from db import sources
from db.engine import Database
from db.models import contact, training_class
from db.sources import Came
from tests.actors import Owner
from tests.conftest import ORGANISATION, a_class
from tests.office import NOW, a_person
from tests.test_console import Browser, Office

SITE = "https://kc.example"
PUBLIC = replace(ORGANISATION, public_url=SITE)
QT1 = replace(a_class("QT1", seats=12), sample=False)
WORDS = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạằẳẵặắấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ", min_size=1)
TITLES = st.lists(WORDS.filter(lambda word: len(word) < 15), min_size=1, max_size=40).map(" ".join)


@pytest.fixture(scope="module")
def public() -> Renderer:
    return Renderer(MESSAGES, PUBLIC)


@given(title=TITLES)
@example(title="Ứng dụng phần mềm quản lý sản xuất, kế toán và bán hàng trên mạng cho cơ sở công nghiệp nông thôn")
def test_a_message_fits_and_keeps_every_fact_whole(public: Renderer, title: str) -> None:
    subject = of_class(replace(QT1, title=title, place="Nhà văn hóa thôn Đoài, xã Bắc Lý"))
    message = text_message(public, subject, PUBLIC)
    assert len(message) <= LIMIT
    assert set(message) <= GSM
    for fact in ("Lop QT1 ", "08:00 10/12-11/12, Nha van hoa thon Doai, xa Bac Ly.", "den 04/12", "goi 0226000000"):
        assert fact in message
    kept = message.partition("Lop QT1 ")[2].partition(" 08:00")[0]
    words, said = toneless(title).replace(",", "").split(), kept.rstrip(".").replace(",", "").split()
    assert said == (words[: len(said)] if kept.endswith("...") else words)
    assert len(said) >= min(FEWEST_WORDS, len(words))


def test_a_short_message_says_all_there_is(public: Renderer, renderer: Renderer) -> None:
    short = of_class(replace(QT1, title="Dạy may", place="Trạm xá cũ"))
    message = text_message(public, short, PUBLIC)
    assert message.startswith("Trung tam Khuyen cong thu: Lop QT1 Day may. 08:00 10/12")
    assert message.endswith("kc.example/lop/QT1?tu=sms, goi 0226000000")
    assert "nhan QT1 SMS vao tro chuyen" in text_message(renderer, short, ORGANISATION)


def test_a_message_too_long_or_unwritable_is_refused_with_the_reason(public: Renderer) -> None:
    with pytest.raises(OutreachRefused, match="160"):
        text_message(public, of_class(replace(QT1, place="Hội trường " * 20)), PUBLIC)
    with pytest.raises(OutreachRefused, match="½"):
        text_message(public, of_class(replace(QT1, title="Học ½ ngày")), PUBLIC)


def test_a_sample_says_so_everywhere(public: Renderer) -> None:
    sample = of_class(replace(QT1, sample=True))
    assert "Lop MAU QT1" in text_message(public, sample, PUBLIC)
    assert "(MẪU)" in post(public, sample, PUBLIC)
    assert "lớp mẫu" in loudspeaker(public, sample, PUBLIC)
    assert "LỚP MẪU" in printed(sample)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("7h30 ngày 12/12, phòng B2", "bảy giờ ba mươi phút ngày mười hai tháng mười hai, phòng bê, hai"),
        ("8 giờ đến 11 giờ 30, 14:05", "tám giờ đến mười một giờ ba mươi, mười bốn giờ năm phút"),
        ("2026–2030", "hai nghìn không trăm hai mươi sáu đến hai nghìn không trăm ba mươi"),
        ("200.000 đồng, 1,5 triệu, 50%", "hai trăm nghìn đồng, một phẩy năm triệu, năm mươi phần trăm"),
        ("gọi 0226 3 852 852", "gọi không hai hai sáu, ba, tám năm hai, tám năm hai"),
        ("tháng 4/2026", "tháng tư năm hai nghìn không trăm hai mươi sáu"),
        ("5/4/2026", "ngày mùng năm tháng tư năm hai nghìn không trăm hai mươi sáu"),
        ("cách chợ 500m, 31 hộ", "cách chợ năm trăm m, ba mươi mốt hộ"),
        ("Hội trường xã Vĩnh Trụ", "Hội trường xã Vĩnh Trụ"),
    ],
)
def test_figures_are_read_aloud_as_people_say_them(written: str, read: str) -> None:
    assert spoken(written) == read


@given(st.text(max_size=60) | st.from_regex(r"([0-9/.,:h %–A-ZĐ]{1,12} ?){1,4}", fullmatch=True))
def test_no_figure_is_left_for_the_announcer(text: str) -> None:
    assert not any(one in "0123456789" for one in spoken(text))


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0, "không"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (44, "bốn mươi tư"),
        (105, "một trăm linh năm"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_500_000, "một triệu năm trăm nghìn"),
        (2_000_000_011, "hai tỷ không trăm mười một"),
    ],
)
def test_numbers_in_words(value: int, read: str) -> None:
    assert number(value) == read


def test_days_hours_and_letters_in_words() -> None:
    assert day(date(2026, 4, 5)) == "Chủ nhật, ngày mùng năm tháng tư"
    said = {hour: clock(datetime(2026, 12, 10, hour, tzinfo=VIETNAM)) for hour in (3, 8, 12, 13, 19, 22)}
    assert list(said.values()) == [
        "ba giờ đêm", "tám giờ sáng", "mười hai giờ trưa", "một giờ chiều", "bảy giờ tối", "mười giờ đêm",
    ]  # fmt: skip
    assert spelled("QT1") == "quy, tê, một"
    assert digits("0226 000 111") == "không hai hai sáu, không không không, một một một"


def test_the_loudspeaker_says_what_matters_twice_and_no_figure(public: Renderer) -> None:
    heard = loudspeaker(public, of_class(replace(QT1, fee="200.000 đồng")), PUBLIC)
    for fact in (QT1.title, QT1.place, "quy, tê, một", "ngày mùng mười tháng mười hai", "ngày mùng bốn tháng mười hai"):
        assert heard.count(fact) >= 2, fact
    assert heard.count("không hai hai sáu") == 2
    assert "hai trăm nghìn đồng" in heard
    assert not any(one.isdigit() for one in heard)


def test_two_telephone_numbers_stay_two() -> None:
    both = replace(PUBLIC, hotline="0226 000 111 hoặc 0912 345 678")
    words, short = Renderer(MESSAGES, both), of_class(replace(QT1, title="Dạy may"))
    assert "gọi số không hai hai sáu, không không không, một một một hoặc không chín" in loudspeaker(words, short, both)
    assert "goi 0226 000 111 hoac 0912 345 678" in text_message(words, short, both)


def test_a_post_has_tones_a_link_and_the_code_word(public: Renderer, renderer: Renderer) -> None:
    written = post(public, of_class(QT1), PUBLIC)
    assert "Quản trị, điều hành xưởng nhỏ" in written
    assert f"{SITE}/lop/QT1?tu=bai" in written
    assert "nhắn QT1 BAI" in written
    assert "http" not in post(renderer, of_class(QT1), ORGANISATION)


def test_only_published_pages_are_made_known_and_no_unverified_figure(library: Library, public: Renderer) -> None:
    for page in library.pages.values():
        if not page.published:
            with pytest.raises(OutreachRefused, match="chưa công bố"):
                of_page(page)
            continue
        subject = of_page(page)
        told = [text_message(public, subject, PUBLIC), post(public, subject, PUBLIC), printed(subject)]
        assert toneless(page.title) in told[0], page.id
        assert page.parts.get("money", "—") not in " ".join(told), page.id
        assert f"/p/{page.id}?tu=" in " ".join(told)
    caveat = "Số này Trung tâm đang đối chiếu."
    figure = Figure("limit", "cơ sở", "Thông tư", "Điều 1", caveat, amount=5)
    page = replace(library.pages["overview"], parts={"what": f"Không quá 5 đồng. {caveat}"}, figures=(figure,))
    assert of_page(page).values["about"] == ""
    verified = replace(figure, verified_on=date(2026, 1, 1), verified_by="Cán bộ")
    assert of_page(replace(page, figures=(verified,))).values["about"]


def test_a_pages_code_word_opens_it_even_without_tones(library: Library, renderer: Renderer) -> None:
    for page in library.pages.values():
        if page.published:
            for typed in (of_page(page).word, toneless(of_page(page).word)):
                owner = Owner(library, renderer).says(typed)
                assert owner.replies[-1].values["page"] == page, typed


def printed(subject: Subject) -> str:
    """Return the words on a poster; it is one page."""
    (page,) = pypdf.PdfReader(io.BytesIO(poster_of(subject))).pages
    return " ".join(page.extract_text().split())


def leads_to(file: bytes) -> list[str]:
    """Return the addresses that a tap on the poster opens."""
    (page,) = pypdf.PdfReader(io.BytesIO(file)).pages
    notes: Any = page["/Annots"]
    return [note.get_object()["/A"]["/URI"] for note in notes]


def poster_of(subject: Subject, site: str = SITE) -> bytes:
    file = io.BytesIO()
    poster(subject, PUBLIC, doors(subject, PUBLIC, site)[0], file)
    return file.getvalue()


def test_the_poster_says_everything_on_one_page() -> None:
    words = printed(of_class(replace(QT1, fee="không thu")))
    assert "LỚP MẪU" not in words
    for fact in (
        QT1.title, "08:00 thứ Năm 10/12/2026", "16:30 thứ Sáu 11/12", QT1.place, "không thu", "thứ Sáu 04/12/2026",
        "QT1", PUBLIC.hotline, PUBLIC.name, PUBLIC.check_page, "kc.example/lop/QT1?tu=apphich",
    ):  # fmt: skip
        assert fact in words, fact


@pytest.mark.parametrize("length", [20, 120, 500])
def test_the_poster_finds_room_for_what_is_long(length: int) -> None:
    title = ("Ứng dụng phần mềm quản lý sản xuất và bán hàng trên mạng " * 9)[:length].strip()
    long = replace(QT1, title=title, place=f"{title} nơi", schedule=f"{title} lịch")
    words = printed(of_class(long))
    for fact in (title, long.place, long.schedule, PUBLIC.hotline):
        assert fact in words


def test_the_qr_leads_to_the_public_page() -> None:
    address = f"{SITE}/lop/QT1?tu=apphich"
    assert leads_to(poster_of(of_class(QT1))) == [address]
    drawing = qr_code(address, 100)
    wanted = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    module = 100 / (len(wanted) + 2 * QUIET)
    drawn = {(round(one.x / module), round((100 - one.y) / module)) for one in drawing.contents[1:]}
    dark = {(x + QUIET, y + QUIET + 1) for y, row in enumerate(wanted) for x, bit in enumerate(row) if bit}
    assert drawn == dark


def test_the_same_poster_is_the_same_file() -> None:
    assert poster_of(of_class(QT1)) == poster_of(of_class(QT1))
    assert poster_of(of_class(QT1), "http://127.0.0.1:8000") != poster_of(of_class(QT1))


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("QT1 LOA", "loa"),
        ("qt1 sms", "sms"),
        ("Qt1 bài", "bai"),
        ("/start class-QT1-apphich", "apphich"),
        ("/start class-QT1", ""),
        ("/start class-QT1-gido", ""),
        ("QT1 GIDO", ""),
        ("QT1", ""),
    ],
)
def test_a_source_word_after_the_code_opens_the_class_and_is_kept(owner: Owner, typed: str, source: str) -> None:
    owner.says(typed).sees_last("classes/class").reads("Quản trị, điều hành xưởng nhỏ")
    assert owner.records == ([CameFrom(source)] if source else [])


def test_a_source_word_is_read_in_the_middle_of_a_form_and_lost_nowhere_else(owner: Owner) -> None:
    owner.says("NHU CẦU").says("đồng ý").says("QT1 LOA").sees("classes/class")
    assert CameFrom("loa") in owner.records
    owner.records.clear()
    owner.says("loa").says("cần mua loa")
    assert owner.records == []


async def test_the_first_source_stays_and_is_counted_with_who_signed_up(database: Database) -> None:
    def write(connection: Connection) -> None:
        row = {**asdict(QT1), "created_at": NOW}
        connection.execute(insert(training_class).values(row))
        a_person(connection, "lan").did(CameFrom("loa"), CameFrom("sms")).signed_up("QT1-07", 1, ["Lan"])
        a_person(connection, "hoa").did(CameFrom("loa"))
        a_person(connection, "tu").did(CameFrom("apphich"), DataErased())
        a_person(connection, "minh").signed_up("QT1-08", 1, ["Minh"])

    await database.write(write)
    counted = await database.read(lambda connection: sources.counts(connection, "QT1"))
    assert counted == {"apphich": Came(), "sms": Came(), "loa": Came(2, 1), "bai": Came(), "": Came(2, 1)}
    assert (await database.read(sources.counts))["loa"] == Came(2, 0)
    names = select(contact.c.source).order_by(contact.c.id)
    kept = await database.read(lambda connection: list(connection.execute(names).scalars()))
    assert kept == ["loa", "loa", "", ""]


@pytest.fixture
async def editor(database: Database, library: Library, renderer: Renderer) -> Browser:
    """Somebody of the staff; one class is on offer."""
    values = {**asdict(QT1), "created_at": NOW}
    await database.write(lambda connection: connection.execute(insert(training_class).values(values)))
    return await Office(database, library, renderer).member()


async def test_staff_find_the_kit_and_where_people_came_from(editor: Browser, database: Database) -> None:
    await database.write(lambda connection: a_person(connection, "lan").did(CameFrom("loa")).signed_up("QT1-07", 1))
    assert "/console/outreach/class/QT1" in (await editor.get("/console/classes/QT1")).text
    assert "/console/outreach/class/QT1" in (await editor.get("/console/outreach")).text
    page = (await editor.get("/console/outreach/class/QT1")).text
    assert "/160 ký tự" in page
    assert "quy, tê, một" in page
    row = page[page.index("Loa truyền thanh") :]
    assert [int(one) for one in re.findall(r">(\d+)</td>", row)[:2]] == [1, 1]
    assert "điện thoại ở nơi khác không mở được" in page


async def test_staff_download_the_poster_which_leads_here_where_no_address_is_set(editor: Browser) -> None:
    for path, place in (("class/QT1", "lop/QT1"), ("page/overview", "p/overview")):
        answer = await editor.get(f"/console/outreach/{path}/poster.pdf")
        assert answer.headers["content-type"] == "application/pdf"
        assert leads_to(answer.content) == [f"https://kc.example/{place}?tu=apphich"]


async def test_staff_see_why_a_message_does_not_fit_and_that_a_class_is_closed(
    editor: Browser, database: Database
) -> None:
    change = update(training_class).values(place="Hội trường " * 20, open=False)
    await database.write(lambda connection: connection.execute(change))
    page = (await editor.get("/console/outreach/class/QT1")).text
    assert "viết gọn lại tên và địa điểm" in page
    assert "không còn nhận đăng ký" in page


async def test_what_is_not_published_has_no_kit(editor: Browser) -> None:
    assert "Khuyến công là gì" in (await editor.get("/console/outreach/page/overview")).text
    for path in ("page/brand", "page/nothing", "class/XX9", "page/brand/poster.pdf", "class/XX9/poster.pdf"):
        assert (await editor.get(f"/console/outreach/{path}")).status_code == 404, path
    assert "/outreach/page/brand" not in (await editor.get("/console/outreach")).text
