"""The custodian's office: what it stores of its work, in one transactional database.

The only room with an ORM. SQLite is the embedded default; nothing here depends on it but `database.py`
and the triggers of the first migration.
"""
