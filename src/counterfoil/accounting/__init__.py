"""The reports that the statute asks for, summed from what was recorded."""

from counterfoil.accounting.funnel import BatchCount, Funnel, funnel

__all__ = ["BatchCount", "Funnel", "funnel"]
