"""Staff accounts and their sessions."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, true

from db.models.base import METADATA, Identifier, Moment, key, reference

staff = Table(
    "staff",
    METADATA,
    key(),
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("one_time", Boolean, nullable=False, server_default=true()),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Moment),
    Column("created_at", Moment, nullable=False),
)

# The communes whose people a collaborator sees; the other roles see all.
staff_commune = Table(
    "staff_commune",
    METADATA,
    Column("staff_id", Identifier, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("commune", String, primary_key=True),
)

# `token_hash` is SHA-256 of the cookie's token: a stolen database opens no session.
staff_session = Table(
    "staff_session",
    METADATA,
    key(),
    Column("token_hash", String, nullable=False, unique=True),
    reference("staff_id", "staff"),
    Column("csrf", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# A member as somebody who chats: tied by typing the one-time `code`, good until `code_until`, in that chat.
staff_chat = Table(
    "staff_chat",
    METADATA,
    Column("staff_id", Identifier, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    reference("contact_id", "contact", nullable=True),
    Column("code", String, unique=True),
    Column("code_until", Moment),
)
