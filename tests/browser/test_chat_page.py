"""The web chat in a browser, as an owner with a phone uses it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.conftest import Open, Program

pytestmark = pytest.mark.browser
PATIENCE = 15


class Visitor:
    """Somebody at a browser: taps what is on the page, types into the box, reads."""

    def __init__(self, driver: WebDriver, url: str) -> None:
        self.driver = driver
        driver.get(f"{url}/chat")

    def reads(self, text: str) -> "Visitor":
        self._until(lambda: text in self.driver.find_element(By.ID, "log").text)
        return self

    def taps(self, label: str) -> "Visitor":
        self._until(lambda: any(one.text == label for one in self._buttons()))
        before = self._page_mark()
        self._press(next(one for one in self._buttons() if one.text == label))
        self._until(lambda: self._page_mark() != before)
        return self

    def ticks(self, *labels: str) -> "Visitor":
        for one in self.driver.find_elements(By.CSS_SELECTOR, ".tick"):
            if one.text in labels:
                self._press(one)
        return self

    def types(self, text: str) -> "Visitor":
        before = self._page_mark()
        self.driver.find_element(By.ID, "text").send_keys(text)
        self.driver.find_element(By.CSS_SELECTOR, "#say button").click()
        self._until(lambda: self._page_mark() != before)
        return self

    def _press(self, element: WebElement) -> None:
        """Scroll to it first, as a thumb would: the box to type in lies over the page's end."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def _buttons(self) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, ".choices button")

    def _page_mark(self) -> str:
        return self.driver.find_element(By.NAME, "id").get_attribute("value") or ""

    def _until(self, holds: Callable[[], bool]) -> None:
        WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[Exception]).until(lambda _: holds())


@pytest.mark.parametrize("javascript", [True, False])
def test_an_owner_sends_the_needs_form(program: Program, open_browser: Open, javascript: bool) -> None:
    owner = Visitor(open_browser(javascript=javascript), program.url)
    owner.reads("trợ lý tự động").taps("Gửi nhu cầu của xưởng").reads("xin phép anh/chị").taps("Đồng ý")
    owner.ticks("Mua máy", "Lớp quản lý cho chủ").taps("Chọn xong").reads("Mua máy; Lớp quản lý cho chủ")
    owner.types("may bao bon mat").types("tam 4 tram").reads("400 triệu đồng. Đúng không").taps("Đúng")
    owner.taps("Chưa rõ").types("8").types("0").types("xuan khe").taps("Đúng").types("Mộc Thịnh Phát")
    owner.taps("Hộ kinh doanh").taps("Bỏ qua").reads("Xã, phường: Xã Nhân Hà").taps("Gửi").reads("Mã phiếu: NC-")


@pytest.mark.parametrize("size", [(360, 740), (1440, 900)])
def test_nothing_is_wider_than_the_screen(program: Program, open_browser: Open, size: tuple[int, int]) -> None:
    driver = open_browser(*size)
    owner = Visitor(driver, program.url).types("x" * 400).types("/dulieu")
    owner.reads("Anh/chị muốn làm gì?")
    for path in ("/chat", "/", "/p/", "/p/advanced_machinery", "/lop/", "/lop/QT1", "/console/sign-in"):
        driver.get(program.url + path)
        wide = driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, path
        assert driver.execute_script("return document.documentElement.lang") == "vi"


def test_a_returning_browser_finds_its_conversation(program: Program, open_browser: Open) -> None:
    driver = open_browser()
    Visitor(driver, program.url).taps("Lớp học sắp mở").reads("QT1")
    Visitor(driver, program.url).reads("QT1")


def test_a_message_typed_by_a_stranger_is_shown_not_run(program: Program, open_browser: Open) -> None:
    driver = open_browser()
    hostile = "<img src=x onerror=\"document.title='run'\"><b>đậm</b>"
    Visitor(driver, program.url).types(hostile).reads(hostile)
    assert driver.title.startswith("Trò chuyện")


def test_an_announcement_arrives_while_the_page_is_open(program: Program, open_browser: Open, tmp_path: Path) -> None:
    owner = Visitor(open_browser(), program.url)
    owner.taps("Nhận thông báo").taps("Đồng ý").reads("có thông báo mới em sẽ nhắn")
    words = ["--title", "Lớp QT1 đổi chỗ học", "--text", "Học tại nhà văn hóa xã Vĩnh Trụ.", "--yes"]
    command = [sys.executable, "-m", "bot", "announce", "new", *words]
    subprocess.run(command, check=True, env={"KCBOT_DATABASE_URL": program.database_url}, stdout=subprocess.DEVNULL)
    owner.reads("Học tại nhà văn hóa xã Vĩnh Trụ.")
    owner.types("1").reads("không có mục đánh số")
