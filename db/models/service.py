"""How the service itself fares: its vendors' tokens, when it last lived, what went wrong."""

from sqlalchemy import Column, Index, String, Table, Text

from db.models.base import METADATA, Moment, key

# A pair of tokens that replace themselves; who asks for the next pair has them until `renewing_until`.
vendor_token = Table(
    "vendor_token",
    METADATA,
    Column("channel", String, primary_key=True),
    Column("access_token", String, nullable=False),
    Column("refresh_token", String, nullable=False),
    Column("good_until", Moment, nullable=False),
    Column("renewing_until", Moment),
    Column("renewed_at", Moment),
)

# When each part of the service was last alive.
heartbeat = Table(
    "heartbeat",
    METADATA,
    Column("part", String, primary_key=True),
    Column("at", Moment, nullable=False),
)

# What staff must know of the service until one of them has seen it: `kind` is gap, token or channel; `words` is what
# they read.
incident = Table(
    "incident",
    METADATA,
    key(),
    Column("kind", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("seen_by", String),
    Column("seen_at", Moment),
    Index("ix_incident_seen_at", "seen_at"),
)
