"""The server's set-up, as far as it goes without root and network: the files it writes, and who reads them agrees."""

import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.web.site import LARGEST_FORM
from console.routing import LARGEST_UPLOAD

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
SCRIPT = DEPLOY / "setup.sh"
HOST = "bot.khuyencong.example.gov.vn"
UNIT = "/etc/systemd/system/kcbot.service"
CADDYFILE = "/etc/caddy/Caddyfile"
SETTINGS = "/etc/kcbot/kcbot.env"
NOTHING: Mapping[str, str] = {}
GIVEN = {"KCBOT_TELEGRAM_TOKEN": "42:a$b", "KCBOT_ORGANISATION_NAME": "Trung tâm thử"}


def set_up(
    folder: Path, *words: str, source: Path = ROOT, given: Mapping[str, str] = NOTHING
) -> subprocess.CompletedProcess[str]:
    """Run a tree's script as far as it writes files, into a folder; `given` are settings in the environment."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KCBOT_")}
    return subprocess.run(
        ["sh", str(source / "deploy/setup.sh"), "--root", str(folder), *words],
        env={**ours, **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def release(server: Path) -> Path:
    """Return where the program of a folder's server is: a tree of its own, that can be set up from."""
    return server / str((server / "opt/kcbot/current").readlink())[1:]


def written(folder: Path) -> Mapping[str, tuple[bytes, float]]:
    """Return every file with when it was written."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@pytest.fixture
def server(tmp_path: Path) -> Path:
    done = set_up(tmp_path / "server", HOST, given=GIVEN)
    assert (done.returncode, done.stderr) == (0, "")
    return tmp_path / "server"


CHECKS = {
    "sh": ["sh", "-n", str(SCRIPT)],
    "shellcheck": ["shellcheck", str(SCRIPT)],
}


@pytest.mark.parametrize("tool", [name for name in CHECKS if shutil.which(name)])
def test_the_script_is_sound(tool: str) -> None:
    subprocess.run(CHECKS[tool], check=True)


def test_the_settings_are_ours_and_only_root_reads_them(server: Path) -> None:
    file = server / SETTINGS[1:]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    names = re.findall(r"^#?KCBOT_(\w+)=", file.read_text("utf-8"), re.MULTILINE)
    assert len(names) == len(set(names)) > 10
    assert {name.lower() for name in names} <= set(Settings.model_fields)


def test_the_settings_mean_to_the_program_what_was_given(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for line in (server / SETTINGS[1:]).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, _, value = line.partition("=")
            monkeypatch.setenv(name, value.removeprefix("'").removesuffix("'"))
    monkeypatch.chdir(server)
    settings = Settings()
    assert settings.public_url == f"https://{HOST}"
    assert settings.database_url == "sqlite+aiosqlite:////var/lib/kcbot/kcbot.db"
    assert settings.telegram_token.get_secret_value() == "42:a$b"
    assert settings.organisation_name == "Trung tâm thử"
    assert settings.demo_data is False
    assert settings.zalo_bot_token.get_secret_value() == ""


def test_a_second_run_changes_nothing(server: Path) -> None:
    before = written(server)
    again = set_up(server, source=release(server), given={"KCBOT_TELEGRAM_TOKEN": "43:other"})
    assert (again.returncode, again.stderr) == (0, "")
    assert written(server) == before
    assert "restart" not in again.stdout.partition("Xong.")[0]


def test_settings_are_never_overwritten_and_rule_what_is_derived(server: Path) -> None:
    file = server / SETTINGS[1:]
    moved = file.read_text("utf-8").replace(HOST, "moi.example.vn") + "KCBOT_PORT='8123'\n"
    file.write_text(moved, "utf-8")
    assert set_up(server).returncode == 0
    assert file.read_text("utf-8") == moved
    caddyfile = (server / CADDYFILE[1:]).read_text("utf-8")
    assert "\nmoi.example.vn {" in caddyfile
    assert "reverse_proxy 127.0.0.1:8123 {" in caddyfile
    other = set_up(server, HOST)
    assert other.returncode == 1
    assert "moi.example.vn" in other.stderr


def test_what_was_in_caddys_place_is_kept(tmp_path: Path) -> None:
    theirs = tmp_path / CADDYFILE[1:]
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    assert set_up(tmp_path, HOST).returncode == 0
    assert theirs.with_name("Caddyfile.truoc-kcbot").read_text() == "theirs"
    assert set_up(tmp_path).returncode == 0
    assert theirs.with_name("Caddyfile.truoc-kcbot").read_text() == "theirs"


@pytest.mark.parametrize(
    ("words", "given", "status", "said"),
    [
        ([], {}, 1, "lần đầu cần tên miền"),
        (["x.vn; reboot"], {}, 1, "không phải tên miền"),
        (["x.vn/{$PATH}"], {}, 1, "không phải tên miền"),
        (["--reboot"], {}, 2, "Cách dùng"),
        ([HOST], {"KCBOT_TELEGRAM_TOKEN": "4'; reboot '"}, 1, "KCBOT_TELEGRAM_TOKEN không được có dấu nháy đơn"),
        (["--rollback"], {}, 1, "không có bản trước"),
        (["--backup"], {}, 1, "chưa cài chương trình"),
    ],
)
def test_what_it_cannot_do_it_says_and_leaves_alone(
    tmp_path: Path, words: list[str], given: dict[str, str], status: int, said: str
) -> None:
    refused = set_up(tmp_path, *words, given=given)
    assert refused.returncode == status
    assert said in refused.stderr
    assert not (tmp_path / SETTINGS[1:]).exists()


def test_the_program_is_copied_whole_and_nothing_else(server: Path) -> None:
    tree = release(server)
    copied = {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()} - {".ready"}
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    rooms = {"bot", "console", "content", "conversation", "db", "deploy", "docs", "handlers"}
    program = {one for one in listed if one.partition("/")[0] in rooms and (ROOT / one).exists()}
    assert program <= copied
    assert {"pyproject.toml", "requirements.lock", "README.md"} <= copied
    assert not [one for one in copied if "__pycache__" in one or one.startswith(("tests", ".git", ".env", "var"))]


def test_an_upgrade_copies_the_data_first_and_can_be_taken_back(server: Path, tmp_path: Path) -> None:
    current = server / "opt/kcbot/current"
    old = str(current.readlink())
    newer = tmp_path / "newer"
    shutil.copytree(release(server), newer)
    (newer / "CHANGELOG.md").write_text("newer")

    upgraded = set_up(server, source=newer).stdout
    new = str(current.readlink())
    assert new != old
    assert str((server / "opt/kcbot/previous").readlink()) == old
    steps = ["systemctl stop kcbot", "database.py backup", f"{new}/.venv/bin/kcbot migrate", "systemctl restart kcbot"]
    places = [upgraded.index(step) for step in steps]
    assert places == sorted(places)
    taken_back = set_up(server, "--rollback", source=newer).stdout
    assert str(current.readlink()) == old
    assert not (server / "opt/kcbot/previous").is_symlink()
    steps = [
        "systemctl stop kcbot",
        "database.py backup",
        f"{new}/deploy/database.py downgrade",
        "systemctl start kcbot",
    ]
    places = [taken_back.index(step) for step in steps]
    assert places == sorted(places)


def accepted(tmp_path: Path, text: str, name: str, *command: str) -> None:
    """Let the program that will read a file say whether it would, where this machine has it."""
    if not shutil.which(command[0]):
        return
    (tmp_path / name).write_text(text, "utf-8")
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    words = [*command, str(tmp_path / name)]
    read = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
    assert f"{name}:" not in read.stderr, read.stderr


def test_the_service_is_fenced_and_finds_what_it_is_given(server: Path, tmp_path: Path) -> None:
    text = (server / UNIT[1:]).read_text("utf-8")
    unit = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert unit["EnvironmentFile"] == SETTINGS
    assert unit["ExecStart"].startswith("/opt/kcbot/current/.venv/bin/kcbot run")
    assert unit["WorkingDirectory"] == f"/var/lib/{unit['StateDirectory']}"
    assert (unit["Restart"], unit["ProtectSystem"], unit["NoNewPrivileges"]) == ("always", "strict", "yes")
    assert unit["CapabilityBoundingSet"] == ""
    assert int(unit["TimeoutStopSec"]) >= 30
    program = unit["ExecStart"].split()[0]
    accepted(tmp_path, text.replace(program, sys.executable), "kcbot.service", "systemd-analyze", "verify", "--man=no")


def test_https_passes_streams_through_and_carries_what_the_program_takes(server: Path, tmp_path: Path) -> None:
    caddyfile = (server / CADDYFILE[1:]).read_text("utf-8")
    assert f"\n{HOST} {{" in caddyfile
    assert "flush_interval -1" in caddyfile
    assert "event-stream" not in caddyfile
    assert "request>uri delete" in caddyfile
    size = re.search(r"max_size (\d+)MiB", caddyfile)
    assert size is not None
    assert int(size[1]) * 1024 * 1024 >= max(LARGEST_FORM, LARGEST_UPLOAD)
    accepted(tmp_path, caddyfile, "Caddyfile", "caddy", "validate", "--adapter", "caddyfile", "--config")


def test_the_database_is_copied_while_it_is_in_use(tmp_path: Path) -> None:
    environment = {**os.environ, "KCBOT_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/kcbot.db"}

    def run(*words: str) -> str:
        script = [sys.executable, str(DEPLOY / "database.py"), *words]
        return subprocess.run(script, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    def version(file: str) -> str:
        with closing(sqlite3.connect(tmp_path / file)) as connection:
            found: str = connection.execute("select version_num from alembic_version").fetchone()[0]
            return found

    subprocess.run([sys.executable, "-m", "bot", "migrate"], env=environment, cwd=ROOT, check=True, capture_output=True)
    with closing(sqlite3.connect(tmp_path / "kcbot.db")) as busy:
        busy.execute("begin immediate")
        run("backup", str(tmp_path / "copy.db"))
        busy.execute("rollback")
    assert version("copy.db") == version("kcbot.db") == run("head").strip()
    run("downgrade", "0003")
    assert (version("kcbot.db"), version("copy.db")) == ("0003", run("head").strip())
