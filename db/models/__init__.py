"""The tables; importing this package registers them all on `METADATA`."""

from db.models.announcement import announcement, attachment, delivery, rate, reminder, saved_audience, vendor_template
from db.models.audit import audit, record_read
from db.models.backup import backup, departure
from db.models.base import METADATA
from db.models.case import case_, case_event, case_file
from db.models.contact import (
    address,
    consent,
    contact,
    establishment,
    establishment_tag,
    link_code,
    link_offer,
    muted_topic,
    speaks_for,
)
from db.models.conversation import canned_reply, conversation, message
from db.models.export import export_chat, export_job, export_part
from db.models.form import form, form_file, form_version, response, response_version, round_, upload
from db.models.imports import (
    duplicate,
    duplicate_search,
    establishment_key,
    establishment_merge,
    import_batch,
    import_change,
    import_heading,
)
from db.models.inbox import inbox
from db.models.note import note
from db.models.page import page, page_revision, unanswered
from db.models.question import news_wanted, question, question_file
from db.models.service import heartbeat, incident, vendor_token
from db.models.staff import staff, staff_chat, staff_commune, staff_recovery, staff_session
from db.models.training import attendance, class_session, sign_up, training_class

__all__ = [
    "METADATA",
    "address",
    "announcement",
    "attachment",
    "attendance",
    "audit",
    "backup",
    "canned_reply",
    "case_",
    "case_event",
    "case_file",
    "class_session",
    "consent",
    "contact",
    "conversation",
    "delivery",
    "departure",
    "duplicate",
    "duplicate_search",
    "establishment",
    "establishment_key",
    "establishment_merge",
    "establishment_tag",
    "export_chat",
    "export_job",
    "export_part",
    "form",
    "form_file",
    "form_version",
    "heartbeat",
    "import_batch",
    "import_change",
    "import_heading",
    "inbox",
    "incident",
    "link_code",
    "link_offer",
    "message",
    "muted_topic",
    "news_wanted",
    "note",
    "page",
    "page_revision",
    "question",
    "question_file",
    "rate",
    "record_read",
    "reminder",
    "response",
    "response_version",
    "round_",
    "saved_audience",
    "sign_up",
    "speaks_for",
    "staff",
    "staff_chat",
    "staff_commune",
    "staff_recovery",
    "staff_session",
    "training_class",
    "unanswered",
    "upload",
    "vendor_template",
    "vendor_token",
]
