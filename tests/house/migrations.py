"""Fail where the models say something that no migration does: `python -m tests.house.migrations`."""

import sys

from django.core.management import call_command

import counterfoil.office  # noqa: F401  (sets Django up)


def main() -> None:
    call_command("makemigrations", "office", check=True, dry_run=True, verbosity=1)


if __name__ == "__main__":
    sys.exit(main())
