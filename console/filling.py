"""Filling a paid template with an announcement, before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from console.visit import Visit
from content.announcing import Announced, facts
from conversation.training_class import TrainingClass
from conversation.vendor_template import BlankRefused, fill
from db import vendor_templates
from db.announcements import AnnouncementRefused, Draft, Listed
from db.named_class import linked_class
from db.vendor_templates import Template


@dataclass(frozen=True, slots=True)
class Filled:
    """A paid template with what an announcement fills its blanks with; who gets it is not named yet."""

    template: Template
    values: Mapping[str, str]

    def cost(self, people: int) -> int:
        """Return what it costs for so many, in VND."""
        return people * self.template.price


async def filled(visit: Visit, written: Draft | Listed) -> Filled | None:
    """Return an announcement's paid template, filled; None where it has none.

    Raises AnnouncementRefused where a blank cannot be filled.
    """
    if not written.template:
        return None
    links = [button.link for button in written.buttons]

    def read(connection: Connection) -> tuple[Template | None, TrainingClass | None]:
        about = linked_class(connection, links, f"{written.title} {written.text}", visit.now)
        return vendor_templates.find(connection, written.template), about

    template, about = await visit.console.database.read(read)
    if template is None:
        raise AnnouncementRefused(f"Không có mẫu tin trả phí «{written.template}».")
    announced = Announced(written.kind, written.title, written.text, visit.now)
    try:
        return Filled(template, fill(template.blanks, facts(visit.console.library, announced, about)))
    except BlankRefused as refused:
        raise AnnouncementRefused(str(refused)) from refused
