"""Who may show fields of the ledger to someone outside: one officer, or two different ones where a field is personal.

One rule for every way out of the ledger: showing such a field is a disclosure (26 USC 6103(b)(8)), as an answer is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from counterfoil.cases.office import Office
from counterfoil.cases.people import find_officer
from counterfoil.cases.redaction.plan import PLAIN
from counterfoil.errors import InputError, NotAllowedError
from counterfoil.office import models


def personal_of(fields: Iterable[str]) -> tuple[str, ...]:
    """Those of the fields that say something about a person: all but the few that are known not to."""
    return tuple(sorted({name for name in fields if name not in PLAIN}))


def who_shows(office: Office, officer_ids: Sequence[str], fields: Iterable[str], what: str) -> list[models.Officer]:
    """The different officers who show these fields by `what` ("The release").

    Raises InputError where nobody is named, NotFoundError where one is not known, NotAllowedError where a field is
    personal and fewer than two different officers show it.
    """
    officers = [find_officer(office, officer_id) for officer_id in dict.fromkeys(filter(None, officer_ids))]
    if not officers:
        raise InputError(f"{what} needs the officer who makes it.", "Name one with --as.")
    personal = personal_of(fields)
    if personal and len({officer.id for officer in officers}) < 2:
        raise NotAllowedError(
            f"{what} would show personal fields ({', '.join(personal)}): two different officers must make it.",
            "Name a second one with another --as, or keep these fields back.",
        )
    return officers


def signed_by(office: Office, officers: Sequence[models.Officer]) -> dict[str, str]:
    """The public fields of an entry by which these officers stand for what it records."""
    by = {"by": office.pseudonym(officers[0].id)}
    return {**by, "officer": office.pseudonym(officers[1].id)} if len(officers) > 1 else by
