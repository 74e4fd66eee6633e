"""What staff do, and where they may"""

from typing import Any

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
_KEPT = ("audit", "record_read")
# What was noted stays as it was noted, whoever asks the database.
_GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER {table}_{deed} BEFORE {deed} ON {table} BEGIN SELECT RAISE(ABORT, 'noted for good'); END"
        for table in _KEPT
        for deed in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'noted for good'; END $$",
        *(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for table in _KEPT
        ),
    ],
}


def _columns() -> list[tuple[str, sa.Column[Any]]]:
    return [
        ("staff", sa.Column("factor", sa.String(), server_default="", nullable=False)),
        ("staff", sa.Column("factor_since", _MOMENT)),
        ("staff", sa.Column("factor_step", sa.Integer())),
        ("staff_session", sa.Column("proven", sa.Boolean(), server_default=sa.true(), nullable=False)),
        ("staff_session", sa.Column("browser", sa.String(), server_default="", nullable=False)),
    ]


def upgrade() -> None:
    op.create_table(
        "staff_commune",
        sa.Column("staff_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("commune", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_commune_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", "commune", name=op.f("pk_staff_commune")),
    )
    op.create_table(
        "staff_recovery",
        sa.Column("staff_id", _IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_recovery_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "code_hash", name=op.f("pk_staff_recovery")),
    )
    for table, column in _columns():
        op.add_column(table, column)
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
    for table in _KEPT:
        op.create_index(op.f(f"ix_{table}_at"), table, ["at"])
        op.create_index(op.f(f"ix_{table}_subject"), table, ["subject"])
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in (*_KEPT, "staff_recovery", "staff_commune"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change")
    for table, column in _columns():
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column.name)
