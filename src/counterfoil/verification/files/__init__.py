"""The registry's files: written whole, checked by their hashes, and found in by place."""
