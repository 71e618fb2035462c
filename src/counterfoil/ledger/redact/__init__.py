"""Redacted releases: a set of entries with chosen fields shown, and a stated reason for each that is kept back.

make.py     what is shown and what is kept back, the document
check.py    the document checked with the ledger's public key alone; two releases held against each other

A release says of every digest of an entry what it is: a field shown, a field kept back with its reason, or a
decoy, which the seed shows to be one. So nothing is hidden that is not named, and a field that is kept back today
can be shown later against the same leaf.
"""

from counterfoil.ledger.redact.check import Release, Shown, check_release, compare, in_both, open_release, read_release
from counterfoil.ledger.redact.make import Choice, Content, content_of, release_of

__all__ = [
    "Choice",
    "Content",
    "Release",
    "Shown",
    "check_release",
    "compare",
    "content_of",
    "in_both",
    "open_release",
    "read_release",
    "release_of",
]
