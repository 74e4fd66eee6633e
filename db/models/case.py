"""Cases: wishes for support on their way through the centre, with all that happened to them and their papers."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from db.models.base import METADATA, Identifier, Moment, key, reference

# One for each registration of interest. `status`: received surveyed appraised submitted approved settled declined,
# since `moved_at`; `reason` is why it was declined. `assignee` is who of staff sees to it, "" for nobody yet.
case_ = Table(
    "case",
    METADATA,
    key(),
    reference("response_id", "response", unique=True),
    Column("status", String, nullable=False, server_default="received"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("assignee", String, nullable=False, server_default="", index=True),
    Column("due_on", Date),
    Column("opened_at", Moment, nullable=False),
    Column("moved_at", Moment, nullable=False),
    Index("ix_case_status", "status", "due_on"),
    Index("ix_case_due_on", "due_on"),
)

# `kind` is moved, assigned, due, note, file or unfiled; `value` is the new status, member, day or the file's name.
# `told` is what the owner was sent of it, "" for nothing.
case_event = Table(
    "case_event",
    METADATA,
    key(),
    reference("case_id", "case"),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    Column("told", Text, nullable=False, server_default=""),
    Column("message_id", Identifier, ForeignKey("message.id", ondelete="SET NULL"), index=True),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
)

case_file = Table(
    "case_file",
    METADATA,
    key(),
    reference("case_id", "case"),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
)
