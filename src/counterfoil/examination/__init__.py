"""The examination: one rule a file, every deficiency at once, before any record is opened.

`examine` reads a batch under a `Context` and gives an `Examination`; `examine_gates` asks the gates alone.
26 USC 6103(i)(2): validity is a property of the request, and an inspection needs a valid one (6103(b)(7)).
"""

from counterfoil.examination.context import NO_HISTORY, Ask, Context, Delivery, History, KeyedToken, Override
from counterfoil.examination.examine import examine, examine_gates, examine_portions, held_by_order
from counterfoil.examination.outcome import Examination
from counterfoil.examination.periods import years_of as tax_years
from counterfoil.examination.workers import Noter, Portion

__all__ = [
    "NO_HISTORY",
    "Ask",
    "Context",
    "Delivery",
    "Examination",
    "History",
    "KeyedToken",
    "Noter",
    "Override",
    "Portion",
    "examine",
    "examine_gates",
    "examine_portions",
    "held_by_order",
    "tax_years",
]
