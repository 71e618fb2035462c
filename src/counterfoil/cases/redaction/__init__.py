"""Showing entries of the ledger to someone outside with chosen fields, and destroying what may not be kept."""
