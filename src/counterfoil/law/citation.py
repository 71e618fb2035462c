"""A citation of the United States Code as a value: read from many spellings, printed in one.

`8 USC 1253(a)(1)(A)` has a title, a section and a path of subdivisions. A citation knows its parent and
which other citations it covers. Sections of the Immigration and Nationality Act are read through the
table `ina.yaml`, so `INA 243(a)` is `8 USC 1253(a)`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache, total_ordering
from pathlib import Path
from typing import Final

from counterfoil.errors import InputError

TITLES: Final = range(1, 55)
"""The titles of the United States Code."""

_LONGEST: Final = 200  # no citation is longer; caps the work that hostile text can cause
_HOW: Final = "Write one provision such as: 8 USC 1253(a)(1)(A)."

# Titles 18 and 26 print the letters of a section in capitals (1028A, 7213A), other titles in small letters
# (1324d, 552a). These sections of title 18 are the exceptions of the printed Code.
_CAPITAL_TITLES: Final = frozenset({18, 26})
_SMALL_IN_18: Final = frozenset(
    {"175a", "175b", "175c", "2280a", "2281a", *(f"2332{letter}" for letter in "abcdefghi")}
)

_USC: Final = r"(?:u\.?\s*s\.?\s*c(?:ode|\.)?(?:\s*[as]\b\.?)?|(?:of\s+the\s+)?united\s+states\s+code(?:\s+annotated)?)"
_SEC: Final = r"(?:§+|sections?|sects?\.?|secs?\.?|ss?\.?(?=\s*\d))"
_INA: Final = r"(?:\bi\.?\s?n\.?\s?a\b\.?|immigration\s+(?:and|&)\s+nationality\s+act(?:\s+of\s+1952)?(?:\s*\(ina\))?)"
_NUMBER: Final = r"(?P<section>\d{1,5}[a-z]{0,3}(?:-\d{1,3}[a-z]?)?)(?![\w-])"
_STEP: Final = r"(?:\d{1,3}[a-z]?|[a-z]{1,6})"
_LABEL: Final = r"(?:,?\s*(?:sub)?(?:sections?|secs?|paragraphs?|paras?|pars?|clauses?)\b\.?)?"
_PATH: Final = rf"(?P<path>(?:{_LABEL}\s*\(\s*{_STEP}\s*\))*)"
_GAP: Final = r"[\s,]*"
_YEAR: Final = r"(?:\s*\((?:19|20)\d\d\))?"

_FORMS: Final = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"(?:title\s+)?(?P<title>\d{{1,2}}){_GAP}-?{_USC}{_GAP}-?{_SEC}?\s*{_NUMBER}{_PATH}{_YEAR}",
        rf"title\s+(?P<title>\d{{1,2}}){_GAP}(?:{_USC}{_GAP})?{_SEC}\s*{_NUMBER}{_PATH}{_YEAR}",
        rf"(?:{_SEC}\s*)?{_NUMBER}{_PATH}{_GAP}(?:of\s+)?title\s+(?P<title>\d{{1,2}}){_GAP}(?:{_USC})?",
        rf"(?P<ina>{_INA}){_GAP}{_SEC}?\s*{_NUMBER}{_PATH}{_YEAR}",
        rf"(?:{_SEC}\s*)?{_NUMBER}{_PATH}{_GAP}(?:of\s+)?(?:the\s+)?(?P<ina>{_INA})",
        rf"(?:title\s+)?(?P<title>\d{{1,2}}){_GAP}{_USC}",
        r"title\s+(?P<title>\d{1,2})",
        rf"(?P<title>\d{{1,2}})\s*:\s*(?=\d{{3}}){_NUMBER}{_PATH}",  # as court dockets write it: 8:1326
    )
)
_ANYWHERE: Final = tuple(re.compile(rf"(?<![\w.]){form.pattern}", re.ASCII) for form in _FORMS[:5])
_PARTS: Final = (re.compile(r"\d{1,5}[a-z]{0,3}(?:-\d{1,3}[a-z]?)?", re.ASCII), re.compile(_STEP, re.ASCII))
_RANGE: Final = re.compile(r"\d+-\d{2,}")  # 1541-46 is several sections; 2151-1 is one


@total_ordering
@dataclass(frozen=True, slots=True)
class Citation:
    """One provision of the United States Code; a whole title when `section` is empty.

    Equal citations print alike. Ordered by title, section number, then path. Raises InputError when the
    parts cannot be a citation.
    """

    title: int
    section: str = ""
    path: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Put letters into the case of the printed Code, so that equal provisions are equal values."""
        if self.title not in TITLES or (self.path and not self.section):
            raise InputError(f"There is no title {self.title} of the United States Code.", _HOW)
        wrong = [step for step in self.path if not _PARTS[1].fullmatch(step.casefold())]
        if wrong or (self.section and not _PARTS[0].fullmatch(self.section.casefold())):
            raise InputError(f"Not a section of the United States Code: {self.section[:60]!r}.", _HOW)
        object.__setattr__(self, "section", _cased_section(self.title, self.section))
        object.__setattr__(self, "path", _cased_path(self.path))

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Read one citation in any common spelling; the whole text must be the citation.

        Raises InputError for anything else: several provisions, a range, another code, plain words.
        """
        return _parse(text[: _LONGEST + 1])

    def __str__(self) -> str:
        return f"{self.title} USC {self.section}".rstrip() + "".join(f"({step})" for step in self.path)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Citation):
            return NotImplemented
        return _order(self) < _order(other)

    @property
    def parent(self) -> Citation | None:
        """The provision around this one: `8 USC 1253(a)` of `8 USC 1253(a)(1)`; None for a title."""
        if self.path:
            return Citation(self.title, self.section, self.path[:-1])
        return Citation(self.title) if self.section else None

    def covers(self, other: Citation) -> bool:
        """Whether `other` is this provision or lies within it."""
        if self.title != other.title:
            return False
        if not self.section:
            return True
        return self.section == other.section and other.path[: len(self.path)] == self.path


def citations_in(text: str) -> tuple[Citation, ...]:
    """Every provision named anywhere in a text, each once, in the order of appearance. Never raises."""
    low = _normal(text[:20_000])
    found: dict[int, tuple[int, Citation]] = {}
    for form in _ANYWHERE:
        for match in form.finditer(low):
            if any(start < match.end() and match.start() < end for start, (end, _) in found.items()):
                continue
            try:
                found[match.start()] = (match.end(), _of(match))
            except InputError:
                continue
    return tuple(dict.fromkeys(citation for _, (_, citation) in sorted(found.items())))


@lru_cache(maxsize=4096)
def _parse(text: str) -> Citation:
    low = _normal(text)
    if len(text) > _LONGEST:
        raise InputError("The citation is longer than any provision of the United States Code.", _HOW)
    for form in _FORMS:
        match = form.fullmatch(low)
        if match:
            return _of(match)
    raise InputError(f"Not a citation of one provision of the United States Code: {text.strip()[:60]!r}.", _HOW)


def _normal(text: str) -> str:
    low = unicodedata.normalize("NFKC", text).casefold()
    low = re.sub(r"[‐‑‒–—−]", "-", low)
    return re.sub(r"\s+", " ", low).strip(" \t.,;:")


def _of(match: re.Match[str]) -> Citation:
    groups = match.groupdict()
    section = groups.get("section") or ""
    path = tuple(re.findall(rf"\(\s*({_STEP})\s*\)", groups.get("path") or ""))
    if _RANGE.fullmatch(section):
        raise InputError(f"Sections {section} are several provisions.", _HOW)
    if not groups.get("ina"):
        return Citation(int(groups["title"]), section, path)
    known = ina_sections()
    if section not in known:
        raise InputError(f"Section {section} of the Immigration and Nationality Act is not in the table.", _HOW)
    return Citation(8, known[section], path)


@lru_cache(maxsize=1)
def ina_sections() -> dict[str, str]:
    """Sections of the Immigration and Nationality Act (small letters) and their sections of 8 USC."""
    import yaml

    text = (Path(__file__).parent / "ina.yaml").read_text(encoding="utf-8")
    table: dict[str, str] = yaml.load(text, Loader=yaml.CSafeLoader)["sections"]
    return {key.casefold(): value for key, value in table.items()}


def _cased_section(title: int, section: str) -> str:
    small = section.casefold()
    capital = title in _CAPITAL_TITLES and small not in _SMALL_IN_18
    return small.upper() if capital else small


def _cased_path(path: tuple[str, ...]) -> tuple[str, ...]:
    """Levels of the Code: (a) (1) (A) (i) (I) (aa) (AA). Case alone never tells two provisions apart."""
    cased: list[str] = []
    for step in path:
        before = cased[-1] if cased else ""
        small = not before or (before[0].isalpha() and before.isupper())
        cased.append(step.casefold() if small and step[:1].isalpha() else step.upper())
    return tuple(cased)


def _order(citation: Citation) -> tuple[object, ...]:
    digits = re.match(r"\d*", citation.section)
    number = int(digits[0]) if digits and digits[0] else 0
    steps = tuple(
        (0, int(re.match(r"\d+", step)[0]), step) if step[0].isdigit() else (1, 0, step)  # type: ignore[index]
        for step in citation.path
    )
    return (citation.title, number, citation.section, steps)
