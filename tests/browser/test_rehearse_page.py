"""The stage in a real browser: a conversation played by hand, at the width of a telephone and of a desk."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.conftest import Open
from tests.rehearse.rehearsal import rehearsal
from tests.test_rehearse import shown

pytestmark = pytest.mark.browser
PATIENCE = 30


def test_an_owner_is_played_by_hand(tmp_path: Path, open_browser: Open) -> None:
    with rehearsal(tmp_path) as stage, shown(stage) as page:
        driver = open_browser()
        driver.get(f"{page.base_url}/?person=7003&on=telegram")
        driver.find_element(By.CSS_SELECTOR, "button.first").click()
        WebDriverWait(driver, PATIENCE).until(lambda _: driver.find_elements(By.CSS_SELECTOR, ".theirs button"))
        driver.find_element(By.ID, "text").send_keys("lớp\n")
        WebDriverWait(driver, PATIENCE).until(lambda _: "QT1" in driver.find_element(By.CSS_SELECTOR, ".lines").text)
        for width in (360, 1440):
            size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 700}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            assert driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]["width"] <= width
        assert driver.execute("getLog", {"type": "browser"})["value"] == []
