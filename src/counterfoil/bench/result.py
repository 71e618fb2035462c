"""What came of a benchmark: medians over its rounds, ratios to the peers, growth from n to ten times n."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from counterfoil.bench.model import OURS, Measured
from counterfoil.errors import InputError

FORMAT = 1


@dataclass
class Series:
    """One thing done by one contestant at one n, over all rounds, in the order of the rounds."""

    what: str
    who: str
    n: int
    count: int
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)
    facts: list[Mapping[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; figures of a second and of one are worked out from the median."""
        middle = median(self.seconds)
        return {
            "what": self.what,
            "who": self.who,
            "n": self.n,
            "count": self.count,
            "seconds": {"median": _short(middle), "low": _short(min(self.seconds)), "high": _short(max(self.seconds))},
            "cpu_seconds": _short(median(self.cpu)),
            "microseconds_each": _short(middle / max(self.count, 1) * 1e6),
            "a_second": _short(self.count / middle) if middle else None,
            "peak_mib": _short(median(self.peak_mib)),
            "rounds": len(self.seconds),
            "facts": _middle(self.facts),
        }


@dataclass(frozen=True)
class Result:
    """A benchmark's result, as it stands in `benchmarks/results/NAME.json`."""

    benchmark: str
    title: str
    counts: str
    method: str
    measured_at: str
    seconds: float  # of the whole benchmark, making the data included
    size: float
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    missing: tuple[Mapping[str, str], ...]  # peers that did not take part, and what to do
    measurements: tuple[Mapping[str, Any], ...]
    ratios: tuple[Mapping[str, Any], ...]  # how many times as long as ours a peer took
    growth: tuple[Mapping[str, Any], ...]
    unended: tuple[Mapping[str, Any], ...] = ()  # peers that ran out of memory: who, n, why, peak_mib
    format: int = FORMAT

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def outdone_in(self, folder: Path) -> Path | None:
        """An earlier result that stands: of the same benchmark and the same rules, with more pairs; else None."""
        path = folder / f"{self.benchmark}.json"
        try:
            there = json.loads(path.read_text(encoding="utf-8"))["measurements"]
            rules = {one["facts"].get("rules") for one in self.measurements}
            more = max(one["n"] for one in there) > max(one["n"] for one in self.measurements)
            return (
                path if more and None not in rules and {one["facts"].get("rules") for one in there} == rules else None
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, folder: Path) -> Path:
        """Write NAME.json into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.benchmark}.json"
        path.write_text(json.dumps(self.as_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return path


def read_results(folder: Path) -> list[Result]:
    """Every result in the folder, by name. InputError for a file that is none."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
            if read["format"] != FORMAT:
                raise ValueError("of another format")
            found.append(Result(**read))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path} is no result of a benchmark: {error}.", "Remove it, or run the benchmark again."
            ) from error
    return found


class Sheet:
    """Where measurements are written down as they come."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str, int], Series] = {}

    def note(self, who: str, n: int, measured: Measured) -> None:
        """One process's measurements."""
        for taken in measured.taken:
            series = self._series.setdefault((taken.what, who, n), Series(taken.what, who, n, taken.count))
            series.seconds.append(taken.seconds)
            series.cpu.append(taken.cpu)
            series.peak_mib.append(measured.peak_mib)
            series.facts.append(taken.facts)

    def measurements(self) -> tuple[dict[str, Any], ...]:
        """Every series as it is told."""
        return tuple(series.as_dict() for series in self._series.values())

    def ratios(self) -> tuple[dict[str, Any], ...]:
        """The median, over rounds, of a peer's time by ours in the same round, for the same thing and n."""
        found = []
        for (what, who, n), peer in self._series.items():
            ours = self._series.get((what, OURS, n))
            if who == OURS or ours is None:
                continue
            times, cpu = _times(peer, ours, "seconds"), _times(peer, ours, "cpu")
            found.append({"what": what, "peer": who, "n": n, "times": times, "cpu_times": cpu})
        return tuple(found)

    def growth(self) -> tuple[dict[str, Any], ...]:
        """For each thing done at both n: the exponent e of its growth as n to the e, in time and in memory."""
        found = []
        for (what, who, n), small in self._series.items():
            large = next((s for key, s in self._series.items() if key[:2] == (what, who) and key[2] > n), None)
            if large is None:
                continue
            span = math.log(large.n / n)
            found.append(
                {
                    "what": what,
                    "who": who,
                    "from": n,
                    "to": large.n,
                    "exponent": _exponent(small.seconds, large.seconds, span),
                    "cpu_exponent": _exponent(small.cpu, large.cpu, span),
                    "memory_exponent": _exponent(small.peak_mib, large.peak_mib, span),
                }
            )
        return tuple(found)


def _times(peer: Series, ours: Series, clock: str) -> float | None:
    """How many times as long as ours the peer took, for one: the median over the rounds that both took part in."""
    pairs = zip(getattr(peer, clock), getattr(ours, clock), strict=False)
    by_round = [(a / peer.count) / (b / ours.count) for a, b in pairs if b]
    return _short(median(by_round)) if by_round else None


def _exponent(small: list[float], large: list[float], span: float) -> float | None:
    """The e of a growth as n to the e, None where one of the two is too small to be told."""
    a, b = median(small), median(large)
    return round(math.log(b / a) / span, 2) if a > 0 and b > 0 else None


def _short(value: float) -> float:
    """Four figures: more would not be true of any machine."""
    return float(f"{value:.4g}")


def _middle(facts: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The median of each figure over the rounds; what is no figure stays as it was first."""
    named: dict[str, list[Any]] = {}
    for one in facts:
        for name, value in one.items():
            named.setdefault(name, []).append(value)
    plain = {k: v[0] for k, v in named.items() if not isinstance(v[0], (int, float)) or isinstance(v[0], bool)}
    return {name: plain[name] if name in plain else _number(median(values)) for name, values in named.items()}


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else _short(value)
