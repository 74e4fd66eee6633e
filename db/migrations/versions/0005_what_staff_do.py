"""What staff do, and where they may"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff_commune",
        sa.Column("staff_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("commune", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_commune_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", "commune", name=op.f("pk_staff_commune")),
    )
    op.create_table(
        "audit",
        sa.Column("id", _IDENTIFIER, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "record_read",
        sa.Column("id", _IDENTIFIER, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_read")),
    )
    for table in ("audit", "record_read"):
        op.create_index(op.f(f"ix_{table}_at"), table, ["at"])
        op.create_index(op.f(f"ix_{table}_subject"), table, ["subject"])


def downgrade() -> None:
    for table in ("record_read", "audit", "staff_commune"):
        op.drop_table(table)
