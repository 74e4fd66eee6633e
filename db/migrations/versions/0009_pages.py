"""Pages that staff write, and what owners asked that no page answered"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "page",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("live", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
    )
    op.create_table(
        "page_revision",
        sa.Column("id", _IDENTIFIER, nullable=False),
        sa.Column("page_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("letter", sa.String(), server_default="", nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_revision_page_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_revision")),
        sa.UniqueConstraint("page_id", "number", name=op.f("uq_page_revision_page_id_number")),
    )
    op.create_table(
        "unanswered",
        sa.Column("id", _IDENTIFIER, nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered")),
    )
    op.create_index(op.f("ix_unanswered_folded"), "unanswered", ["folded"])
    op.create_index(op.f("ix_unanswered_asked_at"), "unanswered", ["asked_at"])


def downgrade() -> None:
    op.drop_table("unanswered")
    op.drop_table("page_revision")
    op.drop_table("page")
