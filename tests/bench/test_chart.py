"""The picture of a benchmark: well-formed, with every figure of the table in words, and made of what was measured."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from counterfoil.bench import Result
from counterfoil.bench.chart import chart
from counterfoil.bench.page import charts, page

WHAT = "verify all requests, files cold"


def measured(who: str, n: int, seconds: float, cpu: float, peak: float) -> dict[str, object]:
    return {
        "what": WHAT, "who": who, "n": n, "count": 10, "seconds": {"median": seconds, "low": seconds, "high": seconds},
        "cpu_seconds": cpu, "microseconds_each": seconds * 1e5, "a_second": 10 / seconds, "peak_mib": peak, "rounds": 1,
        "facts": {},
    }  # fmt: skip


@pytest.fixture
def result() -> Result:
    told = (
        measured("counterfoil", 100, 0.5, 0.9, 200.0),
        measured("counterfoil", 1000, 4.0, 7.5, 210.0),
        measured("Splink & <sons>", 100, 7.0, 12.0, 900.0),
        measured("Splink & <sons>", 1000, 61.0, 110.0, 3000.0),
    )
    machine = {"cores": 2, "processor": "p", "memory_gib": 4, "system": "s", "python": "3", "load_before": 0.1}
    return Result("verify", "Verify", "people", "m", "2026", 1.0, 1.0, machine, {}, (), told, (), ())


def test_every_figure_stands_in_the_picture_and_in_its_description(result: Result) -> None:
    svg = chart(result, WHAT)
    root = ElementTree.fromstring(svg)
    spoken = root.find("{*}desc")
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert spoken is not None and spoken.text
    for figure in ("0.5 s", "4 s", "7 s", "61 s", "0.9 s", "110 s", "200 MiB", "3,000 MiB"):
        assert figure in texts
        assert figure in spoken.text
    assert "Splink & <sons>, 1,000" in texts


def test_longer_bars_are_larger_figures(result: Result) -> None:
    bars = [
        float(node.attrib["width"])
        for node in ElementTree.fromstring(chart(result, WHAT)).iter("{http://www.w3.org/2000/svg}rect")
    ][1:]
    for first in (0, 4, 8):
        ours, peer, ours_later, peer_later = bars[first : first + 4][1], bars[first], *bars[first + 2 : first + 4][::-1]
        assert ours < ours_later or first == 8
        assert peer < peer_later
        assert ours < peer


def test_the_page_shows_the_picture_beside_its_table(result: Result) -> None:
    assert list(charts([result])) == ["benchmarks-verify.svg"]
    text = page([result])
    assert "](benchmarks-verify.svg)" in text
    assert "| counterfoil |" in text


def test_nothing_measured_is_no_picture(result: Result) -> None:
    assert chart(result, "something else") == ""
