"""Reads and checks the tables of places and trades."""

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from content.errors import ContentError
from conversation.places import Commune, OldUnit, Places

COMMUNE_FIELDS = ("code", "name", "type")
OLD_UNIT_FIELDS = ("name", "type", "district", "extent", "code")
TRADE_FIELDS = ("name", "label", "vsic_version", "vsic_code")
TYPES = {"xã", "phường", "thị trấn"}
LABEL_LENGTH = 42


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade by a short code; its VSIC code carries the version it belongs to, both empty where not settled."""

    name: str
    label: str
    vsic_version: str
    vsic_code: str


def read_places(folder: Path) -> Places:
    """Read `communes.csv` and `old_units.csv`; raises ContentError at the first mistake."""
    file = folder / "communes.csv"
    communes: dict[str, Commune] = {}
    for line, row in _rows(file, COMMUNE_FIELDS):
        if row["code"] in communes or not row["code"].isdigit():
            raise ContentError(file, line, f"mã «{row['code']}» bị trùng hoặc không phải số")
        if row["type"] not in TYPES or not row["name"]:
            raise ContentError(file, line, "cần tên và loại (xã, phường) của đơn vị")
        communes[row["code"]] = Commune(**row)
    return Places(communes.values(), _old_units(folder / "old_units.csv", communes))


def _old_units(file: Path, communes: dict[str, Commune]) -> list[OldUnit]:
    """Read the old units; one that was split has a row of extent `part` for each unit it went to."""
    codes: dict[tuple[str, str, str], list[str]] = {}
    for line, row in _rows(file, OLD_UNIT_FIELDS):
        if row["code"] not in communes:
            raise ContentError(file, line, f"mã «{row['code']}» không có trong communes.csv")
        if row["extent"] not in {"whole", "part"} or row["type"] not in TYPES:
            raise ContentError(file, line, "«extent» là whole hoặc part; «type» là xã, phường hoặc thị trấn")
        known = codes.setdefault((row["name"], row["type"], row["district"]), [])
        if known and row["extent"] == "whole":
            raise ContentError(file, line, f"«{row['name']}» đã đi trọn về nơi khác")
        known.append(row["code"])
    return [OldUnit(*unit, tuple(went_to)) for unit, went_to in codes.items()]


def read_trades(file: Path) -> tuple[Trade, ...]:
    """Read the trades in the order they are offered; raises ContentError at the first mistake."""
    trades: dict[str, Trade] = {}
    for line, row in _rows(file, TRADE_FIELDS):
        if row["name"] in trades or not row["name"].isidentifier():
            raise ContentError(file, line, f"mã nghề «{row['name']}» bị trùng hoặc có dấu cách, dấu câu")
        if not 0 < len(row["label"]) <= LABEL_LENGTH:
            raise ContentError(file, line, f"nhãn dài từ 1 đến {LABEL_LENGTH} chữ")
        if bool(row["vsic_version"]) != bool(row["vsic_code"]):
            raise ContentError(file, line, "mã VSIC đi cùng phiên bản của nó")
        trades[row["name"]] = Trade(**row)
    return tuple(trades.values())


def _rows(file: Path, fields: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the table's rows with their line numbers, having checked its header and its spelling."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        if tuple(rows.fieldnames or ()) != fields:
            raise ContentError(file, 1, f"dòng đầu phải là: {','.join(fields)}")
        for row in rows:
            if None in row or None in row.values():
                raise ContentError(file, rows.line_num, f"cần đúng {len(fields)} cột")
            if any(unicodedata.normalize("NFC", cell) != cell or cell != cell.strip() for cell in row.values()):
                raise ContentError(file, rows.line_num, "chữ phải theo Unicode dựng sẵn (NFC), không thừa dấu cách")
            yield rows.line_num, row
