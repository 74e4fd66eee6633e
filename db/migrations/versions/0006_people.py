"""What staff write down, and who speaks for several establishments"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("id", _IDENTIFIER, nullable=False),
        sa.Column("establishment_id", _IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_note_establishment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_establishment_id"), "note", ["establishment_id"])
    op.create_table(
        "speaks_for",
        sa.Column("contact_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("establishment_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_speaks_for_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishment.id"],
            name=op.f("fk_speaks_for_establishment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", "establishment_id", name=op.f("pk_speaks_for")),
    )
    op.create_index(op.f("ix_contact_source"), "contact", ["source"])
    op.create_index(op.f("ix_speaks_for_establishment_id"), "speaks_for", ["establishment_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_contact_source"), "contact")
    op.drop_table("speaks_for")
    op.drop_table("note")
