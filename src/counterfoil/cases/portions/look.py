"""Look a portion of a batch up: open its requests, ask the registry, give back the positions it confirms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from counterfoil.cases.portions.stored import Sealing, Stored, requests_of
from counterfoil.examination import tax_years
from counterfoil.request.model import Request
from counterfoil.verification import Question, ask_portion


def look_up(generation: Path, sealing: Sealing, first: int, portion: list[Stored]) -> tuple[list[int], int]:
    """The positions confirmed, and how many look-ups that were."""
    return ask_portion(generation, questions(sealing, first, portion))


def questions(sealing: Sealing, first: int, portion: list[Stored]) -> Iterator[Question]:
    """The requests as the registry is asked them."""
    return map(question_of, requests_of(sealing, first, portion))


def question_of(request: Request) -> Question:
    """A request as the registry is asked it."""
    return Question(
        position=request.position,
        name=request.name,
        address=request.address,
        years=frozenset(tax_years(request.tax_years)),
        date_of_birth=request.date_of_birth.strip(),
        tin=request.tin.strip(),
    )
