"""Versions of questionnaires, and what was sent in."""

from sqlalchemy import Column, LargeBinary, String, Table

from db.models.base import METADATA, Json, Moment, key, reference

# `files` are the form's attached tables by name, as text; `suffix` says how to read `source`.
form_version = Table(
    "form_version",
    METADATA,
    Column("sha", String, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("suffix", String, nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("files", Json, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
)

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
)
