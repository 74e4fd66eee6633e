"""Communes by their new names and their old ones, as people type them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from conversation.answers import fold

PROVINCE = "ha nam"
LONGEST_ADDRESS = 200
LONGEST_NAME = 3
SHORTEST_WITH_SLIP = 5
_UNITS = ("xã", "phường", "thị trấn")
_DISTRICTS = ("huyen", "h", "thi xa", "tx", "t x", "thanh pho", "tp", "t p", "quan")
_KINDS = {
    **dict.fromkeys(("xa", "x"), "xã"),
    **dict.fromkeys(("phuong", "p", "f"), "phường"),
    **dict.fromkeys(("thi tran", "tt", "t t"), "thị trấn"),
    **dict.fromkeys(_DISTRICTS, "district"),
    # What lies in a unit or beside it is often named after it, or after another one.
    **dict.fromkeys(("thon", "xom", "to", "to dan pho", "tdp", "doi", "khu", "khu pho", "lang"), "beside"),
    **dict.fromkeys(("cong nghiep", "kcn", "ccn", "cho", "cau", "gan", "canh"), "beside"),
    **dict.fromkeys(("duong", "pho"), "elsewhere"),
}
_OR = (["hay"], ["hoac"])
_AFTER_A_NAME = {word for said in _KINDS for word in said.split()}
_AFTER_A_NAME |= {"cu", "moi", "a", "ah", "nhe", "tinh", "ninh", "binh"}


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
    """One reading of what was typed: a unit of today, and the old one it was named by, if any.

    Not `sure` where a slip was put right or the name was that of something nearby: to be asked back.
    """

    commune: Commune
    old: OldUnit | None = None
    sure: bool = True

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
    """A name found in a text: the words it spans, and what the word before says it is."""

    name: str
    start: int
    end: int
    kind: str
    spelt: bool = True


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
        names = sorted({*self._new, *self._old, *self._districts})
        self._spelt = {spelling: name for name in names for spelling in (name.replace(" ", ""), name)}
        self._long: dict[int, list[str]] = {}
        for name in names:
            if len(name.replace(" ", "")) >= SHORTEST_WITH_SLIP and name != PROVINCE:
                self._long.setdefault(len(name.split()), []).append(name)

    def name_of(self, code: str) -> str:
        """Return a commune's full name; the code itself where there is none of it."""
        return self.by_code[code].full_name if code in self.by_code else code

    def find(self, text: str) -> tuple[Place, ...]:
        """Return every reading of what was typed, best first; none where no name of the table is in it.

        Bare "Hà Nam" is the former province and names nothing, nor does a street; a district's name stands for its
        communes. One slip is put right where the name would stand in an address. No more than 200 characters are read.
        """
        words = fold(text)[:LONGEST_ADDRESS].split()
        spelt = list(self._named(words))
        named = [one for one in spelt if one.kind != "elsewhere"]
        if all(map(self._is_district, named)):
            named += self._misspelt(words, spelt)
        districts = {one.name for one in named if self._is_district(one)}
        units = [one for one in named if not self._is_district(one)]
        if not units:
            return _joined([self._district(one) for one in named])
        said = [one for one in units if one.kind in _UNITS] or [one for one in units if not one.kind] or units
        return _settled([self._units(one, districts) for one in said])

    def _is_district(self, named: _Named) -> bool:
        """Whether a name may mean a whole district: it is one's, and no word says that a commune is meant."""
        return named.name in self._districts and named.kind not in _UNITS

    def _named(self, words: list[str]) -> Iterator[_Named]:
        """Find the names in the text, the longest first at each place; after "hay" one is of the kind before it."""
        at, last = 0, ""
        while at < len(words):
            for end in range(min(at + LONGEST_NAME, len(words)), at, -1):
                name = self._spelt.get(" ".join(words[at:end]))
                kind = _kind(name, words[:at], last) if name else ""
                if name and (" " in name or len(words) == 1 or kind in _UNITS):  # one syllable may be any word: "quê"
                    yield _Named(name, at, end, kind)
                    at, last = end, kind
                    break
            else:
                at += 1

    def _misspelt(self, words: list[str], spelt: list[_Named]) -> list[_Named]:
        """Find names with one letter too many, missing or wrong, or two swapped, in the words not yet understood.

        They stand after a unit's type or at the end of an address, lest "thành lập" become Thanh Lâm; beside a
        district's name only units in it count.
        """
        left = [*words]
        for one in spelt:
            left[one.start : one.end] = [""] * (one.end - one.start)
        ends = max((at + 1 for at, word in enumerate(left) if word and word not in _AFTER_A_NAME), default=0)
        found = []
        for size, names in self._long.items():
            for end in range(size, len(left) + 1):
                kind = _kind("", words[: end - size])
                if kind in _UNITS or (kind != "elsewhere" and end >= ends):
                    typed = " ".join(left[end - size : end])
                    alike = process.extract(typed, names, scorer=OSA.distance, score_cutoff=1, limit=None)
                    found += [_Named(name, end - size, end, kind, spelt=False) for name, *_ in alike]
        districts = {one.name for one in spelt if self._is_district(one)}
        codes = {code for district in districts for code in self._districts[district]}
        return [one for one in found if not codes or codes & _codes(self._units(one, districts))]

    def _units(self, named: _Named, districts: set[str]) -> list[Place]:
        """Return the communes of a name, new and old; of several old units of that name those in a district named."""
        new, old = self._new.get(named.name, []), self._old.get(named.name, [])
        if named.kind in {unit.type for unit in new} | {unit.type for unit in old}:
            new = [unit for unit in new if unit.type == named.kind]
            old = [unit for unit in old if unit.type == named.kind]
        old = [unit for unit in old if _bare(fold(unit.district)) in districts] or old
        sure = named.spelt and named.kind != "beside"
        places = [Place(commune, None, sure) for commune in new]
        renamed = [unit for unit in old if not _codes(places).issuperset(unit.codes)]
        return places + [Place(self.by_code[code], unit, sure) for unit in renamed for code in unit.codes]

    def _district(self, named: _Named) -> list[Place]:
        """Return the communes of a district, first the one of its name unless the district was said."""
        first = [] if named.kind == "district" else self._new.get(named.name, [])
        return [Place(commune) for commune in (*first, *(self.by_code[code] for code in self._districts[named.name]))]


def _settled(readings: list[list[Place]]) -> tuple[Place, ...]:
    """Join the readings of several names, unless one is the new name of what all the others became."""
    new = [place for places in readings for place in places if place.old is None]
    settled = [place for place in new if all(place.code in _codes(places) for places in readings)]
    return _joined([settled] if settled and len(readings) > 1 else readings)


def _joined(readings: list[list[Place]]) -> tuple[Place, ...]:
    by_code: dict[str, Place] = {}
    for places in readings:
        for place in places:
            by_code.setdefault(place.code, place)
    return tuple(by_code.values())


def _codes(places: list[Place]) -> set[str]:
    return {place.code for place in places}


def _kind(name: str, words: list[str], last: str = "") -> str:
    """Return what the words before a name say it is: a unit's type, `district`, `beside`, `elsewhere` or nothing."""
    kind = (
        last
        if words[-1:] in _OR
        else next((_KINDS[said] for size in (3, 2, 1) if (said := " ".join(words[-size:])) in _KINDS), "")
    )
    return "elsewhere" if name == PROVINCE and kind != "phường" else kind


def _bare(district: str) -> str:
    return next((district.removeprefix(f"{word} ") for word in _DISTRICTS if district.startswith(f"{word} ")), district)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
