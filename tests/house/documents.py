"""The generated pages of docs/reference: `python -m tests.house.documents` writes them, `--check` compares.

What the code says is written once, in the code; these pages are printed from it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def pages() -> dict[str, str]:
    """File name -> text."""
    from counterfoil.bench import read_results
    from counterfoil.bench.page import charts
    from counterfoil.bench.page import page as benchmarks_page
    from counterfoil.cli.reference import page as cli_page
    from counterfoil.law import load
    from counterfoil.law.page import render as law_page

    results = read_results(ROOT / "benchmarks" / "results")
    benchmarks = benchmarks_page(results)
    return {**charts(results), "benchmarks.md": benchmarks, "cli.md": cli_page(), "what-we-check.md": law_page(load())}


def main() -> int:
    check = "--check" in sys.argv
    stale = []
    for name, text in pages().items():
        path = REFERENCE / name
        if check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
            stale.append(name)
        elif not check:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"Out of date: {', '.join(stale)}. Run `make reference` and commit the result.")  # noqa: T201
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
