"""What two establishments share that may be one: keys to find them by, and reasons to think so."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from conversation.answers import fold

# What a business is called besides its name, folded; taken off the front as often as it stands there.
_KINDS = sorted(
    (
        *("co so", "co so san xuat", "ho kinh doanh", "ho san xuat", "ho", "hkd", "ho gia dinh", "ho ca the", "csxs"),
        *("hop tac xa", "htx", "to hop tac", "tht", "to san xuat", "xuong", "xuong san xuat", "lang nghe", "nha"),
        *("cong ty", "cty", "cong ty tnhh", "cong ty co phan", "ctcp", "cong ty cp", "tnhh", "mtv", "mot thanh vien"),
        *("dntn", "doanh nghiep tu nhan", "doanh nghiep", "dn", "chi nhanh", "tu nhan", "co phan", "cp", "cssx"),
        *("san xuat", "sx", "kinh doanh", "kd", "thuong mai", "tm", "dich vu", "dv", "va", "ong", "ba", "anh", "chi"),
    ),
    key=len,
    reverse=True,
)
_KINDS_BEFORE = re.compile(rf"^(?:(?:{'|'.join(_KINDS)}) )+")
_NUMBERS = re.compile(r"\d+")
_END = 6
NEAR = 88
REASONS: Mapping[str, int] = {"tax": 60, "phone": 50, "name": 40, "near": 25}


@dataclass(frozen=True, slots=True)
class Likeness:
    """An establishment as far as it may be like another; `core` is its name's own words, without tones and kinds."""

    commune: str
    core: str
    phones: frozenset[str]
    tax_code: str

    @classmethod
    def of(cls, facts: Mapping[str, str]) -> "Likeness":
        phones = {facts.get("phone", ""), *facts.get("other_phones", "").split()} - {""}
        name = core_of(facts.get("business_name", ""))
        return cls(facts.get("commune", ""), name, frozenset(phones), facts.get("tax_code", "")[:10])

    def keys(self) -> frozenset[str]:
        """Return what to find those like it by: a few short texts."""
        return frozenset(self._keys())

    def _keys(self) -> Iterator[str]:
        yield from (f"p:{phone}" for phone in self.phones)
        if self.tax_code:
            yield f"t:{self.tax_code}"
        letters = self.core.replace(" ", "")
        if self.commune and letters:
            yield f"n:{self.commune}:{' '.join(sorted(self.core.split()))}"
        if self.commune and len(letters) > _END:
            yield f"a:{self.commune}:{letters[:_END]}"
            yield f"z:{self.commune}:{letters[-_END:]}"

    def reasons(self, other: "Likeness") -> dict[str, str]:
        """Return why both may be one, each with what they share; nothing where they are surely two."""
        found: dict[str, str] = {}
        if self.phones & other.phones:
            found["phone"] = min(self.phones & other.phones)
        if self.tax_code and self.tax_code == other.tax_code:
            found["tax"] = self.tax_code
        elif self.tax_code and other.tax_code and not found:
            return {}
        if self.core and self.commune and self.commune == other.commune:
            found |= self._alike(other)
        return found

    def _alike(self, other: "Likeness") -> dict[str, str]:
        if sorted(self.core.split()) == sorted(other.core.split()):
            return {"name": self.core}
        ratio = round(fuzz.ratio(self.core, other.core))
        same_numbers = _NUMBERS.findall(self.core) == _NUMBERS.findall(other.core)
        return {"near": str(ratio)} if ratio >= NEAR and same_numbers else {}


def core_of(name: str) -> str:
    """Return a name's own words: "Công ty TNHH Mộc Lan" → "moc lan"; the last one stays, whatever it is."""
    return _KINDS_BEFORE.sub("", fold(name), count=1)


def score(reasons: Mapping[str, str]) -> int:
    """Return how sure two are one, up to 100."""
    return min(100, sum(REASONS[reason] for reason in reasons))
