"""What an agency asks: one Request a person, many to a Batch, under one signed Manifest.

Values are kept exactly as the requester gave them (strings); reading them is the work of the address,
person and examination rooms. 26 USC 6103(i)(2)(B).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from counterfoil.address import Written as WrittenAddress
from counterfoil.person import Written as WrittenName


@dataclass(frozen=True, slots=True)
class Request:
    """One person asked about, as given. Every column of a file of requests is a string, "" where absent."""

    position: int = 0  # 0-based row in the batch; the answer keeps this order
    request_id: str = ""
    given_name: str = ""
    middle_name: str = ""
    surname: str = ""
    name_suffix: str = ""
    address_line1: str = ""
    address_line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    tax_years: str = ""
    statute: str = ""
    reason: str = ""
    investigation_id: str = ""
    investigation_status: str = ""
    removal_order_date: str = ""
    removal_order_case: str = ""
    removal_ground: str = ""
    judicial_review_decided: str = ""
    prior_removal_date: str = ""
    found_date: str = ""
    entry_date: str = ""
    recipients: str = ""
    date_of_birth: str = ""
    tin: str = ""
    oversupplied: tuple[str, ...] = ()  # names of unknown columns with a value in this row; never a value
    malformed: str = ""  # why the row's cells cannot be trusted (shifted columns, oversize cell), "" if they can

    @property
    def name(self) -> WrittenName:
        """The person's name as given."""
        return WrittenName(self.given_name, self.middle_name, self.surname, self.name_suffix)

    @property
    def address(self) -> WrittenAddress:
        """The address that the requester holds, as given."""
        return WrittenAddress(self.address_line1, self.address_line2, self.city, self.state, self.postal_code)


COLUMNS: tuple[str, ...] = tuple(
    f.name for f in fields(Request) if f.name not in ("position", "oversupplied", "malformed")
)
"""The columns of a file of requests, in the order that the documentation lists them."""


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One officer or employee who may read the answer: 26 USC 6103(i)(2)(A), "personally and directly engaged"."""

    key: str
    name: str
    title: str
    agency: str
    email: str
    role: str
    engaged: str  # "yes" where the certification says personally and directly engaged
    public_key: dict[str, str] = field(default_factory=dict)  # JWK, EC P-256


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the requesting official signs: the batch, its count and hash, who may read the answer."""

    batch_id: str
    agreement: str
    official: str
    signed_at: str  # RFC 3339, UTC
    count: int
    sha256: str  # of the payload's bytes, lower-case hex
    format: str  # csv, jsonl or parquet: how the payload's bytes are to be read
    roster: tuple[RosterEntry, ...] = ()
    certification: str = ""
    storage: str = ""
    channel: str = ""
    signature_block: str = ""  # the words above the signature, e.g. "for the Director, by J. Example"
