"""Django's connection to a PostgreSQL server, and what an act says to it in as few messages as can be.

base.py       the connection: a transaction may begin with its first message
messages.py   an act's first message and its last
"""
