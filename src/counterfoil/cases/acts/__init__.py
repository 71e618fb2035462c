"""How acts of many threads share a transaction."""
