"""Which of XLSForm's types a conversation can carry, and why it cannot carry the others."""

import re

from pyxform import aliases
from pyxform.xls2json import RE_SELECT

from conversation.form import METADATA

SELECTS = {"select one": "select_one", "select all that apply": "select_multiple", "rank": "rank"}
_PLAIN = (
    *("text", "integer", "decimal", "range", "date", "time", "dateTime", "note", "acknowledge", "calculate", "hidden"),
    *("image", "audio", "video", "file", "geopoint", "barcode", *METADATA),
)
_SPELLINGS = {
    "string": "text",
    "int": "integer",
    "percentage": "integer",
    "datetime": "dateTime",
    "date time": "dateTime",
    "trigger": "acknowledge",
    "photo": "image",
    "location": "geopoint",
    "gps": "geopoint",
    "phone number": "phonenumber",
    "get phone number": "phonenumber",
    "start time": "start",
    "get start time": "start",
    "end time": "end",
    "get end time": "end",
    "get today": "today",
    **dict.fromkeys(("imei", "device id", "get device id", "subscriberid", "simserial", "sim id"), "deviceid"),
    **dict.fromkeys(("subscriber id", "get subscriber id", "get sim id"), "deviceid"),
}
KINDS = {kind: kind for kind in _PLAIN} | _SPELLINGS
TABLE = "csv-external"

NOT_IN_A_CHAT = "chưa dùng được trong hội thoại"
_NO_MAP = f"{NOT_IN_A_CHAT}: không vẽ được đường hay vùng trên bản đồ; có thể dùng geopoint"
_NO_SPYING = "không dùng được: trợ lý không ghi âm hay lấy vị trí khi người trả lời không biết"
_REFUSED = {
    "geotrace": _NO_MAP,
    "geoshape": _NO_MAP,
    "osm": _NO_MAP,
    "start-geopoint": _NO_SPYING,
    "background-geopoint": _NO_SPYING,
    "background-audio": _NO_SPYING,
    "xml-external": f"{NOT_IN_A_CHAT}; có thể dùng tệp .csv",
}
_PROMPT = re.compile(r"^(?:add|q) (.+?)(?: prompt)?$")


def kind_of(written: str) -> str | None:
    """Return the kind of a question's type, however it is spelt; None for what is refused."""
    select = RE_SELECT.search(written)
    if select:
        return SELECTS.get(aliases.select[select["select_command"]])
    prompt = _PROMPT.match(written)
    return KINDS.get(prompt[1] if prompt else written)


def why_not(written: str) -> str:
    """Return why a type cannot be used, in words."""
    if written in aliases.select:
        return "cần kèm tên danh sách, ví dụ: select_one co_khong"
    if written.startswith("select_one_external"):
        return f"{NOT_IN_A_CHAT}; có thể dùng select_one_from_file kèm choice_filter"
    if written in _REFUSED:
        return _REFUSED[written]
    return f"{NOT_IN_A_CHAT}, hoặc viết chưa đúng"
