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
COMMUNES = 33
LABEL_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade by a short code; its VSIC code carries the version it belongs to, both empty where not settled."""

    name: str
    label: str
    vsic_version: str
    vsic_code: str


def read_places(folder: Path) -> Places:
    """Read `communes.csv` and `old_units.csv`; raises ContentError at the first mistake.

    The communes are the 33 of Nghị quyết 1674/NQ-UBTVQH15 in what was Hà Nam.
    """
    file = folder / "communes.csv"
    communes: dict[str, Commune] = {}
    for line, row in _rows(file, COMMUNE_FIELDS):
        if row["code"] in communes or not row["code"].isdigit():
            raise ContentError(file, line, f"mã «{row['code']}» bị trùng hoặc không phải số")
        if row["type"] not in TYPES or not row["name"]:
            raise ContentError(file, line, "cần tên và loại (xã, phường) của đơn vị")
        communes[row["code"]] = Commune(**row)
    if len(communes) != COMMUNES:
        raise ContentError(file, len(communes) + 1, f"có {len(communes)} xã, phường; phải đủ {COMMUNES}")
    return Places(communes.values(), _old_units(folder / "old_units.csv", communes))


def _old_units(file: Path, communes: dict[str, Commune]) -> list[OldUnit]:
    """Read the old units; one that was split has a row of extent `part` for each unit it went to."""
    units: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    lines: dict[tuple[str, str, str], int] = {}
    for line, row in _rows(file, OLD_UNIT_FIELDS):
        if row["code"] not in communes:
            raise ContentError(file, line, f"mã «{row['code']}» không có trong communes.csv")
        if row["extent"] not in {"whole", "part"} or row["type"] not in TYPES or not row["name"]:
            raise ContentError(file, line, "«extent» là whole hoặc part; «type» là xã, phường hoặc thị trấn")
        unit = (row["name"], row["type"], row["district"])
        units.setdefault(unit, []).append((row["extent"], row["code"]))
        lines[unit] = line
    for unit, went in units.items():
        if {extent for extent, _ in went} != {"whole" if len(went) == 1 else "part"} or len(set(went)) < len(went):
            raise ContentError(file, lines[unit], f"«{unit[0]}»: một dòng whole, hoặc mỗi nơi mới một dòng part")
    return [OldUnit(*unit, tuple(code for _, code in went)) for unit, went in units.items()]


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
