"""Counterfoil: the gateway between a custodian's confidential file and an agency that asks about it."""

__version__ = "0.1.0"
