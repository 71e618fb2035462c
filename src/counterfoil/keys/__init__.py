"""Where private keys come from: a file, the environment, or a PKCS#11 token that they never leave.

source.py   which of them a key has, and its text
uri.py      `pkcs11:` addresses (RFC 7512)
token.py    keys in a token: to sign, to agree on a secret, to derive
points.py   public keys that no honest party has: refused wherever one is enrolled
"""

from counterfoil.keys.points import check_ed25519, check_p256
from counterfoil.keys.source import CUSTODIAN, DATA, LEDGER, Found, Source, find, read_key_file
from counterfoil.keys.uri import TokenUri, is_uri, read_uri

__all__ = [
    "CUSTODIAN",
    "DATA",
    "LEDGER",
    "Found",
    "Source",
    "TokenUri",
    "check_ed25519",
    "check_p256",
    "find",
    "is_uri",
    "read_key_file",
    "read_uri",
]
