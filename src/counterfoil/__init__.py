"""Counterfoil: the gateway between a custodian's confidential file and an agency that asks about it."""

from counterfoil.compiled import use as _use_compiled

__version__ = "0.1.0"

_use_compiled()
