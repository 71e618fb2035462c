"""Rules on a batch as a whole: its signature, its count, its shape."""
