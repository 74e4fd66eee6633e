"""What it can do, one file per flow; this is the table of contents.

`COMMANDS` open a flow from anywhere; `ANYWHERE` are phrases obeyed whatever is open; `PHRASES` are obeyed where the
open question does not take them. All are folded: lower case, no diacritics.
"""

from conversation.flow import Flows
from conversation.topics import SAID
from handlers.announcements import Announcements, Stop
from handlers.announcements import Resume as ResumeAnnouncements
from handlers.announcing import Compose
from handlers.consent import Consent
from handlers.establishments import Establishment, Establishments
from handlers.figures import Figures
from handlers.files import Files
from handlers.handoff import Handoff
from handlers.interest import interest
from handlers.linking import Linking
from handlers.menu import Menu
from handlers.mine import Mine
from handlers.missing import Missing
from handlers.policies import News, Policies
from handlers.privacy import Privacy
from handlers.profile import profile
from handlers.questionnaires import Forms, Resume, change, needs, needs_full, published, rounds
from handlers.registering import Register
from handlers.sent_file import SentFile
from handlers.staff import Staff
from handlers.topics import Topics
from handlers.training import CancelSignUp, Class, Classes, Share, sign_up

COMMANDS = {
    "/start": ">menu/start",
    "/menu": ">menu",
    "/chinhsach": ">policies",
    "/quantam": ">interest",
    "/phieu": ">forms",
    "/lop": ">classes",
    "/thongbao": ">announcements/wanted",
    "/dulieu": ">privacy",
    "/lienket": ">linking",
    "/huy": ">cancel",
    "/canbo": ">staff",
    "/guithongbao": ">compose",
}

ANYWHERE = {
    "menu": ">menu",
    "ve menu": ">menu",
    "ve dau": ">menu",
    "trang chu": ">menu",
    "bat dau": ">menu/start",
    "thoi tin": ">stop",
    "lien ket": ">linking",
    "bo lien ket": ">linking/apart",
    "nhan tin lai": ">announcements/wanted",
    **{f"thoi tin {words}": f">topics/stop_{topic}" for words, topic in SAID.items()},
    **{f"nhan tin {words}": f">topics/follow_{topic}" for words, topic in SAID.items()},
}

PHRASES = {
    "tiep": ">resume",
    "tiep tuc": ">resume",
    "lam tiep": ">resume",
    "dien tiep": ">resume",
    "ma cua toi": ">mine",
    "xem ma": ">mine",
    "ho so": ">mine",
    "ho so cua toi": ">mine",
    "ho so cua toi den dau": ">mine",
    "ho so cua toi den dau roi": ">mine",
    "ho so den dau roi": ">mine",
    "nhu cau": ">needs",
    "quan tam": ">interest",
    "dang ky": ">interest",
    "chinh sach": ">policies",
    "lop": ">classes",
    "lop hoc": ">classes",
    "thong bao": ">announcements",
    "chu de": ">topics",
    "nhan tin": ">announcements/wanted",
    "can bo": ">handoff",
    "gap can bo": ">handoff",
    "nhan cho can bo": ">handoff",
    "du lieu": ">privacy",
    "du lieu cua toi": ">privacy",
    "xoa du lieu": ">privacy/delete",
    "sua thong tin": ">profile",
    "phieu": ">forms",
    "khao sat": ">needs_full",
    "quay lai": ">menu",
    "huy": ">menu",
    "dung": ">menu",
    "thoi": ">menu",
    "khong": ">menu",
    "cam on": ">menu/thanks",
    "cam on em": ">menu/thanks",
    "cam on nhe": ">menu/thanks",
    "ok cam on": ">menu/thanks",
    "ok": ">menu/thanks",
    "xong roi": ">menu/thanks",
    "tam biet": ">menu/thanks",
}

FLOWS = Flows(
    by_name={
        flow.name: flow
        for flow in (
            Menu(),
            Consent(),
            Policies(),
            News(),
            interest,
            Forms(),
            needs,
            needs_full,
            published,
            rounds,
            change,
            Resume(),
            profile,
            Classes(),
            Class(),
            sign_up,
            CancelSignUp(),
            Share(),
            Announcements(),
            Stop(),
            ResumeAnnouncements(),
            Topics(),
            Staff(),
            Compose(),
            Figures(),
            Establishments(),
            Establishment(),
            Missing(),
            Register(),
            Files(),
            Mine(),
            Handoff(),
            SentFile(),
            Privacy(),
            Linking(),
        )
    },
    commands=COMMANDS,
    anywhere=ANYWHERE,
    phrases=PHRASES,
)
