"""The notice that every answer carries: what it is, who may read it, and what it may not be used for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from counterfoil.request import Manifest

MEANING = {
    "CONFIRMED": (
        "the address that the request set forth was on file for the person in a tax year that the request named."
    ),
    "NO_CONFIRMATION": "no confirmation is given; nothing follows from it.",
    "REFUSED": "the request lacks something that the law or the agreement asks for.",
    "HELD": "a court order or a safeguard requirement stops the answer.",
}


def letter_notice(at: datetime) -> dict[str, object]:
    """The notice of a letter in which no request was answered: no record was opened for it."""
    return {
        "point_in_time": at.isoformat(timespec="seconds"),
        "authority": "26 USC 6103(i)(2)",
        "meaning": " ".join(f"{name}: {MEANING[name]}" for name in ("REFUSED", "HELD")),
        "limits": (
            "No record of the custodian was opened for these requests. Nothing here says whether the custodian has a "
            "record of anyone."
        ),
    }


def notice(manifest: Manifest, at: datetime, statutes: Sequence[str], years: Sequence[str]) -> dict[str, object]:
    """The notice for one batch, answered at `at`; `statutes` and `years` are those the requests named."""
    return {
        "point_in_time": at.isoformat(timespec="seconds"),
        "authority": "26 USC 6103(i)(2)",
        "statutes": list(statutes),
        "tax_years": list(years),
        "readers": [f"{entry.name}, {entry.title}, {entry.agency}" for entry in manifest.roster],
        "meaning": " ".join(f"{name}: {text}" for name, text in MEANING.items()),
        "sole_use": (
            "Solely for the use of the officers and employees named here, who are personally and directly engaged in "
            "the matter, in preparation for a proceeding, an investigation which may result in one, or a grand jury "
            "proceeding, to enforce the Federal criminal statute named (26 USC 6103(i)(2)(A))."
        ),
        "limits": (
            "This answer speaks of the custodian's records at the time stated. It is not evidence of residence and is "
            "not to be used alone for an adverse action."
        ),
        "safeguards": (
            "26 USC 6103(p)(4) applies: keep a record of this disclosure, store it in a secure place, and on "
            "completion return it or make it undisclosable. 26 USC 7213, 7213A and 7431 apply to unauthorised "
            "inspection and disclosure."
        ),
    }
