"""Conversations that a person takes"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("conversation", sa.Column("taken_by", sa.String(), server_default="", nullable=False))
    op.add_column("conversation", sa.Column("taken_at", _MOMENT))
    op.add_column("conversation", sa.Column("read_seq", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_conversation_taken_by", "conversation", ["taken_by"])
    waiting = sa.text("answered_at IS NULL")
    op.create_index("ix_question_waiting", "question", ["promised_for"], sqlite_where=waiting, postgresql_where=waiting)
    op.add_column("staff", sa.Column("away_until", sa.Date()))
    op.add_column("staff", sa.Column("stand_in", sa.String(), server_default="", nullable=False))
    op.create_table(
        "canned_reply",
        sa.Column("id", _IDENTIFIER, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
        sa.UniqueConstraint("title", name=op.f("uq_canned_reply_title")),
    )


def downgrade() -> None:
    op.drop_table("canned_reply")
    op.drop_column("staff", "stand_in")
    op.drop_column("staff", "away_until")
    op.drop_index("ix_question_waiting", "question")
    op.drop_index("ix_conversation_taken_by", "conversation")
    op.drop_column("conversation", "read_seq")
    op.drop_column("conversation", "taken_at")
    op.drop_column("conversation", "taken_by")
