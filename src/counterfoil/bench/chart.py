"""A result as a picture: plain SVG, no script; the same figures stand in the table beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from counterfoil.bench.model import OURS
from counterfoil.bench.result import Result

WIDTH, LABEL, VALUE = 760, 190, 110
_LETTER = 6.6  # width of one in a label
_BAR, _GAP, _HEAD, _FOOT = 16, 5, 34, 16
_INK, _GROUND, _MINE, _PEER = "#1b1b1b", "#ffffff", "#005ea2", "#a9aeb1"


class Panel(NamedTuple):
    """One measure: its title, and a bar for each contestant and n."""

    title: str
    bars: tuple[tuple[str, bool, float, str], ...]  # label, ours, value, the value in words


def chart(result: Result, what: str) -> str:
    """The clock, processor time and memory of one thing measured, as horizontal bars on logarithmic scales.

    "" where the result has nothing of that name.
    """
    told = sorted((one for one in result.measurements if one["what"] == what), key=lambda one: (one["n"], one["who"]))
    if not told:
        return ""
    panels = (
        Panel("Seconds by the clock", _bars(told, lambda one: float(one["seconds"]["median"]), "{:,.3g} s")),
        Panel("Seconds of processor time", _bars(told, lambda one: float(one["cpu_seconds"]), "{:,.3g} s")),
        Panel("Most memory held, MiB", _bars(told, lambda one: float(one["peak_mib"]), "{:,.0f} MiB")),
    )
    return _svg(f"{result.title}: {what}", result.counts, panels)


def _bars(told: Sequence[Mapping[str, Any]], figure: Any, words: str) -> tuple[tuple[str, bool, float, str], ...]:
    return tuple(
        (f"{one['who']}, {one['n']:,}", one["who"].startswith(OURS), figure(one), words.format(figure(one)))
        for one in told
    )


def _svg(title: str, counts: str, panels: Sequence[Panel]) -> str:
    height, body = 44, []
    left = max(LABEL, round(16 + _LETTER * max(len(bar[0]) for panel in panels for bar in panel.bars)))
    for panel in panels:
        body += _panel(panel, height, left)
        height += _HEAD + len(panel.bars) * (_BAR + _GAP) + _FOOT
    said = "; ".join(f"{panel.title}: " + ", ".join(f"{bar[0]}: {bar[3]}" for bar in panel.bars) for panel in panels)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            'role="img" aria-labelledby="t d" font-family="sans-serif" font-size="13">',
            f'<title id="t">{escape(title)}</title>',
            f'<desc id="d">{escape(said)}</desc>',
            f'<rect width="{WIDTH}" height="{height}" fill="{_GROUND}"/>',
            f'<text x="12" y="24" font-size="15" font-weight="bold" fill="{_INK}">{escape(title)}</text>',
            f'<text x="12" y="42" fill="{_INK}">{escape(f"by number of {counts}; logarithmic scales")}</text>',
            *body,
            "</svg>\n",
        ]
    )


def _panel(panel: Panel, top: int, left: int) -> list[str]:
    values = [value for _, _, value, _ in panel.bars]
    low = 10 ** math.floor(math.log10(max(min(values), 1e-6)) - 0.001)
    high = max(10 ** math.ceil(math.log10(max(max(values), 1e-6))), low * 10)
    scale = (WIDTH - left - VALUE) / math.log10(high / low)
    lines = [f'<text x="12" y="{top + 24}" font-weight="bold" fill="{_INK}">{escape(panel.title)}</text>']
    for at, (label, ours, value, words) in enumerate(panel.bars):
        y = top + _HEAD + at * (_BAR + _GAP)
        length = max(1.0, math.log10(max(value, low) / low) * scale)
        lines += [
            f'<text x="{left - 8}" y="{y + 13}" text-anchor="end" fill="{_INK}">{escape(label)}</text>',
            f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{_BAR}" fill="{_MINE if ours else _PEER}"/>',
            f'<text x="{left + length + 6:.1f}" y="{y + 13}" fill="{_INK}">{escape(words)}</text>',
        ]
    return lines
