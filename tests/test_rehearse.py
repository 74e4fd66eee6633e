"""The rehearsal: owners played over the stage's pages, on each messenger, while things go wrong."""

import html
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.mortal import Mortal
from tests.rehearse.on_zalo_bot import OnZaloBot
from tests.rehearse.program import Program
from tests.rehearse.rehearsal import rehearsal
from tests.rehearse.stage import Stage
from tests.rehearse.vendor import Vendor

PATIENCE = 30


class Played:
    """One owner on one messenger, through the page."""

    def __init__(self, page: httpx.Client, person: int, on: str) -> None:
        self.page, self.asked = page, {"person": str(person), "on": on}

    def does(self, act: str, text: str = "", **more: str) -> "Played":
        answer = self.page.post("/plays", data={**self.asked, "act": act, "text": text, **more}, follow_redirects=False)
        assert answer.status_code == 303
        return self

    def says(self, text: str) -> "Played":
        return self.does("say", text)

    @property
    def screen(self) -> str:
        found: str = self.page.get("/lines", params=self.asked).text
        return found

    def sees(self, words: str, times: int = 1) -> "Played":
        wait(lambda: html.unescape(self.screen).count(words) >= times, f"{self.asked}: {words}")
        return self

    def taps(self, label: str) -> "Played":
        found = re.search(rf'name="press" value="([^"]+)">{re.escape(label)}<', self.screen)
        assert found is not None, label
        return self.does("press", press=html.unescape(found[1]))


@contextmanager
def shown(stage: Stage) -> Iterator[httpx.Client]:
    """Serve the stage."""
    server = Vendor(stage.app(), lambda _: None)
    server.open()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as page:
            yield page
    finally:
        server.cut()


def wait(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def happens(page: httpx.Client, on: str, what: str, **more: str) -> None:
    answer = page.post("/happens", data={"on": on, "what": what, **more}, follow_redirects=False)
    assert (answer.status_code, "problem" in answer.headers["location"]) == (303, False)


def announce(stage: Stage, title: str) -> None:
    Mortal(stage.program.environment).announces(title)


def test_owners_are_played_while_things_go_wrong(tmp_path: Path) -> None:
    with rehearsal(tmp_path) as stage, shown(stage) as page:
        tuyet, binh, hoi = (
            Played(page, 7001, "zalo_oa"),
            Played(page, 7002, "zalo_bot"),
            Played(page, 7003, "telegram"),
        )
        tuyet.does("begin").sees("Bà Tuyết đã bấm “Quan tâm”.").sees("trợ lý")
        tuyet.says("/thongbao").sees("Đồng ý").taps("Đồng ý").sees("em sẽ nhắn")
        binh.says("xin chào").sees("1. ").says("/quantam").sees("Đồng ý")
        hoi.does("begin").sees("Mã của tôi").does("picture").sees("Em nhận được ảnh")
        hoi.does("share").sees("Đã gửi số điện thoại 0900007003")
        picture = re.search(r'src="(/media/telegram/[^"]+)"', hoi.screen)
        assert picture is not None
        assert page.get(picture[1]).headers["content-type"] == "image/jpeg"

        happens(page, "zalo_bot", "condition", condition="away")
        binh.says("đồng ý")
        assert "Câu 1/7" not in binh.screen
        happens(page, "zalo_bot", "condition", condition="fine")
        binh.sees("Câu 1/7")

        happens(page, "zalo_oa", "time", hours="169")
        announce(stage, "Hội chợ Hà Nam")
        tuyet.does("officer", "Chào bà, em là cán bộ Trung tâm.").sees("em là cán bộ Trung tâm")
        assert "Hội chợ Hà Nam" not in tuyet.screen
        happens(page, "zalo_oa", "time", hours="3")
        tuyet.says("menu").sees("Hội chợ Hà Nam")

        happens(page, "zalo_oa", "kill")
        hoi.says("lớp")
        assert "Đã tắt" in page.get("/").text
        happens(page, "zalo_oa", "start")
        hoi.sees("QT1")

        added = page.post("/people", data={"name": "Ông Năm", "on": "zalo_oa"}, follow_redirects=False)
        assert added.headers["location"].startswith("/?person=7009")
        foreign = page.post("/plays", data={"act": "say", "text": "x"}, headers={"Origin": "http://other.example"})
        assert foreign.status_code == 403


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_what_is_typed_stays_text(tmp_path: Path, hostile: str) -> None:
    messenger = OnZaloBot()
    stage = Stage({messenger.name: messenger}, Program(tmp_path, 1, {}))
    with shown(stage) as page:
        played = Played(page, 7001, "zalo_bot").says(hostile)
        assert hostile not in played.screen
        assert hostile in html.unescape(played.screen)
