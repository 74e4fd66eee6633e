"""The ways into a conversation about a subject: the public page, Telegram, Zalo."""

from dataclasses import dataclass

from content.outreach.subject import Subject
from conversation.catalog import Organisation

LONGEST_START = 64
SOURCE = "apphich"


@dataclass(frozen=True, slots=True)
class Door:
    """Where a printed code leads; `name` is the channel, `hint` what to scan it with, `label` what staff call it.

    `types_word` says that the code word is still to be typed on the other side.
    """

    name: str
    label: str
    link: str
    hint: str
    types_word: bool = False


def doors(subject: Subject, organisation: Organisation, site: str) -> list[Door]:
    """Return the doors that are open to the public, the public page first."""
    hint = "Quét mã bằng Zalo hoặc máy ảnh của điện thoại"
    found = [Door("web", "Trang công khai", subject.link(site, SOURCE), hint)]
    if organisation.zalo_page:
        found.append(
            Door("zalo", "Zalo", organisation.zalo_page, "Quét mã bằng Zalo, bấm Quan tâm rồi gõ chữ bên dưới", True)
        )
    start = subject.start(SOURCE)
    if organisation.telegram_name and len(start) <= LONGEST_START:
        link = f"https://t.me/{organisation.telegram_name}?start={start}"
        found.append(Door("telegram", "Telegram", link, "Quét mã bằng máy ảnh của điện thoại để mở Telegram"))
    return found
