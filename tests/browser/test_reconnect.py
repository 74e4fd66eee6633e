"""The chat page where the net or the program goes away and comes back: it says so, keeps what was typed, goes on."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.conftest import Open, free_port
from tests.mortal import Mortal
from tests.streaming import serving

pytestmark = pytest.mark.browser
PATIENCE = 30
BROKEN = "Đang mất kết nối"
NOT_SENT = "tin chưa gửi được"


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Mortal]:
    program = serving(f"sqlite+aiosqlite:///{tmp_path}/kcbot.db", free_port())
    program.lives()
    yield program
    program.ends()


class Page:
    """The chat page of one visitor."""

    def __init__(self, driver: WebDriver, program: Mortal) -> None:
        self.driver = driver
        driver.get(f"http://127.0.0.1:{program.port}/chat")

    def types(self, text: str) -> "Page":
        self.driver.find_element(By.ID, "text").send_keys(text)
        return self

    def sends(self) -> "Page":
        self.types(Keys.ENTER)
        return self

    def reads(self, text: str, times: int = 1) -> "Page":
        return self.until(lambda: self.log.count(text) == times)

    @property
    def typed(self) -> str:
        return self.driver.find_element(By.ID, "text").get_attribute("value") or ""

    @property
    def log(self) -> str:
        return self.driver.find_element(By.ID, "log").text

    @property
    def bar(self) -> str:
        return self.driver.find_element(By.ID, "bar").text

    @property
    def numbers(self) -> list[int]:
        found = self.driver.execute_script(
            "return [...document.querySelectorAll('[data-seq]')].map((a) => a.dataset.seq)"
        )
        return [int(one) for one in found]

    def until(self, holds: Callable[[], bool]) -> "Page":
        WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[Exception]).until(lambda _: holds())
        return self

    def goes_offline(self, offline: bool) -> None:
        conditions = {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", conditions)


def test_the_page_goes_on_where_it_was_when_the_program_comes_back(mortal: Mortal, open_browser: Open) -> None:
    page = Page(open_browser(), mortal)
    page.types("/thongbao").sends().until(lambda: "Đồng ý" in page.driver.find_element(By.ID, "answers").text)
    page.types("đồng ý").sends().reads("em sẽ nhắn")
    for number in range(2):
        page.types("câu đang gõ")
        mortal.dies()
        page.until(lambda: BROKEN in page.bar).sends().until(lambda: NOT_SENT in page.bar)
        assert page.typed == "câu đang gõ"
        mortal.lives()
        mortal.announces(f"Tin số {number}")
        page.reads(f"Tin số {number}")
        page.until(lambda: BROKEN not in page.bar)
        page.sends().until(lambda: not page.typed)
        page.reads("câu đang gõ", number + 1)
        assert NOT_SENT not in page.bar
    assert page.numbers == list(range(1, len(page.numbers) + 1))
    shown = page.log
    page.driver.refresh()
    assert page.log == shown


class _Starting(BaseHTTPRequestHandler):
    """What a proxy says while the program behind it starts; it notes what it was asked for."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(502)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


def test_a_proxy_that_says_no_for_a_while_is_asked_again(mortal: Mortal, open_browser: Open) -> None:
    page = Page(open_browser(), mortal)
    page.types("/lop").sends().until(lambda: not page.typed)
    mortal.dies()
    with ThreadingHTTPServer(("127.0.0.1", mortal.port), _Starting) as proxy, ThreadPoolExecutor(1) as beside:
        beside.submit(proxy.serve_forever)
        page.until(lambda: any("/chat/stream" in path for path in _Starting.asked))
        page.until(lambda: BROKEN in page.bar)
        proxy.shutdown()
    mortal.lives()
    page.until(lambda: BROKEN not in page.bar)
    page.types("còn đó").sends().reads("còn đó")
    page.until(lambda: page.driver.execute_script("return stream?.readyState") == 1)


def test_a_message_whose_answer_is_lost_is_not_asked_for_again(mortal: Mortal, open_browser: Open) -> None:
    page = Page(open_browser(), mortal)
    page.types("/lop").sends().until(lambda: not page.typed)
    page.driver.execute_script("""window.whole = window.fetch;
        window.fetch = async (...all) => { await window.whole(...all); throw new TypeError("cut"); };""")
    page.types("một lần thôi").sends().reads("một lần thôi").until(lambda: not page.typed)
    assert NOT_SENT not in page.bar
    page.types("lần nữa").sends().reads("lần nữa").until(lambda: not page.typed)
    page.driver.execute_script("window.fetch = window.whole")
    page.types("lần cuối").sends().reads("lần cuối").until(lambda: not page.typed)
    assert page.log.count("một lần thôi") == 1


def test_what_is_typed_anew_after_a_failure_is_another_message(mortal: Mortal, open_browser: Open) -> None:
    page = Page(open_browser(), mortal)
    page.driver.execute_script("""window.whole = window.fetch;
        window.fetch = async (...all) => { await window.whole(...all); throw new TypeError("cut"); };""")
    page.types("câu đầu").sends().until(lambda: NOT_SENT in page.bar)
    page.driver.execute_script("window.fetch = window.whole")
    page.types(" sửa lại").sends().reads("câu đầu sửa lại")


def test_offline_it_says_so_and_keeps_what_was_typed(mortal: Mortal, open_browser: Open) -> None:
    page = Page(open_browser(), mortal)
    page.types("/lop").sends().until(lambda: not page.typed)
    page.goes_offline(True)
    page.until(lambda: BROKEN in page.bar)
    page.types("quan trọng").sends().until(lambda: NOT_SENT in page.bar)
    assert page.typed == "quan trọng"
    page.goes_offline(False)
    page.sends().reads("quan trọng")
    page.until(lambda: not page.typed and BROKEN not in page.bar and NOT_SENT not in page.bar)
    assert page.log.count("quan trọng") == 1
