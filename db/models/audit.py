"""What staff changed, and whose record they read."""

from sqlalchemy import Column, String, Table

from db.models.base import METADATA, Json, Moment, key

# `subject` is what it was done to: a noun, a colon and its name or number.
audit = Table(
    "audit",
    METADATA,
    key(),
    Column("at", Moment, nullable=False, index=True),
    Column("who", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("detail", Json, nullable=False),
)

record_read = Table(
    "record_read",
    METADATA,
    key(),
    Column("at", Moment, nullable=False, index=True),
    Column("who", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
)
