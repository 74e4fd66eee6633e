"""The containers, as far as it goes without them: what the files say, and that the program runs from what they copy."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings
from tests.browser.conftest import free_port, wait_until_ready
from tests.mortal import environment

ROOT = Path(__file__).parent.parent
DOCKERFILE = ROOT / "deploy/Dockerfile"
IGNORED = ROOT / "deploy/Dockerfile.dockerignore"
HOME = "/srv/kcbot"


def instructions(stage: int) -> list[tuple[str, str]]:
    """Return the instructions of a stage of the image, each on one line."""
    text = re.sub(r"\\\n\s*", "", DOCKERFILE.read_text("utf-8"))
    stages = re.split(r"^(?=FROM )", text, flags=re.MULTILINE)[1:]
    lines = (line for line in stages[stage].splitlines() if line and not line.startswith("#"))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def said(word: str) -> str:
    """Return the only instruction of a kind in the image that runs."""
    (only,) = (rest for one, rest in instructions(-1) if one == word)
    return only


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))["services"]
    return found


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with what the image is made from."""
    whole = tmp_path / "kcbot"
    whole.mkdir()
    for line in IGNORED.read_text("utf-8").splitlines():
        if line.startswith("!"):
            source = ROOT / line[1:]
            if source.is_dir():
                shutil.copytree(source, whole / line[1:], ignore=shutil.ignore_patterns("__pycache__", ".env"))
            else:
                shutil.copy(source, whole)
    return whole


def test_only_the_program_goes_into_the_image() -> None:
    lines = [line for line in IGNORED.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    assert {"**/.env", "**/__pycache__"} <= set(lines)
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]["find"]
    rooms = {name.rstrip("*") for name in layers["include"]}
    assert rooms | {"pyproject.toml", "requirements.lock", "README.md"} <= {
        line[1:] for line in lines if line.startswith("!")
    }


def test_the_image_is_built_as_the_server_is_and_runs_as_nobody_in_particular() -> None:
    built = dict(instructions(0))
    assert "--require-hashes -r requirements.lock" in str(instructions(0))
    assert {rest.split()[0] for word, rest in (*instructions(0), *instructions(-1)) if word == "FROM"} == {
        "python:3.11-slim-bookworm"
    }
    assert built["WORKDIR"] == said("WORKDIR") == HOME
    assert said("USER") == "kcbot"
    made = next(rest for word, rest in instructions(-1) if word == "RUN")
    uid = re.search(r"--uid (\d+)", made)
    assert uid is not None
    assert int(uid[1]) > 0
    assert f"install -d -o kcbot -g kcbot -m 0700 {said('VOLUME')}" in made
    order = [word for word, _ in instructions(-1)]
    assert order.index("RUN") < order.index("USER") < order.index("CMD")
    assert json.loads(said("ENTRYPOINT")) + json.loads(said("CMD")) == ["kcbot", "run"]
    assert not re.search(r"TOKEN|SECRET|PASSWORD", DOCKERFILE.read_text("utf-8"))


def test_what_is_kept_is_in_a_volume_where_the_program_keeps_it(services: dict[str, Any]) -> None:
    assert services["kcbot"]["volumes"] == [f"var:{said('VOLUME')}"]
    url = services["kcbot"]["environment"]["KCBOT_DATABASE_URL"]
    assert url == f"${{KCBOT_DATABASE_URL:-{Settings.model_fields['database_url'].default}}}"
    assert said("VOLUME") == f"{HOME}/var"


def test_settings_are_ones_that_there_are(services: dict[str, Any]) -> None:
    names = re.findall(r"\bKCBOT_(\w+)=", said("ENV"))
    names += [name.removeprefix("KCBOT_") for name in services["kcbot"]["environment"] if name.startswith("KCBOT_")]
    assert names
    assert {name.lower() for name in names} <= set(Settings.model_fields)
    assert services["kcbot"]["env_file"] == [{"path": ".env", "required": False}]


def test_only_this_machine_reaches_it_and_its_proxy_is_believed(services: dict[str, Any]) -> None:
    ours = services["kcbot"]
    (port,) = ours["ports"]
    inside = port.rpartition(":")[2]
    assert port.startswith("127.0.0.1:")
    assert (ours["environment"]["FORWARDED_ALLOW_IPS"], ours["environment"]["KCBOT_HOST"]) == ("*", "0.0.0.0")
    assert ours["environment"]["KCBOT_PORT"] == said("EXPOSE") == inside
    assert "ports" not in services["postgres"]


@pytest.mark.parametrize("name", ["kcbot", "migrate"])
def test_each_is_fenced(services: dict[str, Any], name: str) -> None:
    ours = services[name]
    assert (ours["read_only"], ours["cap_drop"]) == (True, ["ALL"])
    assert ours["security_opt"] == ["no-new-privileges:true"]
    assert ours["tmpfs"] == ["/tmp"]
    assert (ROOT / "deploy" / ours["build"]["context"] / ours["build"]["dockerfile"]).resolve() == DOCKERFILE


def test_postgresql_is_a_profile_and_is_brought_up_to_date_first(services: dict[str, Any]) -> None:
    assert {name: one.get("profiles") for name, one in services.items()} == {
        "kcbot": None,
        "migrate": ["postgres"],
        "postgres": ["postgres"],
    }
    assert services["kcbot"]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully", "required": False}
    }
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["migrate"]["command"] == ["migrate"]
    assert services["migrate"]["environment"] == services["kcbot"]["environment"]
    assert services["postgres"]["healthcheck"]["test"][1] == "pg_isready"
    volumes = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))["volumes"]
    assert set(volumes) == {volume.partition(":")[0] for one in services.values() for volume in one["volumes"]}


def test_the_program_runs_from_what_is_copied_and_is_seen_to_be_well(copied: Path) -> None:
    """With the command that asks whether it is, which fails where nobody answers."""
    _, _, command = said("HEALTHCHECK").partition("CMD ")
    port = free_port()
    asks = [sys.executable, *json.loads(command)[1:]]
    assert f":{said('EXPOSE')}/readyz" in asks[-1]
    asks[-1] = asks[-1].replace(f":{said('EXPOSE')}/", f":{port}/")
    given = environment(Settings.model_fields["database_url"].default, port=str(port))
    given |= {"PYTHONDONTWRITEBYTECODE": "1"}
    assert subprocess.run(asks, capture_output=True, check=False).returncode == 1
    program = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=copied,
        env=given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}")
        assert subprocess.run(asks, capture_output=True, check=False).returncode == 0
        assert (copied / "var/kcbot.db").exists()
        assert {one.name for one in copied.iterdir()} - {"var"} == {
            line[1:] for line in IGNORED.read_text("utf-8").splitlines() if line.startswith("!")
        }
    finally:
        program.terminate()
        program.wait(timeout=30)
