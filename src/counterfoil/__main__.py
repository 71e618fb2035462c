"""`python -m counterfoil` is the command `counterfoil`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Entry point of the command; Ctrl-C while it is still being loaded is told as at any later moment."""
    try:
        from counterfoil.cli.main import main as command
    except KeyboardInterrupt:
        sys.stderr.write("counterfoil: Stopped before anything was begun.\n")
        sys.exit(130)
    command()


if __name__ == "__main__":
    main()
