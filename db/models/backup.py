"""Backups that were taken, and who left since: asked to be forgotten, or to be left alone."""

from sqlalchemy import BigInteger, Column, String, Table

from db.models.base import METADATA, Moment, key

backup = Table(
    "backup",
    METADATA,
    key(),
    Column("file", String, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("by", String, nullable=False),
)

# `who` is the SHA-256 of an address; `kind` is erased, stopped, muted or withdrawn, `about` the topic or the purpose.
# A backup that is restored forgets it; what is kept of it beside the database does not.
departure = Table(
    "departure",
    METADATA,
    key(),
    Column("at", Moment, nullable=False, index=True),
    Column("who", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False),
)
