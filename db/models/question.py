"""What waits for a person: questions, and pages somebody wants to be told of."""

from sqlalchemy import Column, Date, String, Table, Text, UniqueConstraint

from db.models.base import METADATA, Moment, key, reference

question = Table(
    "question",
    METADATA,
    key(),
    reference("contact_id", "contact"),
    reference("address_id", "address", nullable=True),
    Column("text", Text, nullable=False),
    Column("about", String, nullable=False, server_default=""),
    Column("asked_at", Moment, nullable=False),
    Column("promised_for", Date, nullable=False),
    Column("answered_at", Moment),
    Column("answered_by", String),
)

news_wanted = Table(
    "news_wanted",
    METADATA,
    key(),
    reference("contact_id", "contact"),
    Column("page", String, nullable=False, index=True),
    Column("asked_at", Moment, nullable=False),
    UniqueConstraint("contact_id", "page"),
)
