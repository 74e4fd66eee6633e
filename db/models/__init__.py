"""The tables; importing this package registers them all on `METADATA`."""

from db.models.announcement import announcement, delivery
from db.models.base import METADATA
from db.models.contact import address, consent, contact, establishment
from db.models.conversation import conversation, message
from db.models.form import form, form_file, form_version, response, response_version, round_, upload
from db.models.inbox import inbox
from db.models.question import news_wanted, question
from db.models.staff import staff, staff_session
from db.models.training import sign_up, training_class

__all__ = [
    "METADATA",
    "address",
    "announcement",
    "consent",
    "contact",
    "conversation",
    "delivery",
    "establishment",
    "form",
    "form_file",
    "form_version",
    "inbox",
    "message",
    "news_wanted",
    "question",
    "response",
    "response_version",
    "round_",
    "sign_up",
    "staff",
    "staff_session",
    "training_class",
    "upload",
]
