"""The taxable period or periods of a request, 26 USC 6103(i)(2)(B)(ii): explicit years, however separated."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from counterfoil.examination.texts import fold, says_nothing

FIRST_INCOME_TAX: Final = 1913
_TOKEN: Final = re.compile(
    r"(?P<year>(?<![0-9])[1-9][0-9]{3}(?:\.0+)?(?!\.?[0-9]))|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<word>[^\W\d_]+)"
    r"|(?P<dash>\.\.+|-|~)|(?P<separator>[,;/&|+\s.:()\[\]{}#\"'])|(?P<other>.)"
)
_FILLERS: Final = frozenset(
    [
        "tax",
        "taxable",
        "year",
        "years",
        "period",
        "periods",
        "ty",
        "tys",
        "cy",
        "calendar",
        "and",
        "form",
        "return",
        "returns",
        "for",
        "y",
        "e",
        "al",
        "ano",
        "anos",
        "of",
        "the",
    ]
)
_GLUED: Final = re.compile(r"(?!(?:ty|cy|fy|[tcf]ax|year|yr)?[0-9]{4}s?\b)(?:[0-9]+[a-z]|[a-z]+[0-9])")
_SPAN: Final = frozenset(["to", "through", "thru", "till", "until", "bis"])
_OPEN: Final = frozenset(
    [
        "from",
        "since",
        "after",
        "before",
        "onward",
        "onwards",
        "on",
        "forward",
        "later",
        "earlier",
        "prior",
        "present",
        "now",
        "current",
        "date",
        "today",
    ]
)


class Period(NamedTuple):
    """What a cell of tax years says: the years in order, each once, and what is wrong with the text.

    `problem` is "missing", "vague", "malformed" or "" ; the years that could be read are kept in any case.
    """

    years: tuple[int, ...]
    problem: str
    shown: str = ""  # the part that is wrong, for the finding


def years_of(text: str) -> tuple[int, ...]:
    """The tax years that a request names, ascending, each once; () where the text names none safely."""
    period = read_period(text)
    return period.years if not period.problem else ()


@lru_cache(maxsize=16384)
def read_period(text: str) -> Period:
    """Read the cell `tax_years`: "2022 2023", "2022, 2023", "2020-2022", "tax years 2021 and 2022"."""
    low = fold(text).replace("ñ", "n")
    if says_nothing(low):
        return Period((), "missing")
    if len(low) > 400:
        return Period((), "malformed")
    if re.search(r"[0-9]\s*\+(?!\s*[0-9])", low):
        return Period(_years_in(low), "vague", "+")
    if any(_GLUED.match(word) for word in re.findall(r"[a-z0-9]+", low)):
        return Period(_years_in(low), "malformed", low)
    tokens = [(str(m.lastgroup), m[0]) for m in _TOKEN.finditer(low)]
    tokens = [token for token in tokens if token[0] != "separator"]
    return _parsed(tokens)


def _parsed(tokens: list[tuple[str, str]]) -> Period:
    years: list[int] = []
    problem, shown = "", ""
    spanning = False
    for place, (kind, text) in enumerate(tokens):
        if kind == "year" and int(text[:4]) < FIRST_INCOME_TAX:
            problem, shown = problem or "malformed", shown or text
        elif kind == "year":
            year = int(text[:4])
            if spanning:
                if not years or year < years[-1]:
                    problem, shown = problem or "malformed", shown or text
                else:
                    years.extend(range(years[-1] + 1, year + 1))
            years.append(year)
            spanning = False
        elif (kind == "dash" or text in _SPAN) and _between_years(tokens, place):
            spanning = True
        elif kind == "dash" and place + 1 < len(tokens) and tokens[place + 1][0] == "number":
            continue  # "2022-23", "2022-01-01": the number tells what is wrong
        elif text not in _FILLERS:
            problem, shown = _worse(problem, shown, kind, text, years)
    found = tuple(sorted(set(years)))
    if not found and not problem:
        return Period((), "vague")
    return Period(found, problem, shown[:20])


def _between_years(tokens: list[tuple[str, str]], place: int) -> bool:
    return 0 < place < len(tokens) - 1 and tokens[place - 1][0] == "year" and tokens[place + 1][0] == "year"


def _worse(problem: str, shown: str, kind: str, text: str, years: list[int]) -> tuple[str, str]:
    """Words make a period vague (an open end, "all", "current"); stray digits and signs make it malformed."""
    if kind in ("word", "dash") and (kind == "word" or years):
        return ("vague", text) if not problem or problem == "vague" else (problem, shown)
    return ("malformed", text) if problem != "vague" else (problem, shown)


def _years_in(low: str) -> tuple[int, ...]:
    return tuple(sorted({int(year) for year in re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", low)}))
