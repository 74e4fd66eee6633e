"""What staff write down of an establishment: notes, and calls."""

from sqlalchemy import Column, String, Table, Text

from db.models.base import METADATA, Moment, key, reference

# `kind` is note or call; `outcome` of a call is answered, missed or wrong.
note = Table(
    "note",
    METADATA,
    key(),
    reference("establishment_id", "establishment"),
    Column("kind", String, nullable=False),
    Column("outcome", String, nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
)
