"""What every command shares: its three common options, its examples, and how its answer is shown.

A command is a plain function `f(door, …) -> Answer`; `command()` registers it with the options `--data`,
`--json` and `--quiet`, which are accepted before and after the name of the command alike.
"""

from __future__ import annotations

import inspect
import json
import sys
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.text import plain
from counterfoil.errors import InputError

DEFAULT_DATA = Path("counterfoil-data")

DONE = 0
FOUND = 1
UNUSABLE = 2
NOT_ALLOWED = 3

_WRITTEN = ("output", "truth")  # the options that name what a command makes

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="COUNTERFOIL_DATA",
        show_envvar=True,
        help="The data directory (default: ./counterfoil-data).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, errors included.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes on standard error.")]


@dataclass(frozen=True, slots=True)
class Door:
    """What the caller set for any command: where the data is, and how to answer."""

    data: Path
    json: bool = False
    quiet: bool = False
    data_was_named: bool = False  # by option or environment, not the default


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: the document for machines, the lines for people, and the exit code.

    `raw` is for an answer that is a file by itself (CSV, a proof): written as it is, without cleaning.
    """

    document: Mapping[str, Any]
    lines: Sequence[str] = ()
    exit_code: int = DONE
    raw: str = ""


Verb = Callable[..., Answer]
_COMMON: dict[str, Any] = {"data": DataOption, "json": JsonOption, "quiet": QuietOption}


def noun(name: str, help_line: str) -> typer.Typer:
    """A group of commands about one noun; it takes the common options too."""
    group = typer.Typer(name=name, help=help_line, no_args_is_help=True, rich_markup_mode=None)

    @group.callback()
    def remember(
        ctx: typer.Context, data: DataOption = None, json: JsonOption = False, quiet: QuietOption = False
    ) -> None:
        keep(ctx, data, json, quiet)

    return group


def keep(ctx: typer.Context, data: Path | None, as_json: bool, quiet: bool) -> None:
    """Remember common options given before the command's name, for the command to find."""
    seen: dict[str, Any] = ctx.ensure_object(dict)
    source = ctx.get_parameter_source("data")
    inherited = source is not None and source.name == "ENVIRONMENT" and bool(seen.get("data"))
    named = data is not None and str(data) != "" and not inherited  # an option anywhere beats the environment
    ctx.obj = {
        "data": data if named else seen.get("data"),
        "json": as_json or seen.get("json", False),
        "quiet": quiet or seen.get("quiet", False),
    }


def command(group: typer.Typer, name: str, *examples: str) -> Callable[[Verb], Verb]:
    """Register a function as a command with the common options and three examples in its help."""

    def register(verb: Verb) -> Verb:
        group.command(name, help=inspect.getdoc(verb), epilog=_epilog(examples))(_with_common_options(verb))
        return verb

    return register


def _epilog(examples: Sequence[str]) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {example}" for example in examples)


def _with_common_options(verb: Verb) -> Callable[..., None]:
    def run(**given: Any) -> None:
        ctx: typer.Context = given.pop("ctx")
        keep(ctx, given.pop("data"), given.pop("json"), given.pop("quiet"))
        _refuse_pipes(given)
        show(verb(door_of(ctx), **given), door_of(ctx))

    hints = typing.get_type_hints(verb, include_extras=True)
    own = [
        parameter.replace(annotation=hints[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in list(inspect.signature(verb).parameters.values())[1:]
    ]
    common = [
        inspect.Parameter(
            key, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=None if key == "data" else False
        )
        for key, kind in _COMMON.items()
    ]
    first = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    run.__signature__ = inspect.Signature([first, *own, *common])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in [first, *own, *common]}
    return run


def _refuse_pipes(given: Mapping[str, Any]) -> None:
    """No command reads from a named pipe: it would wait for ever where nobody writes to it.

    What a shell hands over under /dev/fd or /dev/stdin has its writer, and some commands can read it. A pipe to
    write to is the caller's to choose.
    """
    for name, value in given.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            if name not in _WRITTEN and isinstance(one, str | Path) and _is_named_pipe(one):
                raise InputError(
                    f"{one} is a pipe; a file is needed.", "Write what comes through the pipe to a file, and name that."
                )


def _is_named_pipe(place: str | Path) -> bool:
    path = Path(place)
    try:
        return path.is_fifo() and not str(path.absolute()).startswith(("/dev/", "/proc/"))
    except OSError:  # an id, an address, a value: too long for a file's name
        return False


def door_of(ctx: typer.Context) -> Door:
    """The door of a call, from what `keep` remembered."""
    seen = ctx.obj or {}
    data = seen.get("data")
    return Door(
        data=Path(data) if data else DEFAULT_DATA,
        json=bool(seen.get("json")),
        quiet=bool(seen.get("quiet")),
        data_was_named=bool(data),
    )


def show(answer: Answer, door: Door) -> None:
    """Print the answer on standard output and end with its exit code."""
    if door.json:
        sys.stdout.write(json.dumps(answer.document, indent=2, default=str) + "\n")
    elif answer.raw:
        sys.stdout.write(answer.raw)
    else:
        for line in answer.lines:
            sys.stdout.write(plain(line) + "\n")
    sys.stdout.flush()
    raise typer.Exit(answer.exit_code)


def note(door: Door, text: str) -> None:
    """A remark for the person, on standard error, never in the way of the answer."""
    if not door.quiet and not door.json:
        sys.stderr.write(plain(text) + "\n")
