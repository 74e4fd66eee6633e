"""A real Chromium over a really running program."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
STARTS_WITHIN = 60
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


@dataclass
class Program:
    """The program as a user starts it, on a free port."""

    url: str
    database_url: str
    process: subprocess.Popen[str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < deadline, "the program did not start"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder, port = tmp_path_factory.mktemp("program"), free_port()
    database_url = f"sqlite+aiosqlite:///{folder}/kcbot.db"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KCBOT_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--port", str(port)],
        env={**environment, "KCBOT_DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    wait_until_ready(url)
    yield Program(url, database_url, process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert process.stdout is not None
    process.stdout.close()


Open = Callable[..., WebDriver]


@pytest.fixture
def open_browser(tmp_path: Path) -> Iterator[Open]:
    """Opens a browser of a given size, with or without JavaScript; all are closed at the end."""
    if not (CHROMIUM.exists() and DRIVER.exists()):
        pytest.skip("needs Debian's chromium and chromium-driver")
    with ExitStack() as open_ones:

        def start(width: int = 360, height: int = 740, *, javascript: bool = True) -> WebDriver:
            options = Options()
            options.binary_location = str(CHROMIUM)
            for flag in (*QUIET, f"--user-data-dir={tmp_path}/{len(list(tmp_path.iterdir()))}"):
                options.add_argument(flag)
            if not javascript:
                options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
            driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
            open_ones.callback(driver.quit)
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            return driver

        yield start
