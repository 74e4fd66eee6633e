"""An owner in the web chat and an officer at the inbox talk, live; the officer has no mouse."""

import asyncio
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.wait import WebDriverWait
from sqlalchemy import Connection, update

from db import staff
from db.engine import open_database
from db.models import staff as staff_table
from tests.browser.conftest import Open, Program
from tests.browser.test_chat_page import Visitor
from tests.office import NOW

pytestmark = pytest.mark.browser
PATIENCE = 15
PASSWORD = "mộc mạc bốn mặt"


class Officer:
    """Somebody who reaches everything by the Tab key."""

    def __init__(self, driver: WebDriver, url: str) -> None:
        self.driver, self.url = driver, f"{url}/console"
        driver.get(self.url)
        self.types("thu.huong").tabs_to("Mật khẩu").types(PASSWORD, Keys.ENTER).reads("Hôm nay")

    def opens(self, path: str) -> "Officer":
        self.driver.get(f"{self.url}{path}")
        return self.skips()

    def skips(self) -> "Officer":
        """Pass over the menu, as whoever has no mouse does first."""
        return self.tabs_to("Đến nội dung").types(Keys.ENTER)

    def reads(self, text: str) -> "Officer":
        self._until(lambda: text in self.driver.find_element(By.TAG_NAME, "body").text)
        return self

    def tabs_to(self, label: str) -> "Officer":
        """Press Tab until what is named so has the focus, and can be seen to have it."""
        for _ in range(120):
            self._keys(Keys.TAB)
            if label in self._focused():
                outline = "return getComputedStyle(document.activeElement).outlineStyle"
                assert self.driver.execute_script(outline) != "none", label
                return self
        raise AssertionError(label)

    def types(self, *keys: str) -> "Officer":
        self._keys(*keys)
        return self

    def presses(self, label: str) -> "Officer":
        return self.tabs_to(label).types(Keys.ENTER)

    def _keys(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    def _focused(self) -> str:
        named = """const it = document.activeElement;
            const own = it.matches("a, button, summary") ? it.innerText : it.ariaLabel;
            return [own, ...[...(it.labels || [])].map((one) => one.innerText)].join(" ")"""
        return str(self.driver.execute_script(named))

    def _until(self, holds: Callable[[], bool]) -> None:
        WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[Exception]).until(lambda _: holds())


@pytest.fixture(scope="module")
def staffed(program: Program) -> Program:
    def add(connection: Connection) -> None:
        staff.add(connection, "thu.huong", staff.ADMINISTRATOR, PasswordHasher().hash(PASSWORD), NOW)
        connection.execute(update(staff_table).values(one_time=False))

    async def write() -> None:
        async with open_database(program.database_url) as database:
            await database.write(add)

    asyncio.run(write())
    return program


def test_a_question_is_answered_live_by_keyboard(staffed: Program, open_browser: Open) -> None:
    officer = Officer(open_browser(1440, 900), staffed.url).opens("/inbox").reads("Không ai đang chờ.")
    owner = Visitor(open_browser(), staffed.url).reads("trợ lý tự động")
    owner.types("gặp cán bộ").types("Máy cũ đổi máy mới có được không?").reads("chuyển nguyên câu")
    officer.reads("Máy cũ đổi máy mới có được không?").presses("Chưa rõ cơ sở").reads("Chưa ai nhận")
    officer.skips().tabs_to("Trả lời").types("Dạ được ạ.").presses("Gửi").reads("Đã gửi câu trả lời.").skips()
    owner.reads("Cán bộ Trung tâm: Dạ được ạ.").types("Cảm ơn cán bộ nhé")
    officer.reads("Cảm ơn cán bộ nhé").presses("Kết thúc").reads("từ đây trợ lý lại trả lời")
    owner.reads("Cán bộ đã trao đổi xong").types("menu").reads("Anh/chị cần việc gì?")


def test_a_case_is_moved_by_keyboard_and_its_owner_sees_it(staffed: Program, open_browser: Open) -> None:
    owner = Visitor(open_browser(), staffed.url).reads("trợ lý tự động")
    owner.types("/quantam").taps("Đồng ý").taps("Mua máy, đổi máy mới").types("mua máy bào").types("Mộc Thịnh Phát")
    owner.types("may mặc").types("12").types("phuong phu ly").taps("Bỏ qua").taps("Gửi").reads("HT-")
    officer = Officer(open_browser(1440, 900), staffed.url).opens("/cases").presses("Mộc Thịnh Phát")
    officer.reads("Chuyển bước").skips().presses("Xem lời nhắn, rồi chuyển").reads("Cán bộ đã khảo sát xong.")
    officer.skips().presses("Chuyển và nhắn cho chủ cơ sở").reads("Đã chuyển bước và nhắn cho chủ cơ sở.")
    owner.reads("Cán bộ đã khảo sát xong.").types("hồ sơ của tôi").reads("đã khảo sát")


def test_a_table_narrows_as_one_types(staffed: Program, open_browser: Open) -> None:
    officer = Officer(open_browser(1440, 900), staffed.url).opens("/tables/establishments")
    officer.tabs_to("Tìm tên, số máy, mã").types("khong co dau").reads("0 dòng theo bộ lọc")
    assert officer.driver.current_url.endswith("?search=khong+co+dau")
