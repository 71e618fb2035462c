"""A made-up country: its tax file, requests about its people, and the truth about those requests.

    make_registry(20_000, 1, folder)                                     -> Parquet files, one row a person and year
    make_requests(folder, 2_000, 1, "everyday", requests, truth)         -> requests and their truth
    make_parties(folder, 2_000, 1)                                       -> keys, roster, safeguard status, order

Every name, street and town is invented. The truth of a request follows from how it was made (which person,
which edit, which defect), never from the product's rules, which this room does not import.
"""

from __future__ import annotations

from counterfoil.synth.parties import PartiesMade, make_parties
from counterfoil.synth.registry import RegistryMade, make_registry
from counterfoil.synth.requests import RequestsMade, make_requests, officer_key

__all__ = [
    "PartiesMade",
    "RegistryMade",
    "RequestsMade",
    "make_parties",
    "make_registry",
    "make_requests",
    "officer_key",
]
