"""`counterfoil demo`: the main job end to end on made-up data."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.demo.account import Account
from counterfoil.cli.demo.room import require_room
from counterfoil.cli.demo.scene import FOLDER, Scenario, Stage, prepare, remove, scene_of, write_mark
from counterfoil.cli.demo.steps import Run
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, note
from counterfoil.cli.text import table


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    command(
        app,
        "demo",
        "counterfoil demo",
        "counterfoil demo --scenario exchange-2025 --scale 0.01",
        "counterfoil demo --people 2000 --requests 200 --data small-demo --json",
    )(demo)


def demo(
    door: Door,
    scenario: Annotated[
        Scenario, typer.Option("--scenario", help="Everyday work, or the exchange of August 2025.")
    ] = Scenario.EVERYDAY,
    people: Annotated[
        int | None, typer.Option("--people", metavar="N", min=1, help="How many made-up people there are.")
    ] = None,
    requests: Annotated[
        int | None, typer.Option("--requests", metavar="N", min=1, help="How many requests (default: 2,000).")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed, the same requests.")] = 1,
    scale: Annotated[
        float | None,
        typer.Option(
            "--scale",
            metavar="F",
            help="Share of the exchange's 1.28 million requests, and of 20 million people (default: 0.01).",
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep/--no-keep", help="Whether the demo's files stay when it came to its end.")
    ] = True,
) -> Answer:
    """Run the main job end to end on made-up data, and check it.

    A registry and requests are made up, with the truth about them; then every step of the custodian and the
    requester, to the answer and the audited ledger. `exchange-2025-as-sent` takes one officer and one reason
    for everybody, as in fact, and must be refused or held whole. A run that was stopped or killed goes on where
    it was when it is started again with the same arguments; a finished one is replaced. Time and memory of each
    step are told at the end, over all runs of it; how much disk it takes, before it begins.

    Exit code 1 when an answer was unlawful, a lawful request was refused, or the audit found a fault.
    """
    scene = scene_of(scenario, people, requests, seed, scale)
    stage = Stage(door.data if door.data_was_named else FOLDER)
    note(door, require_room(stage, scene))
    if prepare(stage, scene):
        note(door, f"Going on with the unfinished demo in {stage.data}.")
    run = Run(door, scene, stage, Account(stage.folder))
    document = {**_play(run), "kept": keep}
    write_mark(stage, scene, finished=True)
    if not keep:
        remove(stage)
    return Answer(document, _in_words(run, document), DONE if _is_good(document) else FOUND)


def _play(run: Run) -> dict[str, Any]:
    """Every step, in order; the demo's document."""
    from counterfoil.cli.demo import explain, made_up, steps, verdict

    made_up.make_the_country(run)
    office = steps.open_the_office(run)
    steps.load_the_registry(run, office)
    batches = steps.seal_the_batches(run)
    steps.answer_the_batches(run, office, batches)
    steps.publish_the_ledger(run, office)
    with run.step("open", "Opening the answers"):
        found = verdict.judge(run, len(batches))
    problems = [*(run.audit.problems if run.audit else ()), *found.receipts]
    return {
        **found.as_dict(),
        "missed_requests": explain.explain(run.stage, found.missed),
        "lifted_holds": run.lifted_holds,
        "audit": "; ".join(problems) or "ok",
        "ledger_entries": run.audit.size if run.audit else 0,
        **run.account.as_dict(),
        "scenario": run.scene.scenario.value,
        "people": run.scene.people,
        "seed": run.scene.seed,
        "batches": len(batches),
        "data": str(run.stage.data),
    }


def _is_good(document: dict[str, Any]) -> bool:
    return not document["unlawful"] and not document["wrongly_refused"] and document["audit"] == "ok"


def _in_words(run: Run, document: dict[str, Any]) -> list[str]:
    lines = [f"{document['people']:,} made-up people, {document['batches']} sealed batch(es)", ""]
    lines += table(("", "requests"), _funnel(document), right=(1,))
    for entry in document["missed_requests"]:
        lines.append(f"  not confirmed: {entry['request_id']} ({entry['made_as'].replace('_', ' ')}): {entry['why']}")
    for name in ("unlawful_requests", "wrongly_refused_requests"):
        lines += [f"  {name.replace('_', ' ')}: {' '.join(document[name])}"] if document[name] else []
    lines += ["", *table(("step", "seconds", "CPU seconds", "peak MiB"), _spent(run), right=(1, 2, 3))]
    whole = "the export is whole" if document["audit"] == "ok" else f"NOT WHOLE: {document['audit']}"
    lines += ["", f"Audit of {document['ledger_entries']:,} ledger entries: {whole}"]
    if document["kept"]:
        lines += ["", "To try next:", *(f"  {line}" for line in _next(run.stage))]
    return lines


def _spent(run: Run) -> list[tuple[str, ...]]:
    """A row for each step, and their sums; the highest of the peaks."""
    steps = run.account.steps
    seconds, cpu = (sum(getattr(one, figure) for one in steps.values()) for figure in ("seconds", "cpu_seconds"))
    rows = [(name.replace("_", " "), one.seconds, one.cpu_seconds, one.peak_mib) for name, one in steps.items()]
    rows.append(("all", seconds, cpu, max(one.peak_mib for one in steps.values())))
    return [(name, f"{took:,.2f}", f"{used:,.2f}", f"{peak:,.0f}") for name, took, used, peak in rows]


def _funnel(document: dict[str, Any]) -> list[tuple[str, str]]:
    codes = [(f"    {code}", count) for code, count in document["refused_by_code"].items()]
    kinds = [(f"    {kind}", count) for kind, count in document["missed_by_kind"].items() if kind]
    rows: list[tuple[str, int]] = [
        ("received", document["received"]),
        ("  refused", document["refused"]),
        *codes,
        ("  held", document["held"]),
        ("  confirmed", document["confirmed"]),
        ("  not confirmed", document["no_confirmation"]),
        ("hold lifted by an officer", document["lifted_holds"]),
        ("unlawful confirmations", document["unlawful"]),
        ("lawful requests refused", document["wrongly_refused"]),
        ("true addresses not confirmed", document["missed"]),
        *kinds,
    ]
    return [(name, f"{count:,}") for name, count in rows]


def _next(stage: Stage) -> list[str]:
    from counterfoil.cli.demo.made_up import a_roster_officers_key

    data, key, name = stage.data, a_roster_officers_key(stage, 1), _command()
    return [
        f"{name} --data {data} batch list",
        f"{name} --data {data} report funnel",
        f"{name} --data {data} answer open {stage.answer(1)} --key {key}",
        f"{name} audit {stage.ledger} --vkey {data / 'public' / 'ledger.vkey'}",
        f"{name} request check {stage.requests / 'requests-001.csv'}",
        f"{name} --data {data} doctor",
    ]


def _command() -> str:
    """The command as this person can type it: by its path where it was called so and is not on the search path."""
    called = Path(sys.argv[0])
    off_path = called.name == "counterfoil" and not shutil.which("counterfoil")
    return str(called) if off_path else "counterfoil"
