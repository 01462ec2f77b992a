"""`kpisite`: the group of commands, and what happens when one fails."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

import click

from kpisite import __version__
from kpisite.cli.status import OUR_FAULT

#: Each in a module of its own name.
COMMANDS = ("build", "check", "close", "explain", "export", "schema")


class _Commands(Mapping[str, click.Command]):
    """The commands by name, each imported when it is asked for: to import what only the others need
    takes longer than to check a small site."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in COMMANDS:
            raise KeyError(name)
        command: click.Command = getattr(import_module(f"kpisite.cli.{name}"), name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


@click.group(
    commands=_Commands(),
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  kpisite check                       tell every fault in the site
  kpisite build                       check, score, and write output/
  kpisite close 2026-10               freeze a month
  kpisite explain CS017 2026-10       why a total is what it is
  kpisite export --workbook CS017 2026-10   the same as a spreadsheet
  kpisite schema --write              JSON Schemas for your editor""",
)
@click.version_option(__version__, prog_name="kpisite")
@click.option(
    "-C",
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Work as though started in DIR.",
)
@click.pass_context
def kpisite(context: click.Context, folder: Path | None) -> None:
    """Performance appraisal as plain text: checked, scored exactly, published as a static site."""
    context.obj = folder


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line, by default on what the shell gave; exit 3 tells that the fault is
    kpisite's own."""
    try:
        kpisite(arguments, prog_name="kpisite")
    except Exception:
        import traceback

        traceback.print_exc()
        click.echo(
            "kpisite: this is a fault of kpisite, not of your records; "
            "please report it with the lines above.",
            err=True,
        )
        sys.exit(OUR_FAULT)
