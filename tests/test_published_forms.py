"""Forms that staff published, rounds of them, and changing what was sent."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from conversation.catalog import FixedCatalog, Library, OpenForm, Sent
from conversation.contact import ANSWERS, GivenConsent, KnownContact, Receipt
from conversation.engine import converse
from conversation.flow import Turn
from conversation.form import Form, Group, Question
from conversation.incoming import Address, Incoming
from conversation.records import ProfileChanged, Record, ResponseChanged, ResponseSubmitted
from conversation.session import Session
from handlers import FLOWS
from tests.actors import TUESDAY_EVENING

YES = "true()"
QUESTIONS = (
    Question("so_may", "integer", "Có mấy máy?", required=YES),
    Question("ten", "text", "Tên máy?", path=("may",), required=YES),
    Question("ghi_chu", "text", "Ghi chú?"),
)
FORM = Form("to_khai", "Tờ khai máy", "1", "sha1", QUESTIONS, (Group(("may",), "Máy", repeat=True),), prefix="TK")
PUBLISHED = OpenForm(">form/to_khai", FORM, FORM.title)
ROUND = OpenForm(">round/3", FORM, "Khảo sát máy 2027", 3, "120/SCT-KC", TUESDAY_EVENING + timedelta(days=9))
AGREED = GivenConsent(ANSWERS, TUESDAY_EVENING)
ANSWERED = {"so_may": "1", "may": [{"ten": "bào"}]}


@dataclass
class Owner:
    """An owner who agreed to having answers kept, and what is on offer to them."""

    catalog: FixedCatalog
    contact: KnownContact = field(default_factory=lambda: KnownContact(consents={ANSWERS: AGREED}))
    session: Session = field(default_factory=lambda: Session(greeted=True))
    records: tuple[Record, ...] = ()
    turns: int = 0

    def says(self, *texts: str) -> list[str]:
        """Say each, and return the keys of all replies."""
        return [key for text in texts for key in self._turn(text=text)]

    def _turn(self, text: str = "", choice: str = "") -> list[str]:
        self.turns += 1
        incoming = Incoming(Address("web", "lan"), str(self.turns), TUESDAY_EVENING, text, choice)
        seed = self.turns.to_bytes(16, "big")
        turn = Turn(incoming, self.contact, self.session, self.catalog, TUESDAY_EVENING, seed)
        outcome = converse(turn, FLOWS)
        self.session = Session.from_json(outcome.session.to_json())
        self.records += outcome.records
        return [reply.key for reply in outcome.replies]


@pytest.fixture
def owner(library: Library) -> Owner:
    return Owner(FixedCatalog(library, open_forms=(PUBLISHED, ROUND)))


def sent(owner: Owner, round_id: int = 0, *, is_open: bool = True) -> Owner:
    """Let the owner have sent the form before."""
    before = Sent("TK-1000", FORM.sha, ANSWERED, {"so_may": "một"}, round_id, is_open)
    owner.catalog = replace(owner.catalog, responses=(before,))
    owner.contact = replace(owner.contact, receipts=(Receipt("TK-1000", "to_khai", "Tờ khai máy", TUESDAY_EVENING),))
    return owner


def test_a_published_form_is_listed_and_answered(owner: Owner) -> None:
    assert owner.says("/phieu", "tờ khai máy")[-1] == "to_khai/so_may"
    assert owner.says("1", "có", "bào", "đủ rồi", "bỏ qua", "gửi")[-1] == "to_khai/done"
    (record,) = owner.records
    assert isinstance(record, ResponseSubmitted)
    assert (record.form, record.answers, record.round) == ("to_khai", ANSWERED, 0)
    assert record.code.startswith("TK-")


def test_a_round_opens_by_its_code_word_and_is_answered_once(owner: Owner) -> None:
    assert owner.says("DT3") == ["to_khai/so_may"]
    owner.says("1", "không", "bỏ qua", "gửi")
    (record,) = owner.records
    assert isinstance(record, ResponseSubmitted)
    assert record.round == 3


def test_an_establishment_that_answered_a_round_is_shown_its_answer(owner: Owner) -> None:
    assert sent(owner, 3).says("DT3") == ["form/sent_before", "to_khai/review"]
    assert owner.says("1", "2", "gửi") == ["to_khai/so_may", "to_khai/review", "to_khai/changed"]
    (record,) = owner.records
    assert isinstance(record, ResponseChanged)
    assert (record.code, record.answers) == ("TK-1000", {**ANSWERED, "so_may": "2"})


def test_who_comes_second_in_a_round_changes_the_first_answer(owner: Owner) -> None:
    """The record is refused, and the turn is run again on fresh facts, which know the first answer."""
    owner.says("DT3", "5", "không", "bỏ qua")
    assert sent(owner, 3).says("gửi") == ["to_khai/changed"]
    assert isinstance(owner.records[0], ResponseChanged)
    assert owner.records[0].code == "TK-1000"


def test_what_was_sent_is_changed_until_the_form_closes(owner: Owner) -> None:
    assert sent(owner).says("TK-1000", "sửa phiếu này") == ["mine/receipt", "to_khai/review"]
    heard = owner.says("3", "Bỏ mục cuối", "có", "cưa", "đủ rồi", "gửi")
    assert heard[-3:] == ["to_khai/may.more", "to_khai/review", "to_khai/changed"]
    (record,) = owner.records
    assert isinstance(record, ResponseChanged)
    assert record.answers == {"so_may": "1", "may": [{"ten": "cưa"}]}


def test_a_closed_form_is_not_changed_and_says_so(owner: Owner) -> None:
    assert "sửa phiếu này" not in str(sent(owner, is_open=False).says("TK-1000"))
    assert owner._turn(choice=">change/TK-1000") == ["form/closed"]
    assert owner._turn(choice=">form/khong_co") == ["form/closed"]
    assert owner.says("DT9") != ["to_khai/so_may"]


def test_two_published_forms_are_put_aside_each_by_itself(owner: Owner) -> None:
    other = replace(FORM, name="to_khai_hai", title="Tờ khai hai", sha="sha2")
    published = (PUBLISHED, OpenForm(">form/to_khai_hai", other, other.title))
    owner.catalog = replace(owner.catalog, open_forms=published)
    owner.says("/phieu", "tờ khai máy", "4", "/phieu", "tờ khai hai", "5", "dừng")
    assert owner.says("tiếp") == ["form/which_paused"]
    assert owner.says("tờ khai máy") == ["form/resumed", "to_khai/may.more"]


def test_a_question_of_the_same_name_and_another_meaning_leaves_the_profile_alone(library: Library) -> None:
    text = Question("trade", "text", "Nghề?", required=YES)
    workers = Question("workers", "integer", "Mấy thợ?", required=YES)
    form = replace(FORM, questions=(text, workers), groups=())
    owner = Owner(FixedCatalog(library, open_forms=(OpenForm(">form/to_khai", form, form.title),)))
    owner.contact = replace(owner.contact, profile={"trade": "garment"})
    assert owner.says("/phieu", "tờ khai máy")[-1] == "to_khai/trade"
    owner.says("mộc", "12", "gửi")
    assert owner.records[1:] == (ProfileChanged({"workers": "12"}),)


def test_a_form_that_asks_for_the_telephone_by_itself_gets_what_is_known(library: Library) -> None:
    questions = (Question("so_may", "phonenumber"), Question("ten", "text", "Tên?", required=YES))
    form = replace(FORM, questions=questions, groups=())
    owner = Owner(FixedCatalog(library, open_forms=(OpenForm(">form/to_khai", form, form.title),)))
    owner.contact = replace(owner.contact, profile={"phone": "0912345678"})
    owner.says("/phieu", "tờ khai máy", "An", "gửi")
    (record,) = owner.records
    assert isinstance(record, ResponseSubmitted)
    assert record.answers == {"so_may": "0912345678", "ten": "An"}
