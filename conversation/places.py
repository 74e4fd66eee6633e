"""Communes by their new names and their old ones, as people type them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from conversation.answers import fold

PROVINCE = "ha nam"
SHORTEST_WITH_TYPO = 5
LONGEST_NAME = 3
_TYPES = {
    "xa": "xã",
    "x": "xã",
    "phuong": "phường",
    "p": "phường",
    "f": "phường",
    "thi tran": "thị trấn",
    "tt": "thị trấn",
}
_DISTRICTS = ("huyen", "h", "thi xa", "tx", "thanh pho", "tp", "quan")


@dataclass(frozen=True, slots=True)
class Commune:
    """A unit of today, by its official code."""

    code: str
    name: str
    type: str

    @property
    def full_name(self) -> str:
        return f"{self.type.capitalize()} {self.name}"


@dataclass(frozen=True, slots=True)
class OldUnit:
    """A unit of before July 2025 and the codes it went to: two where it was split."""

    name: str
    type: str
    district: str
    codes: tuple[str, ...]

    @property
    def full_name(self) -> str:
        return f"{self.type.capitalize()} {self.name}"


@dataclass(frozen=True, slots=True)
class Place:
    """One reading of what was typed: a unit of today, and the old one it was named by, if any."""

    commune: Commune
    old: OldUnit | None = None

    @property
    def code(self) -> str:
        return self.commune.code

    @property
    def split(self) -> bool:
        """Whether the old unit went to two new ones, so that the hamlet decides."""
        return self.old is not None and len(self.old.codes) > 1

    @property
    def label(self) -> str:
        return f"{self.commune.full_name} ({self.old.name} cũ)" if self.old else self.commune.full_name

    @property
    def described(self) -> str:
        """How the reading is read back: `Xã Xuân Khê cũ (huyện Lý Nhân), nay là xã Nhân Hà`."""
        if self.old is None:
            return self.commune.full_name
        before = f"{self.old.full_name} cũ ({_lower_first(self.old.district)})"
        return f"{before}, nay chia về hai nơi" if self.split else f"{before}, nay là {self._now}"

    @property
    def _now(self) -> str:
        return f"{self.commune.type} {self.commune.name}"


@dataclass(frozen=True, slots=True)
class _Named:
    """A name found in a text: the words it stands in, and what kind of unit was said to be meant."""

    name: str
    start: int
    kind: str


class Places:
    """Finds communes; names are indexed once, without diacritics."""

    def __init__(self, communes: Iterable[Commune], old_units: Iterable[OldUnit]) -> None:
        self.by_code = {commune.code: commune for commune in communes}
        self._new: dict[str, list[Commune]] = {}
        self._old: dict[str, list[OldUnit]] = {}
        self._districts: dict[str, list[str]] = {}
        for commune in self.by_code.values():
            self._new.setdefault(fold(commune.name), []).append(commune)
        for unit in old_units:
            self._old.setdefault(fold(unit.name), []).append(unit)
            codes = self._districts.setdefault(_bare(fold(unit.district)), [])
            codes.extend(code for code in unit.codes if code not in codes)
        self._names = frozenset({*self._new, *self._old, *self._districts})

    def name_of(self, code: str) -> str:
        """Return a commune's full name; the code itself where there is none of it."""
        return self.by_code[code].full_name if code in self.by_code else code

    def find(self, text: str) -> tuple[Place, ...]:
        """Return every reading of what was typed, best first; none where no name of the table is in it.

        Bare "Hà Nam" is the former province and names nothing; a district's name stands for its communes.
        """
        words = fold(text).split()
        named = list(self._named(words)) or list(self._misspelt(words))
        communes = [one for one in named if one.kind != "district" and one.name in self._new | self._old]
        said = [one for one in communes if one.kind] or communes
        said = [one for one in said if one.name not in self._districts] or said
        if not said:
            return tuple(place for one in named for place in self._of_district(one))
        districts = {one.name for one in named if one is not said[-1] and one.name in self._districts}
        return self._readings(said[-1], districts)

    def _named(self, words: list[str]) -> Iterator[_Named]:
        """Find the names in the text, the longest first at each place, with the word before that says what they are."""
        at = 0
        while at < len(words):
            for size in range(min(LONGEST_NAME, len(words) - at), 0, -1):
                name = " ".join(words[at : at + size])
                kind = _kind_before(words[:at])
                if name in self._names and not (name == PROVINCE and kind != "phường"):
                    yield _Named(name, at, kind)
                    at += size
                    break
            else:
                at += 1

    def _misspelt(self, words: list[str]) -> Iterator[_Named]:
        for at in range(len(words)):
            for size in range(min(LONGEST_NAME, len(words) - at), 0, -1):
                typed = " ".join(words[at : at + size])
                if len(typed) < SHORTEST_WITH_TYPO or typed == PROVINCE:
                    continue
                for name in sorted(self._names - {PROVINCE}):
                    if Levenshtein.distance(typed, name, score_cutoff=1) <= 1:
                        yield _Named(name, at, _kind_before(words[:at]))

    def _readings(self, named: _Named, districts: set[str]) -> tuple[Place, ...]:
        new = [commune for commune in self._new.get(named.name, ()) if named.kind in ("", commune.type)]
        old = [unit for unit in self._old.get(named.name, ()) if named.kind in ("", unit.type)]
        if not new and not old:
            new, old = list(self._new.get(named.name, ())), list(self._old.get(named.name, ()))
        old = [unit for unit in old if _bare(fold(unit.district)) in districts] or old
        places = [Place(commune) for commune in new]
        known = {commune.code for commune in new}
        for unit in old:
            if not set(unit.codes) <= known:
                places += [Place(self.by_code[code], unit) for code in unit.codes]
        if named.kind == "" and named.name in self._districts and named.name not in districts:
            places += [place for place in self._of_district(named) if place.code not in known]
        return tuple(places)

    def _of_district(self, named: _Named) -> tuple[Place, ...]:
        return tuple(Place(self.by_code[code]) for code in self._districts.get(named.name, ()))


def _kind_before(words: list[str]) -> str:
    """Return what the words before a name say it is: a unit's type, `district`, or nothing."""
    last, last_two = " ".join(words[-1:]), " ".join(words[-2:])
    if last_two in _DISTRICTS or last in _DISTRICTS:
        return "district"
    return _TYPES.get(last_two) or _TYPES.get(last, "")


def _bare(district: str) -> str:
    return next((district[len(word) + 1 :] for word in _DISTRICTS if district.startswith(f"{word} ")), district)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
