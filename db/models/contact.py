"""People, where they can be reached, what they agreed to, and the business they speak for."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, false

from db.models.base import METADATA, Identifier, Json, Moment, key, reference

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

# What staff call an establishment by, to find it again.
establishment_tag = Table(
    "establishment_tag",
    METADATA,
    Column(
        "establishment_id",
        Identifier,
        ForeignKey("establishment.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("tag", String, primary_key=True, index=True),
)

# `source` is the word on the poster, in the text message or the post that brought the person here.
contact = Table(
    "contact",
    METADATA,
    key(),
    reference("establishment_id", "establishment", nullable=True),
    Column("name", String, nullable=False, server_default=""),
    Column("announcements_stopped", Boolean, nullable=False, server_default=false()),
    Column("source", String, nullable=False, server_default="", index=True),
    Column("created_at", Moment, nullable=False),
)

# Establishments that somebody speaks for besides the one that `contact` names.
speaks_for = Table(
    "speaks_for",
    METADATA,
    Column(
        "contact_id", Identifier, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column(
        "establishment_id",
        Identifier,
        ForeignKey("establishment.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
)

# `state`: ok, or stopped where it takes nothing more until the person writes. `phone` is a number that its channel
# vouches for; `quota_left` is how many more messages its vendor lets us send there, where it said so.
address = Table(
    "address",
    METADATA,
    key(),
    reference("contact_id", "contact"),
    Column("channel", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("state", String, nullable=False, server_default="ok"),
    Column("phone", String, nullable=False, server_default="", index=True),
    Column("quota_left", Integer),
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

# A one-time code read on one address and typed on another: both belong to one person. `code_hash` is its SHA-256.
link_code = Table(
    "link_code",
    METADATA,
    Column(
        "address_id",
        Identifier,
        ForeignKey("address.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("code_hash", String, nullable=False, unique=True),
    Column("good_until", Moment, nullable=False),
)

# Two addresses with one telephone number whose people may be one. `state`: found, asked (whoever is at `address_id`),
# agreed (they said yes, and whoever is at `other_id` is asked), refused by either.
link_offer = Table(
    "link_offer",
    METADATA,
    Column(
        "address_id",
        Identifier,
        ForeignKey("address.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "other_id",
        Identifier,
        ForeignKey("address.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("state", String, nullable=False),
    Index("ix_link_offer_other_id", "other_id"),
)

# A topic this person wants no announcements about.
muted_topic = Table(
    "muted_topic",
    METADATA,
    Column(
        "contact_id",
        Identifier,
        ForeignKey("contact.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("topic", String, primary_key=True),
)
