"""The law as data: citations, codes of findings, designated statutes, authorities and settings."""

from counterfoil.law.citation import Citation, citations_in
from counterfoil.law.load import load
from counterfoil.law.model import (
    CODES,
    Agency,
    Authority,
    Code,
    Finding,
    Law,
    Setting,
    Statute,
)
from counterfoil.law.offices import Office, read_office
from counterfoil.law.records import read_document
from counterfoil.law.rules import RuleSet, rule_set

__all__ = [
    "CODES",
    "Agency",
    "Authority",
    "Citation",
    "Code",
    "Finding",
    "Law",
    "Office",
    "RuleSet",
    "Setting",
    "Statute",
    "citations_in",
    "load",
    "read_document",
    "read_office",
    "rule_set",
]
