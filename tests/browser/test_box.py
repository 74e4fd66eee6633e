"""The box on a page of the centre's own site: another site than the bot's, with a strict policy of its own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.conftest import Open, free_port, wait_until_ready

pytestmark = pytest.mark.browser
PATIENCE = 15
LABEL = "Hỏi trợ lý khuyến công"

# A page as sites have them: rules for every button and frame, a script that notes what its policy forbade.
PAGE = """<!doctype html><html lang="vi"><head><title>Trung tâm</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/site.css">
<script src="/site.js"></script>{scripts}</head>
<body><h1>Trung tâm Khuyến công</h1><p>Tin tức.</p><button class="open">Nút của trang</button>
<p class="long"></p></body>
</html>"""
SITE_CSS = """* { color: red !important; font-size: 30px !important; } html { font-size: 40px; }
button, dialog, iframe, kcbot-hop { display: none; border: 9px solid red; }
.long { height: 2000px; }"""
SITE_JS = """{
  const names = () => Object.getOwnPropertyNames(window);
  window.forbidden = [];
  window.left = [];
  const before = names();
  document.addEventListener("securitypolicyviolation", (event) => window.forbidden.push(event.violatedDirective));
  const watch = () => { window.left = names().filter((name) => !before.includes(name)); };
  new MutationObserver(watch).observe(document.documentElement, { childList: true });
}"""


@dataclass
class Centre:
    """The centre's site, and the bot whose box it shows; `strange` is a site that nobody named to the bot."""

    url: str
    strange: str
    bot: str


def _serving(bot: str) -> type[BaseHTTPRequestHandler]:
    scripts = f'<script src="{bot}/hop-chat.js" async></script>'
    files = {
        "/": ("text/html", PAGE.format(scripts=scripts)),
        "/twice": ("text/html", PAGE.format(scripts=scripts * 2)),
        "/site.css": ("text/css", SITE_CSS),
        "/site.js": ("text/javascript", SITE_JS),
    }
    policy = f"default-src 'none'; style-src 'self'; script-src 'self' {bot}; frame-src {bot}; "
    policy += "require-trusted-types-for 'script'"

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = files.get(self.path, ("text/plain", ""))
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    return Site


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """The site is at `localhost`, the bot at `127.0.0.1`: to a browser two sites, whose cookies it keeps apart."""
    bot_port, folder = free_port(), tmp_path_factory.mktemp("box")
    bot = f"http://127.0.0.1:{bot_port}"
    server = ThreadingHTTPServer(("127.0.0.1", 0), _serving(bot))
    url = f"http://localhost:{server.server_port}"
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KCBOT_")}
    settings = {
        "KCBOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/kcbot.db",
        "KCBOT_PUBLIC_URL": "https://bot.khuyencong.example",  # over https the frame's cookie is its own in each site
        "KCBOT_BOX_ORIGINS": url,
    }
    command = [sys.executable, "-m", "bot", "run", "--port", str(bot_port)]
    process = subprocess.Popen(command, env=ours | settings, stdout=subprocess.DEVNULL)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        wait_until_ready(bot)
        yield Centre(url, f"http://127.0.0.1:{server.server_port}", bot)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        process.send_signal(signal.SIGTERM)
        process.wait(20)


class Guest:
    """Somebody who reads the centre's site."""

    def __init__(self, driver: WebDriver, url: str) -> None:
        self.driver = driver
        driver.get(url)

    def part(self, selector: str) -> WebElement:
        """Return a part of the box around the frame."""
        self.until(lambda: bool(self.driver.find_elements(By.CSS_SELECTOR, "kcbot-hop")))
        root = self.driver.find_element(By.CSS_SELECTOR, "kcbot-hop").shadow_root
        return root.find_element(By.CSS_SELECTOR, selector)

    @property
    def is_open(self) -> bool:
        return self.part("dialog").is_displayed()

    @property
    def focused(self) -> str:
        """The class of what has the focus within the box."""
        script = "return document.querySelector('kcbot-hop').shadowRoot.activeElement?.className ?? ''"
        return str(self.driver.execute_script(script))

    def opens(self) -> "Guest":
        self.part(".open").click()
        self.until(lambda: self.is_open)
        return self

    def inside(self) -> "Guest":
        self.driver.switch_to.frame(self.part("iframe"))
        return self

    def outside(self) -> "Guest":
        self.driver.switch_to.default_content()
        return self

    def reads(self, text: str) -> "Guest":
        self.until(lambda: text in self.driver.find_element(By.ID, "log").text)
        return self

    def says(self, text: str) -> "Guest":
        self.driver.find_element(By.ID, "text").send_keys(text + Keys.ENTER)
        return self

    def until(self, holds: Callable[[], bool]) -> None:
        WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[Exception]).until(lambda _: holds())


@pytest.mark.parametrize("size", [(360, 740), (1440, 900)])
def test_an_owner_asks_from_the_centres_own_site(centre: Centre, open_browser: Open, size: tuple[int, int]) -> None:
    guest = Guest(open_browser(*size), centre.url)
    button = guest.part(".open")
    assert button.text == LABEL
    assert button.get_attribute("aria-expanded") == "false"
    assert min(button.size.values()) >= 44
    guest.opens()
    assert button.get_attribute("aria-expanded") == "true"
    guest.inside().reads("trợ lý tự động").says("/lop").reads("QT1")
    guest.outside().driver.refresh()
    guest.opens().inside().reads("QT1")


def test_the_box_fills_a_phone_and_leaves_a_desktop_its_page(centre: Centre, open_browser: Open) -> None:
    phone = Guest(open_browser(360, 740), centre.url).opens()
    assert (phone.part("dialog").size["width"], phone.part("dialog").size["height"]) == (360, 740)
    desktop = Guest(open_browser(1440, 900), centre.url).opens()
    box = desktop.part("dialog").rect
    assert box["width"] < 500
    assert box["x"] + box["width"] <= 1440
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= desktop.part(".open").rect["y"]


@pytest.mark.parametrize("size", [(360, 740), (1440, 900)])
def test_it_closes_by_key_and_by_button_and_stays_as_it_was(
    centre: Centre, open_browser: Open, size: tuple[int, int]
) -> None:
    guest = Guest(open_browser(*size), centre.url).opens()
    guest.inside().reads("trợ lý tự động")
    guest.driver.find_element(By.ID, "text").send_keys("đang gõ dở", Keys.ESCAPE)
    guest.outside().until(lambda: not guest.is_open)
    guest.until(lambda: guest.focused == "open")
    assert guest.part(".open").get_attribute("aria-expanded") == "false"
    guest.driver.switch_to.active_element.send_keys(Keys.ENTER)
    guest.until(lambda: guest.is_open and guest.focused == "shut")
    guest.inside()
    assert guest.driver.find_element(By.ID, "text").get_attribute("value") == "đang gõ dở"
    guest.outside().driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    guest.until(lambda: not guest.is_open and guest.focused == "open")
    guest.opens().part(".shut").click()
    guest.until(lambda: not guest.is_open and guest.focused == "open")


def test_neither_page_touches_the_other(centre: Centre, open_browser: Open) -> None:
    guest = Guest(open_browser(1440, 900), centre.url).opens()
    styles = "const style = getComputedStyle(arguments[0]); return [style.color, style.fontSize, style.borderTopWidth]"
    assert guest.driver.execute_script(styles, guest.part(".open")) == ["rgb(255, 255, 255)", "16px", "2px"]
    theirs = guest.driver.find_element(By.CSS_SELECTOR, "body > button")
    assert guest.driver.execute_script(styles, theirs) == ["rgb(255, 0, 0)", "30px", "9px"]
    assert not theirs.is_displayed()
    assert guest.driver.execute_script("return document.body.lastElementChild.className") == "long"
    assert guest.driver.execute_script("return window.forbidden") == []
    assert guest.driver.execute_script("return window.left") == []


def test_loaded_twice_it_is_there_once(centre: Centre, open_browser: Open) -> None:
    guest = Guest(open_browser(1440, 900), f"{centre.url}/twice").opens()
    guest.until(lambda: guest.driver.execute_script("return document.readyState") == "complete")
    assert len(guest.driver.find_elements(By.CSS_SELECTOR, "script[src$='hop-chat.js']")) == 2
    assert len(guest.driver.find_elements(By.CSS_SELECTOR, "kcbot-hop")) == 1


def test_a_site_that_nobody_named_shows_no_chat(centre: Centre, open_browser: Open) -> None:
    guest = Guest(open_browser(1440, 900), centre.strange).opens().inside()
    guest.until(lambda: guest.driver.execute_script("return document.readyState") == "complete")
    assert guest.driver.find_elements(By.ID, "log") == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_picture_is_sent_without_being_asked_for(
    centre: Centre, open_browser: Open, tmp_path: Path, javascript: bool
) -> None:
    picture = tmp_path / "may-bao.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    guest = Guest(open_browser(javascript=javascript), f"{centre.bot}/hop")
    guest.driver.find_element(By.CSS_SELECTOR, "#attach summary").send_keys(Keys.ENTER)
    guest.driver.find_element(By.ID, "any-file").send_keys(str(picture))
    guest.driver.find_element(By.CSS_SELECTOR, "#attach .primary").click()
    guest.reads("may-bao.png")
