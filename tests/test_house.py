"""The promises of the house, kept by a machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from importlinter.cli import lint_imports
from sqlalchemy import Connection, inspect

from bot.settings import Settings
from content.library import CONTENT, read_asks
from content.render import Renderer
from conversation.catalog import Library
from db.engine import Database
from db.migrate import MIGRATIONS, configuration
from db.models import METADATA
from handlers import ANYWHERE, COMMANDS, FLOWS, PHRASES

ROOT = Path(__file__).parent.parent
CODE = [path for room in ("conversation", "handlers") for path in (ROOT / room).rglob("*.py")]
_KEY = re.compile(r"[a-z_]+/[a-z_]+")


def test_imports_point_down() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


def _reply_keys() -> Iterator[tuple[str, str]]:
    """The keys that the code gives to `reply(...)` or as `template=...`, with where."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"reply", "Reply"}:
                said = [*node.args[:1], *(word.value for word in node.keywords if word.arg in {"template", "key"})]
                for one in said:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield one.value, f"{path.name}:{node.lineno}"


def test_every_reply_has_a_template_and_every_template_a_reply(renderer: Renderer) -> None:
    """Keys built at run time (`form/…`) are named by their parts, so a template counts as used by its name."""
    said = dict(_reply_keys())
    assert {key for key in said if _KEY.fullmatch(key)} - renderer.keys == set()
    wording = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "console").rglob("*.py"), *(ROOT / "content").glob("*ing.py")]
    words = " ".join(path.read_text("utf-8") for path in [*CODE, *wording])
    unused = {key for key in renderer.keys if key not in words and key.rpartition("/")[2] not in words}
    assert unused == set()


def test_every_label_is_used_and_every_label_used_is_there(library: Library) -> None:
    words = " ".join(path.read_text("utf-8") for path in CODE)
    named = {
        key for key in re.findall(r'"([a-z_]+/[a-z_]+)"', words) if key.split("/")[0] != "policies" or "." not in key
    }
    asked = set(re.findall(r'(?:choice|label)\(\s*f?"([a-z_]+/[a-z_]+)"', words))
    assert asked - set(library.labels) == set()
    unused = {key for key in library.labels if key not in named and key.rpartition("/")[2] not in words}
    assert unused == set()


@pytest.mark.parametrize("link", sorted({*COMMANDS.values(), *ANYWHERE.values(), *PHRASES.values()}))
def test_every_command_and_phrase_opens_a_flow(link: str) -> None:
    name = link.removeprefix(">").partition("/")[0]
    assert name in FLOWS.by_name or name == "cancel"


def test_whatever_can_be_asked_for_opens_a_flow() -> None:
    for document in read_asks(CONTENT / "asks.yaml"):
        assert document.id.partition("/")[0] in FLOWS.by_name, document.id


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    missing = [name for name in Settings.model_fields if f"KCBOT_{name.upper()}" not in readme]
    assert missing == []


async def test_models_match_the_migrations(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)
        return list(found)

    assert await database.read(differences) == []


async def test_each_migration_goes_up_down_and_up(database: Database) -> None:
    """The database is at its head: each step back and forward again leaves the tables as they were."""

    def walk(connection: Connection) -> None:
        before = sorted(inspect(connection).get_table_names())
        for _ in ScriptDirectory(str(MIGRATIONS)).walk_revisions():
            command.downgrade(configuration(connection), "-1")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(configuration(connection), "head")
        assert sorted(inspect(connection).get_table_names()) == before

    await database.write(walk)


def test_files_are_short() -> None:
    """One noun per file; none over 300 lines, tests and migrations aside."""
    rooms = ("bot", "console", "content", "conversation", "db", "handlers")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts]
    assert [str(path) for path in files if len(path.read_text("utf-8").splitlines()) > 300] == []
