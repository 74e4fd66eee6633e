"""Lists that offices bring"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_TABLES = (
    "establishment_merge",
    "duplicate",
    "duplicate_search",
    "establishment_key",
    "import_change",
    "import_heading",
    "import_batch",
)


def _of_establishment(table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["establishment.id"], name=op.f(f"fk_{table}_{name}"), ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", _IDENTIFIER, autoincrement=True, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("source", sa.LargeBinary()),
        sa.Column("layout", _JSON, nullable=False),
        sa.Column("reading", _JSON, nullable=False),
        sa.Column("rows", _JSON),
        sa.Column("counts", _JSON, nullable=False),
        sa.Column("undone_by", sa.String()),
        sa.Column("undone_at", _MOMENT),
        sa.Column("kept", _JSON),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index(op.f("ix_import_batch_at"), "import_batch", ["at"])
    op.create_table(
        "import_heading",
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("heading", name=op.f("pk_import_heading")),
    )
    op.create_table(
        "import_change",
        sa.Column("id", _IDENTIFIER, autoincrement=True, nullable=False),
        sa.Column("batch_id", _IDENTIFIER, nullable=False),
        sa.Column("establishment_id", _IDENTIFIER, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("added", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("facts", _JSON, nullable=False),
        sa.Column("tags", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_change_batch_id"), ondelete="CASCADE"
        ),
        _of_establishment("import_change", "establishment_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_change")),
    )
    op.create_index(op.f("ix_import_change_batch_id"), "import_change", ["batch_id"])
    op.create_index(op.f("ix_import_change_establishment_id"), "import_change", ["establishment_id"])
    op.create_table(
        "establishment_key",
        sa.Column("establishment_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        _of_establishment("establishment_key", "establishment_id"),
        sa.PrimaryKeyConstraint("establishment_id", "key", name=op.f("pk_establishment_key")),
    )
    op.create_index(op.f("ix_establishment_key_key"), "establishment_key", ["key"])
    op.create_table(
        "duplicate_search",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("last_id", _IDENTIFIER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_search")),
    )
    op.create_table(
        "duplicate",
        sa.Column("first_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("second_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", _JSON, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String()),
        sa.Column("decided_at", _MOMENT),
        _of_establishment("duplicate", "first_id"),
        _of_establishment("duplicate", "second_id"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_duplicate")),
    )
    op.create_index("ix_duplicate_second_id", "duplicate", ["second_id"])
    op.create_index("ix_duplicate_state_score", "duplicate", ["state", "score", "first_id", "second_id"])
    op.create_table(
        "establishment_merge",
        sa.Column("id", _IDENTIFIER, autoincrement=True, nullable=False),
        sa.Column("kept_id", _IDENTIFIER, nullable=False),
        sa.Column("kept_name", sa.String(), nullable=False),
        sa.Column("gone_name", sa.String(), nullable=False),
        sa.Column("commune", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("snapshot", _JSON, nullable=False),
        sa.Column("undone_by", sa.String()),
        sa.Column("undone_at", _MOMENT),
        _of_establishment("establishment_merge", "kept_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_establishment_merge")),
    )
    op.create_index(op.f("ix_establishment_merge_kept_id"), "establishment_merge", ["kept_id"])
    op.create_index("ix_establishment_phone", "establishment", ["phone"])
    op.create_index("ix_establishment_updated_at", "establishment", ["updated_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_establishment_updated_at", "establishment")
    op.drop_index("ix_establishment_phone", "establishment")
    for table in _TABLES:
        op.drop_table(table)
