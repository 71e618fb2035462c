"""The columns of a registry file: found however they are spelt, and none passed over in silence.

A column that is not known is left out, and named. One that may be a hold under another name refuses the file, unless
whoever loads it names the column as one to be left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from counterfoil.errors import InputError
from counterfoil.verification.loading.row import COLUMNS, REQUIRED

_LONGEST = 40
_HOLDS = ("hold", "held", "protect", "informant", "impair", "confiden", "witness", "sensitiv", "restrict", "suppress",
          "seal", "secre", "flag", "blocked", "do_not", "disclos", "vip", "coop", "release", "undercover", "privileg",
          "redact", "6103", "exempt", "exclu", "safe")  # fmt: skip
"""In the name of a column that may say that somebody is held back, 26 USC 6103(i)(6)."""
_HOLD_WORDS = re.compile(r"(?<![a-z])(?:lock|ci(?![a-z]))")  # neither a block nor a city
_KNOWN = "A registry file has the columns " + ", ".join(REQUIRED) + " and, if wanted, hold"


def normal(name: str) -> str:
    """A column's name as it is compared: in lower case, with _ for blanks and hyphens, without any around it."""
    return re.sub(r"[\s_-]+", "_", name.strip("\ufeff \t\r\n").lower()).strip("_")


def places_of(names: Sequence[str]) -> list[int]:
    """Where each of COLUMNS stands, -1 for one that is not there."""
    plain = [normal(name) for name in names]
    return [plain.index(name) if name in plain else -1 for name in COLUMNS]


def check(label: str, names: Sequence[str], ignored: Collection[str] = ()) -> tuple[str, ...]:
    """The names of the columns that are left out, as `ignored` says; InputError for a header that cannot serve.

    A column is missing, stands there twice, or may be a hold and is not in `ignored`.
    """
    plain = [normal(name) for name in names]
    missing = [name for name in REQUIRED if name not in plain]
    if missing:
        raise InputError(
            f"{label} lacks the columns {', '.join(missing)}.",
            f"{_KNOWN}. What only the name of a folder says (tax_year=2023) is not read: it must be in the file.",
        )
    double = sorted({name for name in plain if name in COLUMNS and plain.count(name) > 1})
    if double:
        raise InputError(f"{label} has the column {', '.join(double)} twice.", "Keep one of them.")
    left_out = {normal(name) for name in ignored}
    other = [(_shown(name), folded) for name, folded in zip(names, plain, strict=True) if folded not in COLUMNS]
    holds = [shown for shown, folded in other if folded not in left_out and _may_hold(folded)]
    if holds:
        raise may_say_hold(label, holds)
    return tuple(shown for shown, _ in other)


def watched(names: Sequence[str], ignored: Collection[str] = ()) -> tuple[int, ...]:
    """Where the columns stand that are left out and were not named in `ignored`: their values may say a hold."""
    left_out = {*COLUMNS, *(normal(name) for name in ignored)}
    return tuple(at for at, name in enumerate(names) if normal(name) not in left_out)


def may_say_hold(label: str, columns: Sequence[str]) -> InputError:
    """What is said of columns that are not known and, by name or value, may be a hold."""
    return InputError(
        f"{label} has columns that are not known and may say a hold: {', '.join(map(_shown, columns))}. "
        "Nothing was loaded.",
        f"{_KNOWN}. Name a hold's column `hold`; leave others out with `--ignore-column NAME`.",
    )


def _may_hold(folded: str) -> bool:
    return any(sign in folded for sign in _HOLDS) or _HOLD_WORDS.search(folded) is not None


def _shown(name: str) -> str:
    """A name as it may be repeated: printable and short."""
    plain = "".join(letter if letter.isprintable() else " " for letter in name).strip()
    return plain[:_LONGEST] or '""'
