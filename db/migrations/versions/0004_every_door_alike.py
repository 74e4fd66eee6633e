"""Every door alike"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_TABLES = ("question_file", "vendor_template", "vendor_token", "heartbeat", "incident", "link_code", "link_offer")


def _columns() -> list[tuple[str, sa.Column[Any]]]:
    return [
        ("address", sa.Column("phone", sa.String(), server_default="", nullable=False)),
        ("address", sa.Column("quota_left", sa.Integer())),
        ("announcement", sa.Column("template", sa.String(), server_default="", nullable=False)),
        ("conversation", sa.Column("silent_until", _MOMENT)),
        ("delivery", sa.Column("price", sa.Integer())),
        ("upload", sa.Column("loose", sa.Boolean(), server_default=sa.false(), nullable=False)),
        ("upload", sa.Column("removed_by", sa.String())),
        ("upload", sa.Column("removed_at", _MOMENT)),
    ]


def upgrade() -> None:
    for table, column in _columns():
        op.add_column(table, column)
    op.create_index(op.f("ix_address_phone"), "address", ["phone"])
    op.create_table(
        "link_code",
        sa.Column("address_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("good_until", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_link_code_address_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("address_id", name=op.f("pk_link_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_link_code_code_hash")),
    )
    op.create_table(
        "link_offer",
        sa.Column("address_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("other_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_link_offer_address_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["other_id"], ["address.id"], name=op.f("fk_link_offer_other_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("address_id", "other_id", name=op.f("pk_link_offer")),
    )
    op.create_index("ix_link_offer_other_id", "link_offer", ["other_id"])
    op.create_table(
        "question_file",
        sa.Column("question_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("upload_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_file_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_question_file_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "upload_id", name=op.f("pk_question_file")),
    )
    op.create_index("ix_question_file_upload_id", "question_file", ["upload_id"])
    op.create_table(
        "vendor_template",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_template")),
    )
    op.create_table(
        "vendor_token",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("access_token", sa.String(), nullable=False),
        sa.Column("refresh_token", sa.String(), nullable=False),
        sa.Column("good_until", _MOMENT, nullable=False),
        sa.Column("renewing_until", _MOMENT),
        sa.Column("renewed_at", _MOMENT),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_vendor_token")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "incident",
        sa.Column("id", _IDENTIFIER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("seen_by", sa.String()),
        sa.Column("seen_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_seen_at", "incident", ["seen_at"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index(op.f("ix_address_phone"), "address")
    for table, column in _columns():
        op.drop_column(table, column.name)
