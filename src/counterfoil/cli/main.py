"""The command `counterfoil`: the nouns, the global options, and the one place where errors end.

Nothing heavy is imported here or at the head of a command file: `counterfoil --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from counterfoil import __version__
from counterfoil.cli import bench, trouble
from counterfoil.cli.custodian import (
    agreement,
    batch,
    database,
    doctor,
    init,
    ledger,
    officer,
    official,
    override,
    registry,
    report,
    rules,
    safeguard,
    stay,
)
from counterfoil.cli.demo import command as demo
from counterfoil.cli.door import DataOption, JsonOption, QuietOption, keep
from counterfoil.cli.outside import address, answer, audit, key, request, synth
from counterfoil.cli.records import keys as _keys  # noqa: F401  (adds to the group of `key`)
from counterfoil.cli.records import redaction as _redaction  # noqa: F401  (adds to the group of `ledger`)
from counterfoil.cli.witness import commands as witness
from counterfoil.cli.witness import ledger as _ledger  # noqa: F401  (adds to the group of `ledger`)
from counterfoil.errors import CounterfoilError, InputError

EXIT_CODES = """\b
Exit codes:
  0  done
  1  done, and something was refused, held, or found wrong
  2  the call or its input cannot be used
  3  not allowed

Start with: counterfoil demo"""

app = typer.Typer(
    name="counterfoil",
    help="Confirm, refuse and account for address-confirmation requests under 26 U.S.C. 6103(i)(2).",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"counterfoil {__version__}")
        raise typer.Exit


@app.callback()
def common(
    ctx: typer.Context,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
    version: Annotated[  # noqa: ARG001  (eager: its callback has answered before)
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="The version, and nothing else."),
    ] = False,
) -> None:
    """Keep the options that stand before the command's name."""
    keep(ctx, data, json, quiet)


for _verb in (demo, init, doctor, audit, bench):
    _verb.add_to(app)
for _noun in (key, request, answer, address, synth, database):
    app.add_typer(_noun.group)
for _noun in (agreement, official, officer, safeguard, registry, batch, stay, override, ledger, witness, rules, report):
    app.add_typer(_noun.group)


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code. Every error ends here as a message."""
    as_json = "--json" in _before_dashes(arguments)
    try:
        code = int(app(list(arguments), prog_name="counterfoil", standalone_mode=False) or 0)
        return _interrupted(as_json) if code == trouble.INTERRUPTED else code  # typer turns Ctrl-C into this code
    except typer.TyperException as error:
        return _usage(error, as_json)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(as_json)
    except BrokenPipeError:
        return _reader_went_away()
    except SystemExit as ending:  # typer ends so by itself after a completion, and when its help has no reader
        if isinstance(ending.__context__, BrokenPipeError):
            return _reader_went_away()
        raise
    except Exception as error:
        return _ended(error, as_json)


def _before_dashes(arguments: Sequence[str]) -> Sequence[str]:
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _usage(error: typer.TyperException, as_json: bool) -> int:
    """A call that cannot be understood: the reason, and where to find the right one. Exit code 2."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "counterfoil"
    if type(error).__name__ == "NoArgsIsHelpError" and not as_json:
        sys.stderr.write(error.message + "\n")
        return 2
    message = "A command is missing." if type(error).__name__ == "NoArgsIsHelpError" else error.format_message()
    return trouble.tell(InputError(message, f"See `{path} --help`."), as_json)


def _interrupted(as_json: bool) -> int:
    """Ctrl-C: what was committed stays, the rest was not done. Exit code 130."""
    stopped = CounterfoilError(
        "Stopped before the end.", "Run the same command again: what was done stays done, the rest follows."
    )
    trouble.tell(stopped, as_json)
    return trouble.INTERRUPTED


def _reader_went_away() -> int:
    """The program that read our output has ended: no more to say, and nobody to say it to."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return trouble.PIPE_CLOSED


def _ended(error: Exception, as_json: bool) -> int:
    if os.environ.get("COUNTERFOIL_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    known = trouble.explain(error)
    return trouble.tell(known if known is not None else trouble.fault(error), as_json)


def main() -> NoReturn:
    """Entry point of the command `counterfoil`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _reader_went_away()
    sys.exit(code)


if __name__ == "__main__":
    main()
