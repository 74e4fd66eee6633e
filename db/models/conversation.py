"""What an address is in the middle of, and every message of it, in and out."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, false

from db.models.base import METADATA, Identifier, Json, Moment, key, reference

# `in_form` says that a form is open in it, which an announcement waits for; until `silent_until` a person of the
# centre speaks, and the bot only listens. `taken_by` is who of staff took it, "" for nobody, and `read_seq` the last
# message staff saw.
conversation = Table(
    "conversation",
    METADATA,
    Column(
        "address_id",
        Identifier,
        ForeignKey("address.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("session", Json, nullable=False),
    Column("last_seq", Integer, nullable=False, server_default="0"),
    Column("pushed", String, nullable=False, server_default=""),
    Column("in_form", Boolean, nullable=False, server_default=false()),
    Column("silent_until", Moment),
    Column("taken_by", String, nullable=False, server_default=""),
    Column("taken_at", Moment),
    Column("read_seq", Integer, nullable=False, server_default="0"),
    Column("updated_at", Moment, nullable=False, index=True),
    Index("ix_conversation_taken_by", "taken_by"),
)

# What staff say again and again, by what they call it.
canned_reply = Table(
    "canned_reply",
    METADATA,
    key(),
    Column("title", String, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("saved_by", String, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

# `status` of what goes out: queued sent failed; of what came in: received. Whoever sends it has it until `lease_until`.
# `seq` counts one conversation's messages; `payload` is what the channel shows: text, buttons, and the key it was
# worded from.
message = Table(
    "message",
    METADATA,
    key(),
    reference("address_id", "address"),
    Column("seq", Integer, nullable=False),
    Column("direction", String, nullable=False),
    Column("payload", Json, nullable=False),
    Column("at", Moment, nullable=False),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Moment),
    Column("lease_until", Moment),
    Column("provider_message_id", String),
    Column("error", Text),
    UniqueConstraint("address_id", "seq"),
    Index("ix_message_queued", "status", "id"),
)
