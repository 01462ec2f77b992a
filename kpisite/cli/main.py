"""`kpisite`: the group of commands, and what happens when one fails."""

import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click

from kpisite import __version__
from kpisite.cli.console import make_fit
from kpisite.cli.site import Started
from kpisite.cli.spoken import Group, language_for, said, speak, spoken
from kpisite.cli.status import CLEAN, INTERRUPTED, MISUSED, OUR_MISTAKE
from kpisite.products.answers import Answers
from kpisite.words import refused_by_system

#: Each in a module of its own name, or in that of `MODULES`.
COMMANDS = (
    "amend", "answer", "archive", "audit", "blank", "build", "bundle", "check", "ci", "close",
    "diff", "doctor", "explain", "export", "import", "init", "keys", "lsp", "new", "owners",
    "pack", "publish", "rule", "schema", "seal", "serve", "sheet", "sign", "simulate", "status",
    "verify",
)  # fmt: skip

MODULES = {"status": "pending", "import": "importing"}
#: Those whose function cannot be called as they are, for Python means something else by it.
FUNCTIONS = {"import": "import_"}


class _Commands(Mapping[str, click.Command]):
    """The commands by name, each imported when it is asked for: to import what only the others need
    takes longer than to check a small site."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in COMMANDS:
            raise KeyError(name)
        module = MODULES.get(name, name)
        function = FUNCTIONS.get(name, name)
        command: click.Command = getattr(import_module(f"kpisite.cli.{module}"), function)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


@click.group(
    cls=Group,
    commands=_Commands(),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="kpisite")
@click.option(
    "-C",
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.pass_context
def kpisite(context: click.Context, folder: Path | None) -> None:
    """Performance appraisal as plain text: checked, scored exactly, published as a static site."""
    context.obj = Started(folder, context.obj)


def main(arguments: Sequence[str] | None = None, answers: Answers | None = None) -> None:
    """Runs the command line, by default on what the shell gave, and ends the process with its
    status: exit 3 says that the fault is kpisite's own.  `answers` has what is kept for the next
    time."""
    make_fit()
    speak(language_for(sys.argv[1:] if arguments is None else arguments))
    try:
        code = kpisite.main(arguments, prog_name="kpisite", standalone_mode=False, obj=answers)
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except click.ClickException as error:
        code = error.exit_code
        with suppress(OSError):
            error.show()
    except (OSError, MemoryError) as error:
        code = MISUSED
        _report(error)
    except Exception:
        import traceback

        code = OUR_MISTAKE
        with suppress(OSError):
            traceback.print_exc()
            click.echo(said("our-fault"), err=True)
    sys.exit(code or CLEAN)


def _report(error: OSError | MemoryError) -> None:
    """Says in a line what the machine refused: a full or failing disk, a folder that may not be
    read, want of memory.

    What could not be printed is not tried again when Python ends, for that would be its last word.
    """
    sys.stdout = io.StringIO()
    reason = refused_by_system(error, spoken())
    place = getattr(error, "filename", None)
    with suppress(OSError):
        click.echo(f"kpisite: {place}: {reason}" if place else f"kpisite: {reason}", err=True)
