"""The command line: one command file a noun, no rule and no query of its own.

`main.py` is the entry; `door.py` is what every command shares (`--data`, `--json`, `--quiet`, how an
answer is shown); `trouble.py` turns what can go wrong into a message and an exit code; `custodian/` holds
the commands on a data directory, `outside/` those that need none; `demo/` is the main job end to end.
"""
