"""The results as a page: docs/reference/benchmarks.md is printed from benchmarks/results, never written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from counterfoil.bench.chart import chart
from counterfoil.bench.model import OURS
from counterfoil.bench.programme import BENCHMARKS
from counterfoil.bench.result import Result

HEAD = """# Benchmarks

<!-- Printed from benchmarks/results/*.json by `make bench`; do not edit by hand. -->

Every figure was measured, ours and the peers' in one run on the same made-up data. Each measurement is a process of
its own; contestants take turns within a round, and the median over the rounds is told. *CPU* is processor time of all
threads: on a busy machine it says more than the clock. *Peak* is the most memory that the process held, interpreter
and libraries included, with all processes that it started; what these share counts in each of them. *Times ours* is
how many times as long as ours a peer took, by the clock and by CPU. *Growth* is the exponent e when n grows tenfold
and the cost grows as n to the power of e: 1 is in proportion.

`make bench` runs them all again; `counterfoil bench NAME --size F` one of them at another size.
"""


def page(results: Sequence[Result]) -> str:
    """The whole page, as Markdown."""
    return "\n".join([HEAD, *(_section(result) for result in results)])


def columns() -> tuple[str, ...]:
    """The heads of `rows`."""
    return ("what", "who", "n", "each", "CPU each", "a second", "peak MiB", "times ours", "other figures")


def rows(result: Result) -> list[tuple[str, ...]]:
    """One row a measurement, by n and by what was measured; then one for each contestant that did not end."""
    ratios = {(ratio["what"], ratio["peer"], ratio["n"]): ratio for ratio in result.ratios}
    order = list(dict.fromkeys(one["what"] for one in result.measurements))
    ordered = sorted(result.measurements, key=lambda one: (order.index(one["what"]), one["n"]))
    told = [_row(one, ratios.get((one["what"], one["who"], one["n"]))) for one in ordered]
    return [*told, *(_unended(one) for one in result.unended)]


def _unended(one: Mapping[str, Any]) -> tuple[str, ...]:
    return (one["why"], one["who"], f"{one['n']:,}", "", "", "", f"{one['peak_mib']:,.0f}", "", "")


def growth_rows(result: Result) -> list[tuple[str, ...]]:
    """One row for each thing measured at n and at ten times n."""
    return [
        (
            one["what"],
            one["who"],
            f"{one['from']:,} to {one['to']:,}",
            _number(one["exponent"]),
            _number(one["cpu_exponent"]),
            _number(one["memory_exponent"]),
        )
        for one in result.growth
    ]


GROWTH_COLUMNS = ("what", "who", "n", "time", "CPU", "memory")


def notes(result: Result) -> list[str]:
    """Where it was measured, and who did not take part."""
    at, facts = result.measured_at, result.machine
    versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    lines = [
        f"Measured {at} on {facts['cores']} cores ({facts['processor']}), {facts['memory_gib']} GiB, "
        f"{facts['system']}, Python {facts['python']}, load {facts['load_before']} at the start; "
        f"size {result.size:g}, {result.seconds:,.0f} s in all. {versions}."
    ]
    return lines + [f"{one['who']} took no part: {one['why']} {one['do']}".rstrip() for one in result.missing]


def charts(results: Sequence[Result]) -> dict[str, str]:
    """The pictures that the page shows: file name -> SVG."""
    made = {_picture(one): chart(one, BENCHMARKS[one.benchmark].charted) for one in results}
    return {name: svg for name, svg in made.items() if svg}


def _picture(result: Result) -> str:
    return f"benchmarks-{result.benchmark}.svg"


def _section(result: Result) -> str:
    parts = [f"## {result.title}\n", f"n counts {result.counts}. {result.method}\n"]
    if charts([result]):
        parts += [f"![{result.title}: time, processor time and memory; the figures stand below]({_picture(result)})\n"]
    parts += _table(columns(), rows(result))
    if result.growth:
        parts += ["", *_table(GROWTH_COLUMNS, growth_rows(result))]
    parts += ["", *kinds(result), *(f"{line}\n" for line in notes(result))]
    return "\n".join(parts)


def _table(head: Iterable[str], lines: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    marked = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return marked + [f"| {' | '.join(line)} |" for line in lines]


def kinds(result: Result) -> list[str]:
    """Wrong verdicts by kind of pair, one column a contestant and way of asking; [] where none are told."""
    told = [one for one in result.measurements if "by_kind" in one["facts"]]
    largest = max((one["n"] for one in told), default=0)
    told = [one for one in told if one["n"] == largest]
    ways = [(one["who"], how) for one in told for how in _ways(one)]
    lines: list[str] = []
    for same, title in ((False, "Different, and called the same"), (True, "The same, and not called so")):
        found: dict[tuple[str, int], dict[tuple[str, str], int]] = {}
        for one in told:
            for row in one["facts"]["by_kind"]:
                if row["same"] is same:
                    cells = found.setdefault((row["kind"], row["pairs"]), {})
                    cells.update({(one["who"], how): wrong for how, wrong in row["wrong"].items()})
        if found:
            head = [title, "pairs", *(", ".join(filter(None, way)) for way in ways)]
            lines += [*_table(head, _by_kind(found, ways)), ""]
    return [*lines, *(f"{line}\n" for one in told for line in _examples(one["facts"].get("examples", ())))]


def _ways(one: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(how for row in one["facts"]["by_kind"] for how in row["wrong"]))


def _by_kind(
    found: Mapping[tuple[str, int], Mapping[tuple[str, str], int]], ways: Sequence[tuple[str, str]]
) -> list[tuple[str, ...]]:
    rows = [(kind, f"{n:,}", *(_share(cells.get(way), n) for way in ways)) for (kind, n), cells in found.items()]
    total = sum(n for _, n in found)
    sums = (_share(sum(cells.get(way, 0) for cells in found.values()), total) for way in ways)
    return [*rows, ("all", f"{total:,}", *sums)]


def _share(wrong: int | None, of: int) -> str:
    """How many, and how many of a hundred; nothing where it was not asked."""
    if wrong is None:
        return ""
    return f"{wrong:,} ({wrong / of:.2%})" if wrong else "0"


def _examples(examples: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each pair that differs and was called the same, as far as they were kept."""
    wrong = [one for one in examples if not one["same"]]
    return [f"Called the same, {one['how']}, {one['kind']}: `{one['a']}` and `{one['b']}`." for one in wrong]


def _figures(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The facts that are one figure; tables and hashes stand elsewhere."""
    return [(name, value) for name, value in facts.items() if isinstance(value, (int, float))]


def _row(one: Mapping[str, Any], ratio: Mapping[str, Any] | None) -> tuple[str, ...]:
    cpu_each = one["cpu_seconds"] / max(one["count"], 1) * 1e6
    return (
        one["what"],
        one["who"],
        f"{one['n']:,}",
        span(one["microseconds_each"]),
        span(cpu_each),
        f"{one['a_second']:,.0f}" if one["a_second"] else "",
        f"{one['peak_mib']:,.0f}",
        _ratio(one["who"], ratio),
        ", ".join(f"{name} {_fact(value)}" for name, value in _figures(one["facts"])),
    )


def _ratio(who: str, ratio: Mapping[str, Any] | None) -> str:
    if who == OURS or ratio is None:
        return ""
    return f"{_number(ratio['times'])} ({_number(ratio['cpu_times'])} CPU)"


def span(microseconds: float) -> str:
    """A span of time in the unit that suits it."""
    if microseconds >= 1e6:
        return f"{microseconds / 1e6:,.3g} s"
    return f"{microseconds / 1e3:.3g} ms" if microseconds >= 1e3 else f"{microseconds:.3g} µs"


def _number(value: float | None) -> str:
    if value is None:
        return "not told"
    return f"{value:.2g}" if abs(value) < 10 else f"{value:,.0f}"


def _fact(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
