"""Announcements, their files, one delivery per recipient with one outcome each, reminders, and saved audiences."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from db.models.base import METADATA, Identifier, Json, Moment, key, reference

# A picture or file of announcements, by the SHA-256 of its bytes.
attachment = Table(
    "attachment",
    METADATA,
    Column("sha", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)

# `state`: waiting (for approval) queued sending paused done cancelled. `kind`: news, correction, or reminder, which
# goes to people who asked for what it reminds of. `attachment` is the SHA-256 of a file,
# `buttons` are links with their labels. An `urgent` one waits neither
# for the quiet hours to end nor for the holding time; `held_until` is the end of that. `letter` is the number of the
# signed paper, `approved_hash` stands for what was approved. A `paid` one has Telegram's flag; `template` is
# the vendor's template that takes it, at a price, to whom its free messages may not reach.
announcement = Table(
    "announcement",
    METADATA,
    key(),
    Column("kind", String, nullable=False, server_default="news"),
    Column("title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("attachment", String),
    Column("buttons", Json, nullable=False, server_default="[]"),
    Column("topic", String, nullable=False, server_default=""),
    Column("audience", Text, nullable=False, server_default=""),
    Column("state", String, nullable=False, index=True),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("paid", Boolean, nullable=False, server_default=false()),
    Column("template", String, nullable=False, server_default=""),
    Column("author", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("send_at", Moment),
    Column("approved_by", String),
    Column("approved_at", Moment),
    Column("approved_hash", String),
    Column("letter", String, nullable=False, server_default=""),
    Column("held_until", Moment),
    Column("started_at", Moment),
    Column("missed_at", Moment),
)

# `status`: pending sending sent failed blocked unreachable opted_out uncertain held. `channel` is the address's, ""
# where there is none. What is `sending` past `lease_until` is in doubt: whoever sent it is gone.
delivery = Table(
    "delivery",
    METADATA,
    key(),
    reference("announcement_id", "announcement"),
    reference("contact_id", "contact"),
    reference("address_id", "address", nullable=True),
    Column("channel", String, nullable=False, server_default=""),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Moment),
    Column("lease_until", Moment),
    Column("price", Integer),
    Column("provider_message_id", String),
    Column("error", Text),
    Column("done_at", Moment),
    UniqueConstraint("announcement_id", "contact_id"),
    Index("ix_delivery_status", "announcement_id", "status", "channel", "id"),
    Index(
        "ix_delivery_sending",
        "lease_until",
        sqlite_where=text("status = 'sending'"),
        postgresql_where=text("status = 'sending'"),
    ),
    Index(
        "ix_delivery_held",
        "contact_id",
        sqlite_where=text("status = 'held'"),
        postgresql_where=text("status = 'held'"),
    ),
)

# A message that Zalo has approved and charges for: `fields` are its blanks, each with its `name`, the `source` that it
# is filled from and the `longest` value it takes; `price` is VND a message. Nothing is sent by it while it is not
# `active`.
vendor_template = Table(
    "vendor_template",
    METADATA,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("fields", Json, nullable=False),
    Column("price", Integer, nullable=False),
    Column("active", Boolean, nullable=False, server_default=false()),
    Column("saved_by", String, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

# Becomes an announcement when its time comes: so many hours before a class begins or a round closes, whose row moves
# `due_at` along. `state`: waiting sent missed cancelled.
reminder = Table(
    "reminder",
    METADATA,
    key(),
    reference("class_id", "training_class", nullable=True),
    reference("round_id", "round", nullable=True),
    Column("hours_before", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", String, nullable=False, server_default="waiting"),
    Column("announcement_id", Identifier, ForeignKey("announcement.id", ondelete="SET NULL")),
    Column("created_by", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_reminder_due", "state", "due_at"),
)

# An audience that staff use again, by its name.
saved_audience = Table(
    "saved_audience",
    METADATA,
    Column("name", String, primary_key=True),
    Column("query", Text, nullable=False),
    Column("saved_by", String, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

# What all processes that send by one token share: `tat` is when, in seconds of the epoch, its next send is due if it
# sends steadily (the generic cell rate algorithm's theoretical arrival time).
rate = Table(
    "rate",
    METADATA,
    Column("token", String, primary_key=True),
    Column("tat", Float, nullable=False),
)
