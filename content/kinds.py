"""Which of XLSForm's types a conversation can carry, and why it cannot carry the others."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pyxform import aliases
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.xls2json import RE_SELECT

from conversation.form import METADATA

SELECTS = {"select one": "select_one", "select all that apply": "select_multiple", "rank": "rank"}
TABLE = "csv-external"
# pyxform's table says what a type looks like and what it gives: from these our kinds are read.
_BY_VALUE = {"string": "text", "int": "integer"}
_UPLOADS = {"image/*": "image", "audio/*": "audio", "video/*": "video", "application/*": "file"}
# Telephones tell their maker's number, and once told those of their cards: a chat's address stands for all of them.
_PROPERTIES = {"simserial": "deviceid", "subscriberid": "deviceid"}

NOT_IN_A_CHAT = "chưa dùng được trong hội thoại"
_NO_MAP = f"{NOT_IN_A_CHAT}: không vẽ được đường hay vùng trên bản đồ; có thể dùng geopoint"
_NO_SPYING = "không dùng được: trợ lý không ghi âm hay lấy vị trí khi người trả lời không biết"
_KOBO = f"{NOT_IN_A_CHAT}: loại câu riêng của KoboToolbox; có thể dùng một câu select_one cho mỗi dòng"
_REFUSED = {
    "geotrace": _NO_MAP,
    "geoshape": _NO_MAP,
    "osm": _NO_MAP,
    "start-geopoint": _NO_SPYING,
    "background-geopoint": _NO_SPYING,
    "background-audio": _NO_SPYING,
    "xml-external": f"{NOT_IN_A_CHAT}; có thể dùng tệp .csv",
    "select_one_external": f"{NOT_IN_A_CHAT}; có thể dùng select_one_from_file kèm choice_filter",
}
_OF_KOBO = re.compile(r"(begin|end)[_ ](score|rank|kobomatrix)\b|score__row|rank__level")


def kind_of(written: str) -> str | None:
    """Return the kind of a question's type, however it is spelt; None for what is refused."""
    select = RE_SELECT.search(written)
    if select:
        return SELECTS.get(aliases.select[select["select_command"]])
    return _KINDS.get(written)


def constraint_of(written: str) -> str:
    """Return the constraint that comes with a type, as "percentage" has one."""
    bind: Mapping[str, str] = QUESTION_TYPE_DICT.get(written, {}).get("bind", {})
    return bind.get("constraint", "")


def why_not(written: str) -> str:
    """Return why a type cannot be used, in words."""
    if written in aliases.select:
        return "cần kèm tên danh sách, ví dụ: select_one co_khong"
    if _OF_KOBO.match(written):
        return _KOBO
    known = _REFUSED.get(written.split(" ")[0]) or _REFUSED.get(_spelling(written))
    probably = get_close_matches(written.lower(), _KINDS, 1, 0.75)
    meant = f"; có phải «{probably[0]}»?" if probably else ""
    return known or f"{NOT_IN_A_CHAT}, hoặc viết chưa đúng{meant}"


def _spelling(written: str) -> str:
    """Return a type without what older forms put around it ("add geotrace prompt", "q geotrace")."""
    return re.sub(r"^(?:add|q) | prompt$", "", written)


def _kind(written: str, described: Mapping[str, Any]) -> str | None:
    """Return the kind of a type that pyxform describes by its control and its binding; None for what is refused."""
    control, bind = described.get("control", {}), described.get("bind", {})
    if written in {"range", "audit", "hidden"}:
        return written
    if "jr:preload" in bind:
        told = bind["jr:preloadParams"].removeprefix("uri:")
        kind = _PROPERTIES.get(told, told)
        return kind if kind in METADATA else None
    if control.get("tag") == "upload":
        return _UPLOADS.get(control["mediatype"])
    if control.get("tag") == "trigger":
        return None if bind.get("type") == "geopoint" else "acknowledge"
    if "readonly" in bind:
        return "note"
    if not control:
        return "calculate" if bind else None
    if control["tag"] != "input" or bind["type"] in {"geotrace", "geoshape"} or written.startswith("select"):
        return None
    value: str = bind["type"]
    return _BY_VALUE.get(value, value)


_KINDS = {written: _kind(written, described) for written, described in QUESTION_TYPE_DICT.items()}
# The one spelling that pyxform knows besides.
_KINDS["add photo prompt"] = "image"
