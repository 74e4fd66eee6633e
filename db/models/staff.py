"""Staff accounts and their sessions."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Table, true

from db.models.base import METADATA, Identifier, Moment, key, reference

# `factor` is the sealed secret of the second factor, in force from `factor_since` on; `factor_step` is the time step of
# the code taken last, as none is taken twice. Until the day `away_until` is over, `stand_in` sees to their work.
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
    Column("factor", String, nullable=False, server_default=""),
    Column("factor_since", Moment),
    Column("factor_step", Integer),
    Column("away_until", Date),
    Column("stand_in", String, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
)

# What lets a member in who has lost their second factor, once each; `code_hash` is slow to make, salted by the factor.
staff_recovery = Table(
    "staff_recovery",
    METADATA,
    Column("staff_id", Identifier, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("code_hash", String, primary_key=True),
)

# The communes whose people a collaborator sees; the other roles see all.
staff_commune = Table(
    "staff_commune",
    METADATA,
    Column("staff_id", Identifier, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("commune", String, primary_key=True),
)

# `token_hash` is SHA-256 of the cookie's token: a stolen database opens no session. One that is not `proven` waits for
# the second factor. `browser` is what the browser calls itself.
staff_session = Table(
    "staff_session",
    METADATA,
    key(),
    Column("token_hash", String, nullable=False, unique=True),
    reference("staff_id", "staff"),
    Column("csrf", String, nullable=False),
    Column("proven", Boolean, nullable=False, server_default=true()),
    Column("browser", String, nullable=False, server_default=""),
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
