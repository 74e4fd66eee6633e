"""Announcements that lose nobody"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_HELD, _SENDING = sa.text("status = 'held'"), sa.text("status = 'sending'")


def _columns() -> list[tuple[str, sa.Column[Any]]]:
    return [
        ("announcement", sa.Column("kind", sa.String(), server_default="news", nullable=False)),
        ("announcement", sa.Column("attachment", sa.String())),
        ("announcement", sa.Column("buttons", _JSON, server_default="[]", nullable=False)),
        ("announcement", sa.Column("topic", sa.String(), server_default="", nullable=False)),
        ("announcement", sa.Column("paid", sa.Boolean(), server_default=sa.false(), nullable=False)),
        ("announcement", sa.Column("approved_by", sa.String())),
        ("announcement", sa.Column("approved_at", _MOMENT)),
        ("announcement", sa.Column("approved_hash", sa.String())),
        ("announcement", sa.Column("letter", sa.String(), server_default="", nullable=False)),
        ("announcement", sa.Column("held_until", _MOMENT)),
        ("announcement", sa.Column("missed_at", _MOMENT)),
        ("contact", sa.Column("source", sa.String(), server_default="", nullable=False)),
        ("conversation", sa.Column("in_form", sa.Boolean(), server_default=sa.false(), nullable=False)),
        ("delivery", sa.Column("lease_until", _MOMENT)),
        ("message", sa.Column("lease_until", _MOMENT)),
    ]


def upgrade() -> None:
    for table, column in _columns():
        op.add_column(table, column)
    op.drop_column("delivery", "message_id")
    op.drop_index("ix_delivery_status", "delivery")
    op.create_index("ix_delivery_status", "delivery", ["announcement_id", "status", "channel", "id"])
    op.create_index(
        "ix_delivery_sending", "delivery", ["lease_until"], sqlite_where=_SENDING, postgresql_where=_SENDING
    )
    op.create_index("ix_delivery_held", "delivery", ["contact_id"], sqlite_where=_HELD, postgresql_where=_HELD)
    op.create_table(
        "attachment",
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_attachment")),
    )
    op.create_table(
        "rate",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("tat", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_rate")),
    )
    op.create_table(
        "saved_audience",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_saved_audience")),
    )
    op.create_table(
        "establishment_tag",
        sa.Column("establishment_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishment.id"],
            name=op.f("fk_establishment_tag_establishment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("establishment_id", "tag", name=op.f("pk_establishment_tag")),
    )
    op.create_index(op.f("ix_establishment_tag_tag"), "establishment_tag", ["tag"])
    op.create_table(
        "muted_topic",
        sa.Column("contact_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_muted_topic_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "topic", name=op.f("pk_muted_topic")),
    )
    op.create_table(
        "staff_chat",
        sa.Column("staff_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("contact_id", _IDENTIFIER),
        sa.Column("code", sa.String()),
        sa.Column("code_until", _MOMENT),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_staff_chat_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_chat_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_chat")),
        sa.UniqueConstraint("code", name=op.f("uq_staff_chat_code")),
    )
    op.create_index(op.f("ix_staff_chat_contact_id"), "staff_chat", ["contact_id"])
    op.create_table(
        "reminder",
        sa.Column("id", _IDENTIFIER, autoincrement=True, nullable=False),
        sa.Column("class_id", _IDENTIFIER),
        sa.Column("round_id", _IDENTIFIER),
        sa.Column("hours_before", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("announcement_id", _IDENTIFIER),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_reminder_announcement_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["training_class.id"], name=op.f("fk_reminder_class_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_reminder_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    for name in ("class_id", "round_id"):
        op.create_index(op.f(f"ix_reminder_{name}"), "reminder", [name])
    op.create_index("ix_reminder_due", "reminder", ["state", "due_at"])


def downgrade() -> None:
    op.add_column("delivery", sa.Column("message_id", _IDENTIFIER))
    for table in ("reminder", "staff_chat", "muted_topic", "establishment_tag", "saved_audience", "rate", "attachment"):
        op.drop_table(table)
    for name in ("ix_delivery_held", "ix_delivery_sending", "ix_delivery_status"):
        op.drop_index(name, "delivery")
    op.create_index("ix_delivery_status", "delivery", ["status", "announcement_id", "channel", "id"])
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)
