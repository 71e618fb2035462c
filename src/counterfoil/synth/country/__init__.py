"""The made-up country itself: states, towns, streets, homes, names, people."""
