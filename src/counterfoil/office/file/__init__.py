"""Django's connection to a file of SQLite; see `base.py`."""
