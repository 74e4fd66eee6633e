"""Announcements, and one delivery per recipient with one outcome each."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, false

from db.models.base import METADATA, Identifier, Moment, key, reference

# `state`: waiting (for approval) queued sending paused done cancelled.
# An `urgent` one does not wait for the quiet hours to end.
announcement = Table(
    "announcement",
    METADATA,
    key(),
    Column("title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("audience", Text, nullable=False, server_default=""),
    Column("state", String, nullable=False, index=True),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("author", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("send_at", Moment),
)

# `status`: pending sending sent failed blocked unreachable opted_out uncertain held. `channel` is the address's, ""
# where there is none.
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
    Column("provider_message_id", String),
    Column("error", Text),
    Column("done_at", Moment),
    Column("message_id", Identifier),
    UniqueConstraint("announcement_id", "contact_id"),
    Index("ix_delivery_status", "status", "announcement_id", "channel", "id"),
)
