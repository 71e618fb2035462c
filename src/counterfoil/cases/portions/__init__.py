"""What worker processes do with a portion of a batch: each function gets plain values, and touches no database."""
