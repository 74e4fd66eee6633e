"""Questionnaires: what staff published, every version, rounds, what was sent in and what it was before."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from db.models.base import METADATA, Identifier, Json, Moment, key, reference

# `suffix` says how to read `source`.
form_version = Table(
    "form_version",
    METADATA,
    Column("sha", String, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("suffix", String, nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
)

# What a version's workbook asks for: tables and pictures.
form_file = Table(
    "form_file",
    METADATA,
    Column("sha", String, ForeignKey("form_version.sha", ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

# What staff write; shipped forms have no row. `state`: draft open closed.
form = Table(
    "form",
    METADATA,
    Column("name", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("draft_sha", String, ForeignKey("form_version.sha")),
    Column("live_sha", String, ForeignKey("form_version.sha")),
    Column("state", String, nullable=False),
    Column("closes_at", Moment),
    Column("updated_by", String, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("published_at", Moment),
)

# `form` is the name of a published or shipped one; `letter` the official letter's number.
round_ = Table(
    "round",
    METADATA,
    key(),
    Column("form", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("letter", String, nullable=False, server_default=""),
    Column("audience", Text, nullable=False, server_default=""),
    Column("opens_at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
)

# `entered_by` is who typed it in, where that was not the owner. `number` counts the versions of one response; the
# moment of the first is `submitted_at`, of the current one `changed_at`. An establishment has one response in a round.
response = Table(
    "response",
    METADATA,
    key(),
    Column("code", String, nullable=False, unique=True),
    Column("form", String, nullable=False, index=True),
    Column("form_sha", String, nullable=False),
    reference("contact_id", "contact"),
    reference("establishment_id", "establishment", nullable=True),
    Column("channel", String, nullable=False),
    Column("answers", Json, nullable=False),
    Column("typed", Json, nullable=False),
    Column("submitted_at", Moment, nullable=False, index=True),
    Column("round_id", Identifier, ForeignKey("round.id")),
    Column("changed_at", Moment),
    Column("number", Integer, nullable=False, server_default="1"),
    Column("entered_by", String, nullable=False, server_default=""),
    Index("ix_response_form_submitted_at", "form", "submitted_at"),
    Index("uq_response_round_id_establishment_id", "round_id", "establishment_id", unique=True),
)

# What a response was before it was changed.
response_version = Table(
    "response_version",
    METADATA,
    key(),
    reference("response_id", "response"),
    Column("number", Integer, nullable=False),
    Column("form_sha", String, nullable=False),
    Column("answers", Json, nullable=False),
    Column("typed", Json, nullable=False),
    Column("channel", String, nullable=False),
    Column("entered_by", String, nullable=False),
    Column("sent_at", Moment, nullable=False),
    UniqueConstraint("response_id", "number"),
)

# A file somebody sent as an answer; `data` is empty, and `reference` says what for its channel gives it out, until it
# is fetched, and after staff removed it. A `loose` one belongs to nothing yet and is forgotten after a day.
upload = Table(
    "upload",
    METADATA,
    key(),
    reference("contact_id", "contact"),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha", String, nullable=False),
    Column("data", LargeBinary),
    Column("channel", String, nullable=False, server_default=""),
    Column("reference", String, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("loose", Boolean, nullable=False, server_default=false()),
    Column("removed_by", String),
    Column("removed_at", Moment),
    Column("created_at", Moment, nullable=False),
)
