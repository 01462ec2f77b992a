"""`kpisite archive due`, `hold` and `release`: how long copies are kept."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kpisite.archive.folder import claimed_archive, copies_of, months_in
from kpisite.cli import archive_options
from kpisite.cli.archive_options import (
    archive_command,
    as_json_too,
    day_of,
    in_archive,
    in_this_language,
    on_a_day,
    place_of,
    refusing,
    show_report,
)
from kpisite.cli.archive_reports import due_data, due_text
from kpisite.cli.as_data import with_json
from kpisite.cli.site import in_folder, opened
from kpisite.cli.spoken import said
from kpisite.preservation.retention import delete_due, due_on
from kpisite.preservation.retention import hold as hold_in
from kpisite.preservation.retention import release as release_in


@archive_command
@on_a_day
@click.option("--delete", is_flag=True)
@as_json_too
@in_archive
@in_this_language
@in_folder
def due(
    day: datetime | None,
    delete: bool,
    as_json: bool,
    place: Path | None,
    folder: Path | None,
) -> None:
    """List the copies whose time is over, and delete them only where that is asked for."""
    site = opened(folder)
    loaded = site.check()
    book = loaded.ground
    target, on, years = (
        place_of(site, loaded, place, folder),
        day_of(day),
        book.site.model.retention,
    )
    if delete and on > archive_options.today():
        raise click.UsageError(said("archive-not-yet", day=on))
    with refusing():
        if not delete or not target.is_dir():
            found, gone = due_on(target, on, years), None
            show_report(due_data(found, on, gone) if as_json else due_text(found, on))
            return
        with claimed_archive(target):
            found = due_on(target, on, years)
            if not as_json:
                show_report(due_text(found, on))
            gone = delete_due(target, found, on)
    show_report(due_data(found, on, gone) if as_json else said("archive-deleted", count=len(gone)))


def _hold_command(function: Callable[..., Any]) -> click.Command:
    """Makes a command about what is held, and why."""
    for option in (with_json, in_folder, in_this_language, in_archive, on_a_day, _REASON, _WHAT):
        function = option(function)
    return archive_command(function)


_WHAT = click.argument("what")
_REASON = click.option("--reason", metavar="TEXT", required=True)


@_hold_command
def hold(
    what: str,
    reason: str,
    day: datetime | None,
    place: Path | None,
    folder: Path | None,
) -> None:
    """Keep WHAT, a person's copies or one file, from being deleted, whatever its time."""
    site = opened(folder)
    loaded = site.check()
    book = loaded.ground
    target = place_of(site, loaded, place, folder)
    with refusing():
        if what not in book.staff and what not in book.department_by_id:
            copies = (copy for month in months_in(target) for copy in copies_of(target, month))
            if what not in {copy.path for copy in copies}:
                raise click.UsageError(said("archive-hold-what", what=what))
        with claimed_archive(target):
            hold_in(target, what, _reason(reason), day_of(day))
    click.echo(said("archive-held", what=what))


@_hold_command
def release(
    what: str,
    reason: str,
    day: datetime | None,
    place: Path | None,
    folder: Path | None,
) -> None:
    """End the holds on WHAT; they stay written down, with why they ended."""
    site = opened(folder)
    target = place_of(site, site.check(), place, folder)
    with refusing(), claimed_archive(target):
        if not release_in(target, what, _reason(reason), day_of(day)):
            raise click.UsageError(said("archive-not-held", what=what))
    click.echo(said("archive-released", what=what))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise click.UsageError(said("archive-reason"))
    return reason.strip()
