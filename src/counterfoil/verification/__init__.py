"""The registry and the confirmation rule: the only room that reads the custodian's file.

`load_registry` makes the indexed form, `Registry.open` opens it, `verify` answers with one bit a request.
The rule is in rule.py and reads like the law; everything else here only finds its candidates.
"""

from counterfoil.verification.clue import SIZE as CLUE_SIZE
from counterfoil.verification.clue import UNKNOWN as UNKNOWN_CLUE
from counterfoil.verification.clue import clue_of
from counterfoil.verification.engine import Engine, Question, Verdict, read_question
from counterfoil.verification.files.manifest import rules_hash
from counterfoil.verification.keys import year_bits
from counterfoil.verification.loading.load import LoadReport, load_registry
from counterfoil.verification.registry import Opened, Registry
from counterfoil.verification.rule import Asked, Record, confirms
from counterfoil.verification.search import Columns
from counterfoil.verification.verify import ask_portion, verify, verify_one

__all__ = [
    "CLUE_SIZE",
    "UNKNOWN_CLUE",
    "Asked",
    "Columns",
    "Engine",
    "LoadReport",
    "Opened",
    "Question",
    "Record",
    "Registry",
    "Verdict",
    "ask_portion",
    "clue_of",
    "confirms",
    "load_registry",
    "read_question",
    "rules_hash",
    "verify",
    "verify_one",
    "year_bits",
]
