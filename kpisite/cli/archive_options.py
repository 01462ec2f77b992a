"""What the commands of `kpisite archive` share: options, the folder, and what it refuses."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from kpisite.archive.folder import ArchiveRefuses, refuse_unfit_archive
from kpisite.cli.archive_reports import refused_in_words
from kpisite.cli.site import DayType, started_in, stop
from kpisite.cli.spoken import Command
from kpisite.cli.status import FOUND, MISUSED
from kpisite.core.text import LANGUAGES
from kpisite.examine.load import Loaded
from kpisite.products.output import OF_THE_SITE
from kpisite.site import Site

#: What is wrong with the call or the machine, and not with a file.
OF_THE_CALL = ("archive-busy", "archive-no-folder", "archive-holds-site", "archive-in-output",
               "archive-in-records", "archive-no-sign", "archive-no-scan")  # fmt: skip


def archive_command(function: Callable[..., Any]) -> click.Command:
    """Makes a command of the group of `function`, whose words stand under both names."""
    return click.command(f"archive {function.__name__}", cls=Command)(function)


def in_archive(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--archive`."""
    return click.option("--archive", "place", type=click.Path(path_type=Path), metavar="DIR")(
        command
    )


def in_this_language(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--language`, which has been heeded when a command begins."""
    option = click.option("--language", type=click.Choice(LANGUAGES), expose_value=False)
    return option(command)


def as_json_too(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--json`."""
    return click.option("--json", "as_json", is_flag=True)(command)


def on_a_day(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--on`."""
    return click.option("--on", "day", type=DayType())(command)


def day_of(day: datetime | None) -> date:
    """The day that was named, by default today."""
    return today() if day is None else day.date()


def today() -> date:
    """The day on which the command is given."""
    return date.today()


def place_of(site: Site, loaded: Loaded, place: Path | None, folder: Path | None) -> Path:
    """The folder of the archive; a usage error where none can be."""
    target = site.archive(loaded) if place is None else started_in(folder) / place
    with refusing():
        refuse_unfit_archive(site.root, target, OF_THE_SITE)
    return target


def show_report(report: dict[str, Any] | str) -> None:
    """Prints a report for people, or for programs."""
    if isinstance(report, str):
        click.echo(report)
    else:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2).encode())


@contextmanager
def refusing(path: Path | None = None) -> Iterator[None]:
    """Says in a line what was refused, and ends."""
    try:
        yield
    except ArchiveRefuses as refused:
        place = "" if path is None else f"{path}: "
        click.echo(place + refused_in_words(refused), err=True)
        stop(MISUSED if refused.code in OF_THE_CALL else FOUND)
