"""Staff at work in their own chats"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "export_chat",
        sa.Column("job_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("address_id", _IDENTIFIER, nullable=False),
        sa.Column("sha", sa.String(), server_default="", nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["export_job.id"], name=op.f("fk_export_chat_job_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_export_chat_address_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_export_chat")),
    )
    op.create_index(op.f("ix_export_chat_address_id"), "export_chat", ["address_id"])
    op.create_index(op.f("ix_export_chat_sha"), "export_chat", ["sha"])


def downgrade() -> None:
    op.drop_table("export_chat")
