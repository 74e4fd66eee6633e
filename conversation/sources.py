"""The words that tell where people came from: each way of making something known carries its own."""

from collections.abc import Mapping

SOURCES: Mapping[str, str] = {
    "apphich": "Áp phích",
    "sms": "Tin nhắn SMS",
    "loa": "Loa truyền thanh",
    "bai": "Bài đăng trong nhóm",
}
