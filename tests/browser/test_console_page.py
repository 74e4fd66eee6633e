"""The staff pages in a browser: at a desk and on a phone, without JavaScript."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from sqlalchemy import Connection, insert, update

from content.library import shipped_forms, shipped_page
from db import announcements, pages, staff, unanswered
from db.announcements import Draft
from db.engine import open_database
from db.models import delivery
from db.models import staff as staff_table
from db.pages import Draft as PageDraft
from tests.browser.conftest import Open, Program
from tests.office import LAN, NOW, a_person
from tests.oracle.odk import available
from tests.pages import FILE

pytestmark = pytest.mark.browser
PATIENCE = 15
PASSWORD = "mộc mạc bốn mặt"
LONG = "Cơ sở sản xuất đồ gỗ nội thất xuất khẩu Nguyễn Văn Thắng " + "dài" * 30
PAGES = [
    "",
    "tables/interests",
    "tables/responses?form=needs_full",
    "tables/signups",
    "tables/establishments",
    "tables/contacts",
    "tables/deliveries",
    "responses/HT-9001",
    "cases",
    "cases?view=board",
    "cases/HT-9001",
    "cases/HT-9001/move?to=surveyed",
    "establishments/1",
    "people/1",
    "inbox",
    "inbox/1",
    "inbox/canned",
    "account/away",
    "questions",
    "incidents",
    "paid-templates",
    "announcements",
    "announcements/new",
    "announcements/1",
    "announcements/2",
    "audiences?trade=garment",
    "me",
    "outreach",
    "pages",
    "pages/to-check",
    "pages/asked",
    "pages/new",
    "pages/brand",
    "pages/brand/edit",
    "pages/brand/compare?from=0&to=1",
    "classes",
    "classes/new",
    "classes/QT1",
    "classes/QT1/edit",
    "forms",
    "forms/new",
    "forms/needs_full/summary",
    "rounds",
    "rounds/new",
    "classes/QT1/roster",
    "staff",
    "staff/1",
    "account",
    "account/second-factor",
    "audit",
    "audit/readings",
    "exports",
    "backups",
    "imports",
    "duplicates",
    "merges",
    "password",
    "nowhere",
]
AXE = Path(__file__).parent.parent / "oracle" / "node_modules" / "axe-core" / "axe.min.js"
ASK_AXE = """const done = arguments[1];
    axe.run({runOnly: arguments[0]}).then((found) => done(found.violations
        .filter((one) => ["serious", "critical"].includes(one.impact))
        .map((one) => `${one.id}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`)));"""


@pytest.fixture(scope="module")
def furnished(program: Program) -> Program:
    """The program with an administrator, and something to see on every page."""
    interest = next(source.read() for source in shipped_forms() if source.name == "interest")

    def furnish(connection: Connection) -> None:
        staff.add(connection, "thu.huong", staff.ADMINISTRATOR, PasswordHasher().hash(PASSWORD), NOW)
        connection.execute(update(staff_table).values(one_time=False))
        facts = {**LAN, "business_name": LONG}
        lan = a_person(connection, "lan").agreed().runs(facts)
        lan.sent("HT-9001", interest, {**facts, "activity": "machinery", "wish": LONG}, {"commune": "chau cau"})
        lan.asked(LONG, "policies/overview").signed_up("QT1-01", 2, ["Nguyễn Thị Lan"])
        for text in (LONG, LONG):
            draft = Draft(LONG[:100], text, "commune=13285 trade=garment")
            announcements.create(connection, draft, "thu.huong", NOW)
        announcements.approve(connection, 1, "thu.huong", NOW)
        announcements.cancel(connection, 1)
        draft_page = PageDraft("brand", FILE.replace("Hỗ trợ bao bì", LONG[:100]), "lan", shipped=shipped_page("brand"))
        pages.keep_draft(connection, draft_page, NOW)
        unanswered.keep(connection, LONG, NOW)
        outcome = {"contact_id": lan.contact_id, "status": "failed", "error": "x" * 200}
        connection.execute(insert(delivery).values(announcement_id=1, **outcome))

    async def write() -> None:
        async with open_database(program.database_url) as database:
            await database.write(furnish)

    asyncio.run(write())
    return program


SignIn = Callable[[int], WebDriver]


@pytest.fixture
def sign_in(furnished: Program, open_browser: Open) -> SignIn:
    """Opens a browser of some width, without JavaScript, and signs in."""

    def start(width: int) -> WebDriver:
        driver = open_browser(width, 900, javascript=False)
        driver.get(f"{furnished.url}/console")
        driver.find_element(By.ID, "name").send_keys("thu.huong")
        driver.find_element(By.ID, "password").send_keys(PASSWORD, Keys.ENTER)
        WebDriverWait(driver, PATIENCE).until(lambda _: driver.find_elements(By.CSS_SELECTOR, ".signed-in"))
        return driver

    return start


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_every_page_fits_its_window_and_loads_nothing_forbidden(
    furnished: Program, sign_in: SignIn, width: int
) -> None:
    driver = sign_in(width)
    for path in PAGES:
        driver.get(f"{furnished.url}/console/{path}")
        page = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        assert page["width"] <= width, path
        assert driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == "vi"
        complaints = [
            entry for entry in driver.execute("getLog", {"type": "browser"})["value"] if "404" not in entry["message"]
        ]
        assert complaints == [], path


def test_axe_finds_nothing_serious(furnished: Program, open_browser: Open) -> None:
    """Everything in light; the colours once more in dark."""
    if reason := available():
        pytest.skip(reason)
    driver = open_browser(1440, 900)
    driver.get(f"{furnished.url}/console")
    driver.find_element(By.ID, "name").send_keys("thu.huong")
    driver.find_element(By.ID, "password").send_keys(PASSWORD, Keys.ENTER)
    WebDriverWait(driver, PATIENCE).until(lambda _: driver.find_elements(By.CSS_SELECTOR, ".signed-in"))
    found = {}
    for path in [f"/console/{path}" for path in PAGES] + ["/", "/chat", "/p/", "/lop/QT1"]:
        driver.get(f"{furnished.url}{path}")
        driver.execute_script(AXE.read_text())
        for scheme, rules in (("light", ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]), ("dark", ["color-contrast"])):
            still = {"name": "prefers-reduced-motion", "value": "reduce"}
            media = {"features": [{"name": "prefers-color-scheme", "value": scheme}, still]}
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
            if serious := driver.execute_async_script(ASK_AXE, rules):
                found[path, scheme] = serious
    assert not found, "\n".join(f"{page} {serious}" for page, serious in found.items())


def test_the_keyboard_finds_the_content_and_the_menu_of_a_phone(furnished: Program, sign_in: SignIn) -> None:
    driver = sign_in(360)
    driver.get(f"{furnished.url}/console/")
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert driver.switch_to.active_element.text == "Đến nội dung"
    menu = driver.find_element(By.CSS_SELECTOR, ".menu summary")
    menu.send_keys(Keys.ENTER)
    driver.find_element(By.LINK_TEXT, "Lớp học").click()
    WebDriverWait(driver, PATIENCE, ignored_exceptions=[StaleElementReferenceException]).until(
        lambda _: driver.find_element(By.TAG_NAME, "h1").text == "Lớp học"
    )


def test_a_form_is_uploaded_mended_tried_published_and_answered_with_a_picture(
    furnished: Program, sign_in: SignIn, open_browser: Open, tmp_path: Path
) -> None:
    desk = sign_in(1440)
    wrong, right, picture = tmp_path / "anh_xuong.md", tmp_path / "dung.md", tmp_path / "xuong.png"
    sheet = "| survey |\n| | type | name | label | required |\n| | {} | anh | Ảnh xưởng? | yes |\n"
    wrong.write_text(sheet.format("imagee"), "utf-8")
    right.write_text(sheet.format("image"), "utf-8")
    picture.write_bytes(b"png")
    desk.get(f"{furnished.url}/console/forms/new")
    desk.find_element(By.ID, "workbook").send_keys(str(wrong))
    press(desk, "main form .primary")
    assert "imagee" in desk.find_element(By.CSS_SELECTOR, ".wrong-cell").text
    desk.find_element(By.ID, "workbook").send_keys(str(right))
    press(desk, "main form .primary")
    desk.get(f"{furnished.url}/console/forms/anh_xuong/try")
    desk.find_element(By.ID, "file").send_keys(str(picture))
    press(desk, ".say .primary")
    assert "xuong.png" in desk.find_element(By.CSS_SELECTOR, ".chat .lines").text
    desk.get(f"{furnished.url}/console/forms/anh_xuong")
    press(desk, "form[action$='/publish'] button")
    phone = open_browser(360)
    phone.get(f"{furnished.url}/chat")
    for said in ("/phieu", "1", "đồng ý"):
        say(phone, said)
    phone.find_element(By.ID, "file").send_keys(str(picture))
    phone.find_element(By.CSS_SELECTOR, "form[enctype] .primary").click()
    WebDriverWait(phone, PATIENCE).until(lambda page: "xuong.png" in page.find_element(By.ID, "log").text)
    say(phone, "gửi")
    assert "Mã phiếu: PH-" in phone.find_element(By.ID, "log").text
    assert not phone.execute_script("return document.documentElement.scrollWidth > window.innerWidth")


def press(page: WebDriver, button: str) -> None:
    """Press a button and wait for the page it leads to."""
    old = page.find_element(By.TAG_NAME, "html")
    page.find_element(By.CSS_SELECTOR, button).click()
    WebDriverWait(page, PATIENCE).until(lambda _: is_gone(old))


def is_gone(element: WebElement) -> bool:
    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    return False


def say(page: WebDriver, text: str) -> None:
    """Say something in the chat and wait for the answer."""
    lines = len(page.find_elements(By.CSS_SELECTOR, ".line"))
    page.find_element(By.ID, "text").send_keys(text, Keys.ENTER)
    WebDriverWait(page, PATIENCE).until(lambda _: len(page.find_elements(By.CSS_SELECTOR, ".line")) >= lines + 2)
