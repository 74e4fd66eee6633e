"""The parameters of a question: `start=1 end=10`, `randomize=true seed=${so}`, `value=ma label=ten`."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pyxform import constants

from content.mistakes import Mistake
from content.workbook import Line

RANGE = {"start": "1", "end": "10", "step": "1"}
_PARAMETER = re.compile(r"([^\s=,;]+)\s*=\s*([^\s=,;]+)")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
_TRUTH = {"true", "false"}
_WHOLE = ("rows", "max-pixels", "capture-accuracy", "warning-accuracy")
# What ODK takes with each kind; it takes anything with the others.
_TAKEN = {
    "text": constants.ParametersText,
    "image": constants.ParametersImage,
    "audio": constants.ParametersAudio,
    "geopoint": constants.ParametersGeoPoint,
    "range": constants.ParametersRange,
    "audit": constants.ParametersAudit,
    **dict.fromkeys(("select_one", "select_multiple", "rank"), constants.ParametersSelect),
}


def read_parameters(line: Line, kind: str, mistakes: list[Mistake]) -> dict[str, str]:
    """Return the parameters of a row by name, a range's limits filled in; `seed` is as it is written."""
    cell = line["parameters"]
    from_file = "from_file" in line["type"] or "from file" in line["type"]
    given = {name.lower(): value for name, value in _PARAMETER.findall(cell)}
    if kind == "range":
        given = RANGE | given
    if re.sub(r"[\s,;]+", "", _PARAMETER.sub("", cell)):
        mistakes.append(line.mistake("parameters", "mỗi tham số viết dạng tên=giá trị, ví dụ: start=1 end=5"))
    else:
        mistakes += (line.mistake("parameters", message) for message in _wrong(given, kind, from_file))
    return _upwards(given) if kind == "range" else given


def _upwards(given: Mapping[str, str]) -> dict[str, str]:
    """Return a range's parameters from its lowest mark up: ODK takes a scale that runs down as well."""
    if any(_wrong_range(given)):
        return {**given, **RANGE}
    start, end, step = (Decimal(given[name]) for name in RANGE)
    step = abs(step)
    if end < start:
        start, end = start - (start - end) // step * step, start
    return {**given, "start": str(start), "end": str(end), "step": str(step)}


def _wrong(given: Mapping[str, str], kind: str, from_file: bool) -> Iterator[str]:
    taken = constants.ParametersSelectFromFile if from_file else _TAKEN.get(kind)
    names = [one.value for one in taken] if taken else list(given)
    for name in given:
        if name not in names:
            yield f"loại câu này không có tham số «{name}», chỉ có: {', '.join(names)}"
    if kind == "range":
        yield from _wrong_range(given)
    if "randomize" in given and given["randomize"].lower() not in _TRUTH:
        yield "randomize phải là true hoặc false"
    for name in _WHOLE:
        if not re.fullmatch(r"\d{1,9}", given.get(name, "1")):
            yield f"{name} phải là một số"
    seed = given.get("seed", "")
    if seed and "randomize" not in given:
        yield "seed chỉ dùng kèm randomize=true"
    if seed and not seed.startswith("${") and not _NUMBER.fullmatch(seed):
        yield "seed phải là một số hay tên một câu hỏi, ví dụ: seed=${so_phieu}"


def _wrong_range(given: Mapping[str, str]) -> Iterator[str]:
    limits = [given[name] for name in RANGE]
    if not all(map(_NUMBER.fullmatch, limits)):
        yield "start, end, step phải là số, ví dụ: start=1 end=10 step=1"
        return
    start, end, step = map(Decimal, limits)
    if not 0 < abs(step) <= abs(end - start):
        yield "start và end phải khác nhau, step khác 0 và không quá khoảng từ start đến end"
