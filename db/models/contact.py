"""People, where they can be reached, what they agreed to, and the business they speak for."""

from sqlalchemy import Boolean, Column, String, Table, UniqueConstraint, false

from db.models.base import METADATA, Json, Moment, key, reference

establishment = Table(
    "establishment",
    METADATA,
    key(),
    Column("name", String, nullable=False, server_default=""),
    Column("folded_name", String, nullable=False, server_default="", index=True),
    Column("legal_form", String, nullable=False, server_default=""),
    Column("trade", String, nullable=False, server_default=""),
    Column("commune", String, nullable=False, server_default="", index=True),
    Column("phone", String, nullable=False, server_default=""),
    Column("facts", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

contact = Table(
    "contact",
    METADATA,
    key(),
    reference("establishment_id", "establishment", nullable=True),
    Column("name", String, nullable=False, server_default=""),
    Column("announcements_stopped", Boolean, nullable=False, server_default=false()),
    Column("created_at", Moment, nullable=False),
)

address = Table(
    "address",
    METADATA,
    key(),
    reference("contact_id", "contact"),
    Column("channel", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("state", String, nullable=False, server_default="ok"),
    Column("created_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False, index=True),
    UniqueConstraint("channel", "external_id"),
)

consent = Table(
    "consent",
    METADATA,
    key(),
    reference("contact_id", "contact"),
    Column("purpose", String, nullable=False),
    Column("version", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
)
