"""Cases"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "case",
        sa.Column("id", _IDENTIFIER, nullable=False),
        sa.Column("response_id", _IDENTIFIER, nullable=False),
        sa.Column("status", sa.String(), server_default="received", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("assignee", sa.String(), server_default="", nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("moved_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_case_response_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
    )
    op.create_index(op.f("ix_case_response_id"), "case", ["response_id"], unique=True)
    op.create_index(op.f("ix_case_assignee"), "case", ["assignee"])
    op.create_index("ix_case_status", "case", ["status", "due_on"])
    op.create_index("ix_response_form_submitted_at", "response", ["form", "submitted_at"])
    op.create_index("ix_case_due_on", "case", ["due_on"])
    op.create_table(
        "case_event",
        sa.Column("id", _IDENTIFIER, nullable=False),
        sa.Column("case_id", _IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("told", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", _IDENTIFIER),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_event_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_case_event_message_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_index(op.f("ix_case_event_case_id"), "case_event", ["case_id"])
    op.create_index(op.f("ix_case_event_message_id"), "case_event", ["message_id"])
    op.create_table(
        "case_file",
        sa.Column("id", _IDENTIFIER, nullable=False),
        sa.Column("case_id", _IDENTIFIER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_file_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
    )
    op.create_index(op.f("ix_case_file_case_id"), "case_file", ["case_id"])
    # Every wish that is there already is a case from the day it was sent.
    op.execute(
        'INSERT INTO "case" (response_id, opened_at, moved_at) '
        "SELECT id, submitted_at, submitted_at FROM response WHERE form = 'interest' ORDER BY id"
    )


def downgrade() -> None:
    op.drop_index("ix_response_form_submitted_at", "response")
    op.drop_table("case_file")
    op.drop_table("case_event")
    op.drop_table("case")
