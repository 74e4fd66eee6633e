"""Pages of policy that staff wrote, every revision; and what owners asked that no page answered."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from db.models.base import METADATA, Moment, key

# `live` is the number of the revision that owners read; without one they read what is shipped, if anything is.
page = Table(
    "page",
    METADATA,
    Column("id", String, primary_key=True),
    Column("live", Integer),
)

# `source` is the whole page as its file has it; what was shipped before anybody wrote is number 0, by nobody. `state`:
# draft approved published dropped; `letter` is the number of the signed paper it goes by.
page_revision = Table(
    "page_revision",
    METADATA,
    key(),
    Column("page_id", String, ForeignKey("page.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", String, nullable=False, server_default=""),
    Column("letter", String, nullable=False, server_default=""),
    Column("approved_by", String),
    Column("approved_at", Moment),
    Column("published_at", Moment),
    UniqueConstraint("page_id", "number"),
)

# `folded` is the text for comparing. Nobody's: who asked is not kept, nor what looks like a number of theirs.
unanswered = Table(
    "unanswered",
    METADATA,
    key(),
    Column("folded", String, nullable=False, index=True),
    Column("text", String, nullable=False),
    Column("asked_at", Moment, nullable=False, index=True),
)
