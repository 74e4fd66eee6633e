"""Lists that staff brought, what each did, which establishments may be the same, and which were made one."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, false

from db.models.base import METADATA, Identifier, Json, Moment, key, reference
from db.models.contact import establishment

# `state`: draft taken undone. `layout` is how the file was recognised, `reading` what was found and is wrong, `rows`
# what will be taken in, `counts` what that does or did, `kept` what could not be undone and why. A draft goes after a
# day; of a list that was taken the file goes after a week, and its rows at once.
import_batch = Table(
    "import_batch",
    METADATA,
    key(),
    Column("file_name", String, nullable=False),
    Column("state", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("source", LargeBinary),
    Column("layout", Json, nullable=False),
    Column("reading", Json, nullable=False),
    Column("rows", Json),
    Column("counts", Json, nullable=False),
    Column("undone_by", String),
    Column("undone_at", Moment),
    Column("kept", Json),
)

# What an office's own heading, without diacritics, was said to mean.
import_heading = Table(
    "import_heading",
    METADATA,
    Column("heading", String, primary_key=True),
    Column("field", String, nullable=False),
)

# What a list did to an establishment: added it, or filled in facts that were empty; `tags` are those it added.
import_change = Table(
    "import_change",
    METADATA,
    key(),
    reference("batch_id", "import_batch"),
    reference("establishment_id", "establishment"),
    Column("row", Integer, nullable=False),
    Column("added", Boolean, nullable=False, server_default=false()),
    Column("facts", Json, nullable=False),
    Column("tags", Json, nullable=False),
)

# What an establishment shares with another that may be the same: `p:` a telephone, `t:` a tax code, `n:` the words of
# its name in its commune, `a:` and `z:` how the name begins and ends.
establishment_key = Table(
    "establishment_key",
    METADATA,
    Column(
        "establishment_id",
        Identifier,
        ForeignKey("establishment.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("key", String, primary_key=True, index=True),
)

# How far the search for duplicates came: one row.
duplicate_search = Table(
    "duplicate_search",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("last_id", Identifier, nullable=False),
)

# Two that may be one, the smaller id first. `state`: open, or refused by somebody who knows that they are two.
duplicate = Table(
    "duplicate",
    METADATA,
    *(
        Column(
            name,
            Identifier,
            ForeignKey("establishment.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        )
        for name in ("first_id", "second_id")
    ),
    Column("score", Integer, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("state", String, nullable=False),
    Column("decided_by", String),
    Column("decided_at", Moment),
    Index("ix_duplicate_second_id", "second_id"),
    Index("ix_duplicate_state_score", "state", "score", "first_id", "second_id"),
)

# Two establishments that were made one; `snapshot` is all that takes them apart again.
establishment_merge = Table(
    "establishment_merge",
    METADATA,
    key(),
    reference("kept_id", "establishment"),
    Column("kept_name", String, nullable=False),
    Column("gone_name", String, nullable=False),
    Column("commune", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("snapshot", Json, nullable=False),
    Column("undone_by", String),
    Column("undone_at", Moment),
)

Index("ix_establishment_phone", establishment.c.phone)
Index("ix_establishment_updated_at", establishment.c.updated_at, establishment.c.id)
