"""The same hour through every door: what staff export afterwards differs in channel, codes and times alone."""

import csv
import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
from typer.testing import CliRunner

from bot.cli import app
from tests.browser.conftest import free_port
from tests.doubles import telegram, zalo_bot, zalo_oa
from tests.mortal import Mortal, environment

OWNERS = 18
PATIENCE = 120
PICTURE = b"\xff\xd8\xff\xe0" + bytes(64)
SEND_A_PICTURE = "(ảnh)"
# What differs from hour to hour: who, where, when, and what was drawn at random.
DIFFERS = re.compile(r"stt|_index|_id|code|channel|.*_at|.*_time|number")
TABLES = ("interests", "responses", "signups", "contacts", "establishments")

# Each owner follows one of these, `{n}` being their number.
READS = ("/start", "chính sách", "1", "1", "ho tro mua may the nao", "menu")
WISHES = (
    "/quantam",
    "đồng ý",
    "1",
    "mua máy bào số {n}",
    "Mộc {n}",
    "1",
    "{n}",
    "Nhân Hà",
    "bỏ qua",
    "gửi",
    "mã của tôi",
)
NEEDS = ("nhu cầu", "đồng ý", "1", "máy bào", "400 triệu", "1", "8", "0", "Nhân Hà", "Mây {n}", "1", "bỏ qua", "gửi")
LEARNS = ("lớp", "QT1", "1", "đồng ý", "1", "Trần Văn Thịnh", "đăng ký", "hủy qt1", "hủy đăng ký")
LISTENS = ("/thongbao", "đồng ý", "thôi tin hội chợ", "thôi tin", "/dulieu")
SHOWS = ("/start", SEND_A_PICTURE, "chuyển cho cán bộ", "cán bộ", "Máy này có được hỗ trợ không?", "xin lỗi, nhầm {n}")
SCRIPTS = (READS, WISHES, NEEDS, LEARNS, LISTENS, SHOWS)


@dataclass
class Street:
    """Owners behind one door: `says` and `shows` deliver what they do, `heard` is how much one was told."""

    settings: Mapping[str, str]
    says: Callable[[int, str], object]
    shows: Callable[[int], object]
    heard: Callable[[int], int]


@contextmanager
def on_telegram(address: str) -> Iterator[Street]:
    with telegram.running_double() as double:
        settings = {"telegram_token": double.token, "telegram_base_url": double.base_url, "public_url": address}
        yield Street(
            settings | {"telegram_file_url": double.file_url},
            lambda who, text: double.says(1000 + who, text),
            lambda who: double.sends_photo(1000 + who, PICTURE),
            lambda who: len(double.sent[1000 + who]),
        )


@contextmanager
def on_zalo_bot(address: str) -> Iterator[Street]:
    with zalo_bot.running_double() as double:
        settings = {"zalo_bot_token": double.token, "zalo_bot_base_url": double.base_url}
        double.webhook, double.secret = f"{address}/webhooks/zalo-bot", "mot-bi-mat-dai"
        yield Street(
            settings | {"zalo_bot_secret": double.secret},
            lambda who, text: double.says(f"u{who}", text),
            lambda who: double.sends(f"u{who}", "image", PICTURE, "image/jpeg"),
            lambda who: len(double.sent[f"u{who}"]),
        )


@contextmanager
def on_zalo_oa(address: str) -> Iterator[Street]:
    with zalo_oa.running_double() as double:
        double.webhook = f"{address}/webhooks/zalo-oa"
        settings = {
            "zalo_oa_app_id": zalo_oa.APP_ID,
            "zalo_oa_app_secret": zalo_oa.APP_SECRET,
            "zalo_oa_secret_key": zalo_oa.SECRET_KEY,
            "zalo_oa_refresh_token": zalo_oa.FIRST_REFRESH_TOKEN,
            "zalo_oa_base_url": double.base_url,
            "zalo_oa_oauth_url": double.base_url,
        }
        yield Street(
            settings,
            lambda who, text: double.says(f"u{who}", text),
            lambda who: double.sends(f"u{who}", "image", PICTURE),
            lambda who: len(double.sent[f"u{who}"]),
        )


@contextmanager
def on_the_web(address: str) -> Iterator[Street]:
    """Browsers, each at a network address of its own: too many newcomers behind one are kept waiting."""
    with ExitStack() as opened:
        browsers = [
            opened.enter_context(
                httpx.Client(base_url=address, transport=httpx.HTTPTransport(local_address=f"127.0.1.{who + 1}"))
            )
            for who in range(OWNERS)
        ]
        heard = dict.fromkeys(range(OWNERS), 0)

        def post(who: int, text: str = "", **files: tuple[str, bytes, str]) -> None:
            heard[who] += 1
            answer = browsers[who].post("/chat", data={"id": f"m{heard[who]}", "text": text}, files=files or None)
            assert answer.status_code == 303, answer.text

        yield Street({}, post, lambda who: post(who, file=("anh.jpg", PICTURE, "image/jpeg")), heard.__getitem__)


DOORS = {"telegram": on_telegram, "zalo_bot": on_zalo_bot, "zalo_oa": on_zalo_oa, "web": on_the_web}


def the_hour(street: Street) -> None:
    """Let all owners do what they do, a line each in turn, each waiting for an answer as people do."""
    scripts = {who: SCRIPTS[who % len(SCRIPTS)] for who in range(OWNERS)}
    for line in range(max(map(len, SCRIPTS))):
        talking = [who for who in range(OWNERS) if line < len(scripts[who])]
        before = {who: street.heard(who) for who in talking}
        for who in talking:
            said = scripts[who][line].format(n=who + 1)
            street.shows(who) if said == SEND_A_PICTURE else street.says(who, said)
        deadline = time.monotonic() + PATIENCE
        while any(street.heard(who) == before[who] for who in talking):
            assert time.monotonic() < deadline, (line, [who for who in talking if street.heard(who) == before[who]])
            time.sleep(0.01)


def exported(settings: Mapping[str, str], folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return every table as staff get it, without what must differ."""
    found = {}
    for table in TABLES:
        file = folder / f"{table}.csv"
        done = CliRunner().invoke(app, ["export", table, "--codes", "--out", str(file)], env=settings)
        assert done.exit_code == 0, done.output
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [
                {name: value for name, value in row.items() if not DIFFERS.fullmatch(name)}
                for row in csv.DictReader(lines)
            ]
        found[table] = sorted(rows, key=orjson.dumps)
    return found


def lived_through(door: str, folder: Path) -> dict[str, str]:
    """Let the program live through the hour behind one door; return its settings."""
    port = free_port()
    with DOORS[door](f"http://127.0.0.1:{port}") as street:
        url = f"sqlite+aiosqlite:///{folder}/{door}.db"
        settings = environment(url, None, **{"sends_per_second": "1000", "demo_data": "true", **street.settings})
        program = Mortal(settings, port)
        program.lives()
        try:
            the_hour(street)
        finally:
            program.dies()
    return settings


def test_what_staff_export_is_the_same_through_every_door(tmp_path: Path) -> None:
    with ThreadPoolExecutor(len(DOORS)) as together:
        settings = dict(zip(DOORS, together.map(lived_through, DOORS, [tmp_path] * len(DOORS)), strict=True))
    found = {}
    for door in DOORS:
        (tmp_path / door).mkdir()
        found[door] = exported(settings[door], tmp_path / door)
    followed = [SCRIPTS[who % len(SCRIPTS)] for who in range(OWNERS)]
    web = found.pop("web")
    assert len(web["contacts"]) == OWNERS - followed.count(READS)
    assert len(web["interests"]) == followed.count(WISHES)
    assert len(web["responses"]) == followed.count(WISHES) + followed.count(NEEDS)
    assert len(web["signups"]) == followed.count(LEARNS)
    for door, tables in found.items():
        for table, rows in tables.items():
            assert rows == web[table], f"{table} through {door}"
