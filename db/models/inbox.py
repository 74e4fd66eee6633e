"""Every event as it arrived, stored before it is confirmed to its vendor."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from db.models.base import METADATA, Json, Moment, key, reference

inbox = Table(
    "inbox",
    METADATA,
    key(),
    Column("channel", String, nullable=False),
    Column("bot", String, nullable=False),
    Column("event_id", String, nullable=False),
    reference("address_id", "address", nullable=True),
    Column("payload", Json),
    Column("status", String, nullable=False, server_default="new"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("received_at", Moment, nullable=False),
    Column("handled_at", Moment),
    UniqueConstraint("channel", "bot", "event_id"),
    Index("ix_inbox_new", "id", sqlite_where=text("status = 'new'"), postgresql_where=text("status = 'new'")),
)
