"""Classes and the seats people hold in them."""

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, Text, UniqueConstraint, false, true

from db.models.base import METADATA, Json, Moment, key, reference

training_class = Table(
    "training_class",
    METADATA,
    key(),
    Column("code", String, nullable=False, unique=True),
    Column("title", String, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("schedule", Text, nullable=False, server_default=""),
    Column("place", Text, nullable=False),
    Column("fee", Text, nullable=False, server_default=""),
    Column("seats", Integer, nullable=False),
    Column("taken", Integer, nullable=False, server_default="0"),
    Column("next_number", Integer, nullable=False, server_default="1"),
    Column("deadline", Date, nullable=False),
    Column("open", Boolean, nullable=False, server_default=true()),
    Column("sample", Boolean, nullable=False, server_default=false()),
    Column("created_at", Moment, nullable=False),
)

sign_up = Table(
    "sign_up",
    METADATA,
    key(),
    Column("code", String, nullable=False, unique=True),
    reference("class_id", "training_class"),
    reference("contact_id", "contact"),
    Column("seats", Integer, nullable=False),
    Column("names", Json, nullable=False),
    Column("channel", String, nullable=False),
    Column("signed_up_at", Moment, nullable=False),
    Column("cancelled_at", Moment),
    UniqueConstraint("class_id", "code"),
)
