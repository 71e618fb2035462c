"""The registry and the confirmation rule: the only room that reads the custodian's file.

`load_registry` makes the indexed form, `Registry.open` opens it, `verify` answers with one bit a request.
The rule is in rule.py and reads like the law; everything else here only finds its candidates.
"""

from counterfoil.verification.load import LoadReport, load_registry
from counterfoil.verification.registry import Registry
from counterfoil.verification.rule import Asked, Record, confirms
from counterfoil.verification.verify import Verdict, verify, verify_one

__all__ = ["Asked", "LoadReport", "Record", "Registry", "Verdict", "confirms", "load_registry", "verify", "verify_one"]
