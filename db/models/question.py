"""What waits for a person: questions, and pages somebody wants to be told of."""

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint, text

from db.models.base import METADATA, Identifier, Moment, key, reference

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
    Index(
        "ix_question_waiting",
        "promised_for",
        sqlite_where=text("answered_at IS NULL"),
        postgresql_where=text("answered_at IS NULL"),
    ),
)

# What somebody sent along with a question, or instead of one: a picture, a recording.
question_file = Table(
    "question_file",
    METADATA,
    Column(
        "question_id", Identifier, ForeignKey("question.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("upload_id", Identifier, ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Index("ix_question_file_upload_id", "upload_id"),
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
