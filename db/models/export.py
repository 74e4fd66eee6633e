"""Files made of tables in the background, and kept for a week."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, false

from db.models.base import METADATA, Identifier, Json, Moment, key, reference

# `table` is one of the listings, `wanted` what it is narrowed to. `state`: waiting making done failed; whoever makes it
# has it until `lease_until`.
export_job = Table(
    "export_job",
    METADATA,
    key(),
    Column("table", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("suffix", String, nullable=False),
    Column("wanted", Json, nullable=False),
    Column("report", Boolean, nullable=False, server_default=false()),
    Column("by", String, nullable=False, index=True),
    Column("asked_at", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("size", Integer, nullable=False, server_default="0"),
    Column("lease_until", Moment),
    Column("finished_at", Moment),
    Index("ix_export_job_state", "state", "id"),
)

# The bytes of a finished one, a megabyte a row, so that none is ever held whole.
export_part = Table(
    "export_part",
    METADATA,
    Column(
        "job_id", Identifier, ForeignKey("export_job.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

# A file that was asked for in a member's own chat, to be sent to the address once it is made; `sha` is its SHA-256.
export_chat = Table(
    "export_chat",
    METADATA,
    Column(
        "job_id", Identifier, ForeignKey("export_job.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    reference("address_id", "address"),
    Column("sha", String, nullable=False, server_default="", index=True),
    Column("told", Boolean, nullable=False, server_default=false()),
)
