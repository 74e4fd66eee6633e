"""Sessions and attendance"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "class_session",
        sa.Column("id", _IDENTIFIER, nullable=False),
        sa.Column("class_id", _IDENTIFIER, nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("taken_by", sa.String()),
        sa.Column("taken_at", _MOMENT),
        sa.ForeignKeyConstraint(
            ["class_id"], ["training_class.id"], name=op.f("fk_class_session_class_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_session")),
        sa.UniqueConstraint("class_id", "starts_at", name=op.f("uq_class_session_class_id_starts_at")),
    )
    op.create_index(op.f("ix_class_session_class_id"), "class_session", ["class_id"])
    op.create_table(
        "attendance",
        sa.Column("session_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("sign_up_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("seat", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_session.id"], name=op.f("fk_attendance_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sign_up_id"], ["sign_up.id"], name=op.f("fk_attendance_sign_up_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "sign_up_id", "seat", name=op.f("pk_attendance")),
    )
    op.create_index(op.f("ix_attendance_sign_up_id"), "attendance", ["sign_up_id"])


def downgrade() -> None:
    op.drop_table("attendance")
    op.drop_table("class_session")
