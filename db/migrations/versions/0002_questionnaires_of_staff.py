"""Questionnaires of staff"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_VERSION = sa.table("form_version", sa.column("sha", sa.String), sa.column("files", _JSON))
_FILE = sa.table(
    "form_file", sa.column("sha", sa.String), sa.column("name", sa.String), sa.column("data", sa.LargeBinary)
)


def upgrade() -> None:
    # SQLite rebuilds a table that loses a column, and what refers to it goes with it: the new tables come after.
    kept = [
        (row.sha, name, text) for row in op.get_bind().execute(sa.select(_VERSION)) for name, text in row.files.items()
    ]
    with op.batch_alter_table("form_version", schema=None) as batch_op:
        batch_op.drop_column("files")
    op.create_table(
        "form_file",
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["sha"], ["form_version.sha"], name=op.f("fk_form_file_sha"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sha", "name", name=op.f("pk_form_file")),
    )
    op.bulk_insert(_FILE, [{"sha": sha, "name": name, "data": text.encode()} for sha, name, text in kept])

    op.create_table(
        "form",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("draft_sha", sa.String(), nullable=True),
        sa.Column("live_sha", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["draft_sha"], ["form_version.sha"], name=op.f("fk_form_draft_sha")),
        sa.ForeignKeyConstraint(["live_sha"], ["form_version.sha"], name=op.f("fk_form_live_sha")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_form")),
    )

    op.create_table(
        "round",
        sa.Column("id", _IDENTIFIER, autoincrement=True, nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), server_default="", nullable=False),
        sa.Column("audience", sa.Text(), server_default="", nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_form"), ["form"], unique=False)

    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("round_id", _IDENTIFIER, nullable=True))
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("number", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("entered_by", sa.String(), server_default="", nullable=False))
        batch_op.create_index("uq_response_round_id_establishment_id", ["round_id", "establishment_id"], unique=True)
        batch_op.create_foreign_key(batch_op.f("fk_response_round_id"), "round", ["round_id"], ["id"])

    op.create_table(
        "response_version",
        sa.Column("id", _IDENTIFIER, autoincrement=True, nullable=False),
        sa.Column("response_id", _IDENTIFIER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form_sha", sa.String(), nullable=False),
        sa.Column("answers", _JSON, nullable=False),
        sa.Column("typed", _JSON, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_response_version_response_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_version")),
        sa.UniqueConstraint("response_id", "number", name=op.f("uq_response_version_response_id_number")),
    )
    with op.batch_alter_table("response_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_response_version_response_id"), ["response_id"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", _IDENTIFIER, autoincrement=True, nullable=False),
        sa.Column("contact_id", _IDENTIFIER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("channel", sa.String(), server_default="", nullable=False),
        sa.Column("reference", sa.String(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_upload_contact_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_contact_id"), ["contact_id"], unique=False)


def downgrade() -> None:
    """A picture attached to a form has no place in the tables before, and is lost."""
    op.drop_table("upload")
    op.drop_table("response_version")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_response_round_id"), type_="foreignkey")
        batch_op.drop_index("uq_response_round_id_establishment_id")
        batch_op.drop_column("entered_by")
        batch_op.drop_column("number")
        batch_op.drop_column("changed_at")
        batch_op.drop_column("round_id")
    op.drop_table("round")
    op.drop_table("form")

    kept: dict[str, dict[str, str]] = {}
    for row in op.get_bind().execute(sa.select(_FILE)):
        try:
            kept.setdefault(row.sha, {})[row.name] = row.data.decode()
        except UnicodeDecodeError:
            continue
    op.drop_table("form_file")
    with op.batch_alter_table("form_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("files", _JSON, server_default="{}", nullable=False))
    with op.batch_alter_table("form_version", schema=None) as batch_op:
        batch_op.alter_column("files", server_default=None, existing_type=_JSON)
    for sha, files in kept.items():
        op.execute(sa.update(_VERSION).where(_VERSION.c.sha == sha).values(files=files))
