"""Whole conversations, fully worded: what a member of staff reads and approves. `pytest --update` rewrites them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from content.announcing import Announced, word
from content.outreach.sms import text_message
from content.outreach.subject import of_class, of_page
from content.outreach.texts import loudspeaker, post
from content.reminding import remind_of_class, remind_of_round
from content.render import Renderer
from content.xlsform import read_form
from conversation.area import Answered, Asking, Figures, Known, KnownArea, Standing
from conversation.calendar import local_day
from conversation.case import CaseState
from conversation.catalog import Announcement, Library, OpenForm, Organisation
from conversation.channel import CAPABILITIES, Message
from conversation.contact import Receipt
from conversation.desk import Colleague, KnownDesk, Reached, SavedAudience, Written
from conversation.flow import reply
from conversation.links import Begun, Door, KnownLinks, LinkCode, LinkOffer, channel_name
from conversation.records import Record
from conversation.reply import Choice, Reply
from conversation.session import Frame
from tests.actors import TUESDAY_EVENING, Owner
from tests.conftest import a_class
from tests.conversations import CONVERSATIONS

FOLDER = Path(__file__).parent / "transcripts"
CHANNELS = ("web", "telegram", "zalo_bot", "zalo_oa")
CLOSES = TUESDAY_EVENING + timedelta(days=6)

# What is said outside a turn, and by whom; these are worded here as it is done there.
SAID_BESIDES = {
    "announcements/pushed": "bot/announcer.py, through content/announcing.py",
    "announcements/correction": "bot/announcer.py, through content/announcing.py",
    "announcements/reminder": "bot/announcer.py, through content/announcing.py",
    "reminders/class": "db/reminders.py, through content/reminding.py: the words of a reminder",
    "reminders/round": "db/reminders.py, through content/reminding.py: the words of a reminder",
    "inbox/answer": "console/inbox.py: an officer answers",
    "inbox/back": "console/inbox.py: an officer ends the conversation",
    "inbox/asked": "bot/alerting.py: staff are told in their own chats",
    "inbox/wrote": "bot/alerting.py: staff are told in their own chats",
    "linking/offered": "bot/telling.py: a channel vouches for a telephone number that another address has",
    "sent/removed": "console/files.py: staff remove what should not have been sent",
    "cases/moved": "console/case.py, through console/case_words.py: what staff may tell of a move",
    "engine/apology": "bot/receive.py: a turn failed",
    "files/ready": "bot/files_for_chats.py: a file is made",
    "files/link": "bot/files_for_chats.py: a file is made that the channel does not carry",
    "files/failed": "bot/files_for_chats.py: a file could not be made",
    **{f"outreach/{kind}/{text}": "content/outreach" for kind in ("class", "page") for text in ("bai", "loa", "sms")},
}

QUICK_FORM = """
| survey | | | | | | | |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | required | appearance | constraint |
| | begin group | ai | Người trả lời | Respondent | | field-list | |
| | text | ten | Họ và tên | Full name | yes | | |
| | integer | tuoi | Tuổi | Age | yes | | . < 120 |
| | end group | | | | | | |
| | image | anh | Ảnh xưởng? | Photo of the workshop? | | | |
| | begin repeat | may | Máy đang dùng | Machines in use | | | |
| | text | ten_may | Tên máy? | Name? | yes | | |
| | integer | mua_nam | Mua năm nào? | Bought in? | | kc-year | |
| | end repeat | | | | | | |
| settings | | | |
| | form_title | form_id | kc_prefix | default_language |
| | Phiếu ghi nhanh | ghi_nhanh | GN | Tiếng Việt (vi) |
"""


@dataclass
class Teller:
    """Holds a conversation on a channel and writes it down as a person reads it there."""

    owner: Owner
    lines: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def tell(self, script: str) -> str:
        for line in (line.strip() for line in script.strip().splitlines()):
            before = len(self.owner.records)
            if line.startswith("@"):
                name, _, argument = line[1:].partition(" ")
                HAPPENINGS[name](self, argument)
            elif line.startswith("#"):
                self.takes(line[1:])
            elif line.startswith("&"):
                self.takes_several(line[1:].split("; "))
            else:
                self.writes(line)
            self.lines += [f"Ghi nhận    {noted(record)}" for record in self.owner.records[before:]]
            self.lines.append("")
        return "\n".join(self.lines)

    def writes(self, text: str) -> None:
        self.lines.append(f"Chủ cơ sở   {text}")
        self.owner.says(text)
        self.hears()

    def takes(self, label: str) -> None:
        """Take a choice as one can on the channel: press it, or type its number, or its words."""
        found = [
            (message, one)
            for message in self.owner.messages
            for one in message.choices
            if one.label.removeprefix("✓ ") == label
        ]
        assert found, f"no choice {label!r} among {[one.label for m in self.owner.messages for one in m.choices]}"
        message, choice = found[-1]
        if message.buttons:
            self.lines.append(f"Chủ cơ sở   (bấm) {label}")
            self.owner.taps_token(choice.token)
            self.hears()
        else:
            self.writes(str(choice.n) if f"{choice.n}. {choice.label}" in message.text else label)

    def takes_several(self, labels: Sequence[str]) -> None:
        """Tick each, or type all their numbers."""
        last = self.owner.messages[-1]
        if last.buttons:
            for label in (*labels, "Chọn xong"):
                self.takes(label)
        else:
            self.writes(",".join(str(one.n) for one in last.choices if one.label in labels))

    def hears(self) -> None:
        """Write down what the last turn said, here and at other addresses."""
        assert self.owner.replies
        self.said |= {one.worded_by for one in self.owner.replies}
        self.writes_down("Bot", self.owner.messages)
        for told in self.owner.told:
            can = CAPABILITIES[told.door.channel]
            shown = told.reply if can.buttons else replace(told.reply, choices=())
            self.said.add(told.reply.worded_by)
            name = channel_name(self.owner.library.labels, told.door.channel)
            self.lines.append(f"            (nhắn sang {name})")
            self.writes_down("Bot", self.owner.renderer.render([shown], can, 0))

    def is_pushed(self, link: str, *messages: Message) -> None:
        self.said |= {message.key for message in messages}
        self.lines.append("            (Trung tâm nhắn trước)")
        self.writes_down("Bot", messages)
        self.owner.is_pushed(link, *messages)

    def writes_down(self, who: str, messages: Sequence[Message]) -> None:
        for message in messages:
            buttons = [f"[{choice.label}]" for choice in message.choices] if message.buttons else []
            first, *rest = [*message.text.splitlines(), *buttons]
            self.lines += [f"{who:<12}{first}", *(f"            {line}" for line in rest)]

    @property
    def other(self) -> Door:
        """Another address of this person, or of one with the same telephone number."""
        channel = "telegram" if self.owner.channel.startswith("zalo") else "zalo_bot"
        return Door(2, channel, self.owner.now - timedelta(days=2))

    def knows(self, links: KnownLinks) -> None:
        self.owner.contact = replace(self.owner.contact, links=links)


def noted(record: Record) -> str:
    return repr(record).replace(", form_sha='" + getattr(record, "form_sha", "") + "'", "")


def sends_file(teller: Teller, argument: str) -> None:
    name, _, media_type = argument.partition(" ")
    teller.lines.append(f"Chủ cơ sở   (gửi {name})")
    teller.owner.sends(name, media_type)
    teller.hears()


def sends_sticker(teller: Teller, _: str) -> None:
    teller.lines.append("Chủ cơ sở   (gửi nhãn dán)")
    teller.owner.sends_what_cannot_be_read()
    teller.hears()


def presses_old_button(teller: Teller, _: str) -> None:
    teller.lines.append("Chủ cơ sở   (bấm nút của một câu cũ)")
    teller.owner.taps_token("0:cu")
    teller.hears()


def follows(teller: Teller, link: str) -> None:
    teller.lines.append(f"Chủ cơ sở   (mở liên kết {link})")
    teller.owner.taps_token(link)
    teller.hears()


def has_no_classes(teller: Teller, _: str) -> None:
    teller.owner.classes = ()
    teller.lines.append("            (không còn lớp nào nhận đăng ký)")


def has_staff_forms(teller: Teller, _: str) -> None:
    quick = read_form("ghi_nhanh", QUICK_FORM.encode(), ".md")
    needs = teller.owner.library.forms["needs"]
    teller.owner.open_forms = (
        OpenForm(">form/ghi_nhanh", quick, quick.title),
        OpenForm(">round/3", needs, "Nhu cầu khuyến công 2027", 3, "12/TTKC", CLOSES),
    )
    teller.lines.append("            (cán bộ vừa mở một phiếu và một đợt)")


def replaces_form(teller: Teller, _: str) -> None:
    """Let the version of the form under way be gone."""
    stack = teller.owner.session["stack"]
    teller.owner.session = {**teller.owner.session, "stack": [{**frame, "form_sha": "gone"} for frame in stack]}
    teller.lines.append("            (mẫu phiếu đang làm được thay)")


def began_elsewhere(teller: Teller, _: str) -> None:
    form = teller.owner.library.forms["needs_full"]
    frame = Frame("needs_full", form_sha=form.sha, draft={"answers": {"business_name": "Mộc Lan"}, "seed": "00" * 16})
    teller.knows(KnownLinks((teller.other,), begun=[Begun(teller.other, frame)]))
    teller.lines.append("            (một phiếu đang làm dở ở kênh đã liên kết)")


def has_codes(teller: Teller, _: str) -> None:
    now, other = teller.owner.now, teller.other
    soon, here = now + timedelta(minutes=10), Door(1, teller.owner.channel, now)
    codes = {
        "111111": LinkCode(other, soon),
        "222222": LinkCode(other, now - timedelta(minutes=1)),
        "333333": LinkCode(here, soon, own=True),
    }
    teller.knows(KnownLinks(codes=codes, classes={2: ("QT1",)}))
    teller.lines.append("            (mã 111111 lấy ở kênh kia, 222222 đã quá hạn, 333333 lấy ở đây)")


def is_linked(teller: Teller, _: str) -> None:
    code = LinkCode(teller.other, teller.owner.now + timedelta(minutes=5), own=True)
    teller.knows(KnownLinks((teller.other,), codes={"444444": code}))
    teller.lines.append("            (đã liên kết; mã 444444 cũng lấy ở kênh kia)")


def is_not_linked(teller: Teller, _: str) -> None:
    teller.knows(KnownLinks())
    teller.lines.append("            (đã tách ra)")


def typed_too_many_codes(teller: Teller, _: str) -> None:
    teller.knows(KnownLinks(rests_until=teller.owner.now + timedelta(minutes=12)))
    teller.lines.append("            (nhiều mã chưa đúng)")


def has_the_same_phone(teller: Teller, _: str) -> None:
    teller.knows(KnownLinks(offer=LinkOffer(teller.other, agreed=False)))
    answer = Choice(">linking", teller.owner.library.labels["linking/answer"])
    said = reply("linking/offered", answer, channel=channel_name(teller.owner.library.labels, teller.other.channel))
    can = CAPABILITIES[teller.owner.channel]
    shown = said if can.buttons else replace(said, choices=())
    teller.is_pushed("", *teller.owner.renderer.render([shown], can, 0))


def has_staff_code(teller: Teller, _: str) -> None:
    teller.owner.staff_codes = {"87654321": "lan"}
    teller.lines.append("            (trang quản trị cho mã 87654321)")


def is_member(teller: Teller, role: str) -> None:
    """Let the chat be a member's; two colleagues tied theirs, and there is an audience by name."""
    others = (Colleague("hoa", "editor", teller.other), Colleague("quan", "administrator", teller.other))
    saved = (SavedAudience("Xưởng lớn", "size>=10"),)
    by_channel = {"telegram": 40, "zalo_oa": 5}
    reach = {"": Reached(52, by_channel, 3, 60, 48), "size>=10": Reached(4, {"zalo_bot": 4}, 0, 4, 4)}
    owner = teller.owner
    owner.contact = replace(owner.contact, staff_name="minh", staff_role=role)
    owner.desk = KnownDesk(saved, others, owner.desk.announcements, reach)
    rules = replace(owner.library.organisation, holding=timedelta(minutes=5))
    owner.library = replace(owner.library, organisation=rules)
    teller.lines.append(f"            (cuộc trò chuyện của cán bộ minh, vai trò {role})")


def looks_after(teller: Teller, communes: str) -> None:
    """Let the member look after communes, or all: a dozen establishments, an open round that one has answered."""
    now, form = teller.owner.now, teller.owner.library.forms["needs"]
    last = Answered("Phiếu nhu cầu", "NC-4827", now - timedelta(days=3), "hoa")
    first = {"business_name": "Cơ sở mộc Lan", "commune": "13285", "phone": "0912345678", "trade": "garment"}
    every = [Known(1, {**first, "legal_form": "household", "workers": "12"}, last)]
    every += [Known(n, {"business_name": f"Xưởng may số {n}", "commune": "13285"}) for n in range(2, 13)]
    every += [Known(13, {"business_name": "Rèn Hòa Hậu", "commune": "13627", "phone": "0987654321"})]
    standing = Standing(Figures(1, 2, 0), Figures(4, 7, 3), 5, 2, 13)
    waiting = Asking(3, "Nhu cầu khuyến công 2027", "12/TTKC", CLOSES, 11)
    mine = frozenset(communes.split()) if communes else None
    teller.owner.area = KnownArea(mine, standing, every, [waiting], {3: form}, frozenset({(3, 2)}))
    names = [teller.owner.library.places.name_of(code) for code in communes.split()]
    teller.lines.append(f"            (phụ trách {', '.join(names) or 'tất cả các xã'})")


def has_more_rounds(teller: Teller, _: str) -> None:
    area = teller.owner.area
    another = Asking(4, "Khảo sát lao động", "", CLOSES, 2)
    teller.owner.area = replace(area, rounds=[*area.rounds, another], files_under_way=5)
    teller.lines.append("            (thêm một đợt; năm tệp đang chờ ghi)")


def answered_meanwhile(teller: Teller, answer: str) -> None:
    round_number, number = map(int, answer.split())
    teller.owner.area = replace(teller.owner.area, answers=teller.owner.area.answers | {(round_number, number)})
    teller.lines.append("            (chủ cơ sở tự trả lời đợt)")


def gets_file(teller: Teller, key: str) -> None:
    values = {"name": "dang-ky-quan-tam-2026-11-24.xlsx", "rows": 27, "url": "", "too_large": False}
    is_told(teller, Reply(f"files/{key}", values))


def needs_second_approver(teller: Teller, _: str) -> None:
    library = teller.owner.library
    rules = replace(library.organisation, second_approver=True)
    teller.owner.library = replace(library, organisation=rules)
    teller.lines.append("            (người soạn không tự duyệt)")


def colleague_wrote(teller: Teller, _: str) -> None:
    text = "Khai mạc 8 giờ ngày 5/12."
    teller.owner.knows(Written(7, "Hội chợ làng nghề", text, "", "hoa", fingerprint="07"))
    teller.lines.append("            (hoa gửi thông báo 7 để duyệt)")


def types_lines(teller: Teller, lines: str) -> None:
    several = lines.split(" / ")
    teller.lines.append("Chủ cơ sở   " + "\n            ".join(several))
    teller.owner.says("\n".join(several))
    teller.hears()


def is_being_sent(teller: Teller, number: str) -> None:
    found = teller.owner.desk.announcement(int(number))
    assert found is not None
    teller.owner.knows(replace(found, state="sending", sent=31, total=45))
    teller.lines.append(f"            (thông báo {number} đang gửi)")


def is_done(teller: Teller, number: str) -> None:
    teller.owner.moves(int(number), "done")
    teller.lines.append(f"            (thông báo {number} gửi xong)")


def announces(teller: Teller, kind: str, title: str, text: str, link: str = "") -> None:
    buttons = [("Xem lớp", link)] if link else []
    announced = Announced(kind, title, text, teller.owner.now, buttons)
    owner = teller.owner
    teller.is_pushed(
        link or ">announcements", word(owner.renderer, owner.library, announced, CAPABILITIES[owner.channel])
    )


def is_announced(teller: Teller, _: str) -> None:
    text = "Ngày, giờ không đổi. Chỗ đã đăng ký vẫn giữ, anh/chị không phải làm gì."
    announces(teller, "news", "Lớp QT1 đổi chỗ học sang nhà văn hóa xã Vĩnh Trụ", text, ">class/QT1")


def is_corrected(teller: Teller, _: str) -> None:
    announces(teller, "correction", "Lớp QT1 học tại hội trường xã Vĩnh Trụ", "Tin trước ghi nhầm chỗ học.")


def is_reminded_of_class(teller: Teller, _: str) -> None:
    offered = teller.owner.classes[0]
    row = {
        "code": offered.code,
        "title": offered.title,
        "starts_at": offered.starts_at,
        "place": offered.place,
        "schedule": "",
    }
    teller.said.add("reminders/class")
    announces(teller, "reminder", *remind_of_class(teller.owner.renderer, row), ">class/QT1")


def is_reminded_of_round(teller: Teller, _: str) -> None:
    row = {"id": 3, "title": "Nhu cầu khuyến công 2027", "letter": "12/TTKC", "closes_at": CLOSES}
    teller.said.add("reminders/round")
    announces(teller, "reminder", *remind_of_round(teller.owner.renderer, row))


def has_case(teller: Teller, status: str) -> None:
    """Let the wish of this person stand somewhere, which they are told."""
    owner, reason = teller.owner, "kinh phí năm nay đã phân bổ hết."
    standing = CaseState(status, owner.now, reason if status == "declined" else "")
    receipt = Receipt("HT-4827", "interest", "Phiếu đăng ký quan tâm", owner.now - timedelta(days=9), standing)
    owner.contact = replace(owner.contact, receipts=(receipt,))
    values = {"code": "HT-4827", "activity": "Mua máy, đổi máy mới", "status": status, "reason": reason}
    is_told(teller, Reply("cases/moved", values))


def is_answered(teller: Teller, text: str) -> None:
    is_told(teller, Reply("inbox/answer", {"text": text}))
    is_told(teller, Reply("inbox/back"))


def is_alerted(teller: Teller, text: str) -> None:
    who, link = "Cơ sở mộc Lan, Phường Phủ Lý", "https://bot.khuyencong.example.gov.vn/console/inbox/7"
    values = {"text": text, "cut": False, "who": who, "link": link, "day": CLOSES.date()}
    is_told(teller, Reply("inbox/asked", values))
    is_told(teller, Reply("inbox/wrote", {**values, "who": "", "link": ""}))


def is_told(teller: Teller, said: Reply) -> None:
    can = CAPABILITIES[teller.owner.channel]
    teller.is_pushed("", *teller.owner.renderer.render([said], can, 0))


HAPPENINGS: Mapping[str, Callable[[Teller, str], None]] = {
    "file": sends_file,
    "sticker": sends_sticker,
    "old_button": presses_old_button,
    "link": follows,
    "no_classes": has_no_classes,
    "staff_forms": has_staff_forms,
    "form_replaced": replaces_form,
    "begun_elsewhere": began_elsewhere,
    "codes": has_codes,
    "linked": is_linked,
    "not_linked": is_not_linked,
    "too_many_codes": typed_too_many_codes,
    "same_phone": has_the_same_phone,
    "staff_code": has_staff_code,
    "member": is_member,
    "second_approver": needs_second_approver,
    "looks_after": looks_after,
    "more_rounds": has_more_rounds,
    "answered": answered_meanwhile,
    "gets_file": gets_file,
    "colleague_wrote": colleague_wrote,
    "lines": types_lines,
    "sending": is_being_sent,
    "done": is_done,
    "announced": is_announced,
    "corrected": is_corrected,
    "class_reminder": is_reminded_of_class,
    "round_reminder": is_reminded_of_round,
    "picture_removed": lambda teller, _: is_told(
        teller, Reply("sent/removed", {"day": local_day(teller.owner.now - timedelta(days=1))})
    ),
    "officer_answers": is_answered,
    "alerted": is_alerted,
    "case": has_case,
    "apology": lambda teller, _: is_told(teller, Reply("engine/apology")),
}


def hold(name: str, channel: str, library: Library, renderer: Renderer) -> tuple[Teller, str]:
    """Hold a conversation and return who held it, and it as a person would read it on that channel."""
    announcement = Announcement(
        1, "Lớp QT1 đổi chỗ học", "Học tại nhà văn hóa xã Vĩnh Trụ. Gõ QT1 để xem.", TUESDAY_EVENING
    )
    classes = [a_class("QT1", seats=12), a_class("CL1", seats=2, taken=2)]
    teller = Teller(Owner(library, renderer, classes, [announcement], channel=channel))
    return teller, teller.tell(CONVERSATIONS[name])


def approved(file: Path, text: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text


@pytest.mark.parametrize("name", CONVERSATIONS)
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_conversation_reads_as_approved(
    name: str, channel: str, library: Library, renderer: Renderer, request: pytest.FixtureRequest
) -> None:
    _, text = hold(name, channel, library, renderer)
    approved(FOLDER / f"{name}.{channel}.txt", text, request)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_it_leads_to_the_same_on_every_channel(name: str, library: Library, renderer: Renderer) -> None:
    """Whether a choice is pressed or its number typed, the same is kept; only what was typed differs."""
    kept = []
    for channel in CHANNELS:
        teller, _ = hold(name, channel, library, renderer)
        kept.append([(type(one), {**vars_of(one), "typed": None}) for one in teller.owner.records])
    assert all(one == kept[0] for one in kept)


def vars_of(record: Record) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__slots__}


def test_what_is_made_known_outside_the_chat_reads_as_approved(
    library: Library, renderer: Renderer, request: pytest.FixtureRequest
) -> None:
    organisation: Organisation = library.organisation
    lines = []
    for subject in (of_class(a_class("QT1", seats=12)), of_page(library.pages["advanced_machinery"])):
        for named, write in (("Bài đăng", post), ("Bài đọc loa", loudspeaker), ("Tin SMS", text_message)):
            lines += [f"{named}: {subject.title}", write(renderer, subject, organisation), ""]
    approved(FOLDER / "tuyen_truyen.txt", "\n".join(lines), request)


def test_every_reply_there_is_is_said_in_a_transcript(library: Library, renderer: Renderer) -> None:
    said = set[str]().union(*(hold(name, "web", library, renderer)[0].said for name in CONVERSATIONS))
    besides = {key for key in SAID_BESIDES if not key.startswith("outreach/")}
    assert besides <= said
    assert said | SAID_BESIDES.keys() == renderer.keys


def test_no_transcript_is_left_behind() -> None:
    expected = {f"{name}.{channel}.txt" for name in CONVERSATIONS for channel in CHANNELS} | {"tuyen_truyen.txt"}
    assert {file.name for file in FOLDER.iterdir()} == expected
