"""Classes, when they meet, the seats people hold in them, and who came."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Table, Text, UniqueConstraint, false, true

from db.models.base import METADATA, Identifier, Json, Moment, key, reference

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

# Half a day, mostly, in which a class meets; `place` where it is not the class's own.
class_session = Table(
    "class_session",
    METADATA,
    key(),
    reference("class_id", "training_class"),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("taken_by", String),
    Column("taken_at", Moment),
    UniqueConstraint("class_id", "starts_at"),
)

# Who came to a session: the person on a seat of a sign-up, seats being numbered from 0. Who did not has no row.
attendance = Table(
    "attendance",
    METADATA,
    Column(
        "session_id",
        Identifier,
        ForeignKey("class_session.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "sign_up_id",
        Identifier,
        ForeignKey("sign_up.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    Column("seat", Integer, primary_key=True, autoincrement=False),
)
