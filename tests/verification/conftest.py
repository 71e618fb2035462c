"""Small registries, written as a custodian would: CSV files by the published columns."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from counterfoil import address, person
from counterfoil.verification import Asked, Registry, load_registry
from counterfoil.verification.loading.row import COLUMNS

RITA = {
    "tin": "900701234", "given_name": "RITA", "middle_name": "", "surname": "SAMPLEZ", "name_suffix": "",
    "date_of_birth": "1980-02-03", "tax_year": "2023", "address_line1": "123 N MAIN ST APT 4", "address_line2": "",
    "city": "SPRINGFIELD", "state": "IL", "postal_code": "62701", "hold": "",
}  # fmt: skip


def row(**changes: str) -> dict[str, str]:
    """Rita's row with some of it changed."""
    return {**RITA, **changes}


def write_csv(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    """A registry file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def ask(
    name: str = "Rita||Samplez",
    line1: str = "123 North Main Street, Apartment 4",
    city: str = "Springfield",
    state: str = "IL",
    postal_code: str = "62701",
    years: Sequence[int] = (2023,),
    position: int = 0,
    **more: str,
) -> Asked:
    """A request about Rita with some of it changed; the name as `given|middle|surname|suffix`."""
    parts = [*name.split("|"), "", "", ""][:4]
    written = address.Written(line1, "", city, state, postal_code)
    return Asked(position, person.parse(person.Written(*parts)), address.parse(written), frozenset(years), **more)


@pytest.fixture
def opened(tmp_path: Path):
    """Load rows and open the registry that they make."""
    registries: list[Registry] = []

    def load(*rows: dict[str, str]) -> Registry:
        folder = tmp_path / f"registry{len(registries)}"
        load_registry([write_csv(tmp_path / f"file{len(registries)}.csv", rows)], folder)
        registries.append(Registry.open(folder))
        return registries[-1]

    yield load
    for registry in registries:
        registry.close()


Opened = Callable[..., Registry]
