"""`kpisite archive`: signed forms, kept for years outside of what is built."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from kpisite.archive.checking import check_archive
from kpisite.archive.folder import (
    ArchiveRefuses,
    claimed_archive,
    copies_of,
    months_in,
    refuse_unfit_archive,
)
from kpisite.archive.retention import delete_due, due_on
from kpisite.archive.retention import hold as hold_in
from kpisite.archive.retention import release as release_in
from kpisite.archive.taking import Taken, Wish, archive_one, taken
from kpisite.archive.unsigned import standings
from kpisite.cli.archive_reports import (
    checked_data,
    checked_text,
    due_data,
    due_text,
    refused_in_words,
    status_data,
    status_text,
)
from kpisite.cli.site import MonthType, in_folder, opened, sound, started_in, stop
from kpisite.cli.spoken import Command, Group, said, spoken
from kpisite.cli.status import FOUND, MISUSED
from kpisite.core.month import Month
from kpisite.core.text import LANGUAGES
from kpisite.load import Loaded
from kpisite.output import OF_THE_SITE
from kpisite.site import Site

#: What is wrong with the call or the machine, and not with a file.
_OF_THE_CALL = ("archive-busy", "archive-no-folder", "archive-holds-site", "archive-in-output",
                "archive-in-records", "archive-no-sign", "archive-no-scan")  # fmt: skip


@click.group(cls=Group)
def archive() -> None:
    """Keep signed forms for years: take in, check, list who has yet to sign, delete in time."""


def _command(function: Callable[..., Any]) -> click.Command:
    """Makes a command of the group of `function`, whose words stand under both names."""
    name = function.__name__
    made = click.command(f"archive {name}", cls=Command)(function)
    archive.add_command(made, name)
    return made


def _in_archive(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--archive", "place", type=click.Path(path_type=Path), metavar="DIR")(
        command
    )


def _in_language(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--language`, which has been heeded when a command begins."""
    option = click.option("--language", type=click.Choice(LANGUAGES), expose_value=False)
    return option(command)


def _as_json(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True)(command)


def _on_a_day(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--on", "day", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]))(
        command
    )


@_command
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--as", "whose", metavar="PERSON MONTH", type=(str, MonthType()))
@click.option("--without-pay", is_flag=True)
@click.option("--unsigned", is_flag=True)
@click.option("--reason", metavar="TEXT")
@_on_a_day
@_in_archive
@_in_language
@in_folder
def add(
    files: tuple[Path, ...],
    whose: tuple[str, Month] | None,
    without_pay: bool,
    unsigned: bool,
    reason: str | None,
    day: datetime | None,
    place: Path | None,
    folder: Path | None,
) -> None:
    """Take signed forms, and scans of them, into the archive: all of the files, or none."""
    if whose is not None and len(files) > 1:
        raise click.UsageError(said("archive-as-one"))
    site = opened(folder)
    loaded = site.check()
    book = loaded.book
    target = _place(site, loaded, place, folder)
    wish = Wish(
        day=_day(day),
        now=datetime.now().astimezone(),
        address="" if whose is None else whose[0],
        month=None if whose is None else whose[1],
        unsigned=unsigned,
        without_pay=without_pay,
        reason=(reason or "").strip(),
    )
    start, found, refusals = started_in(folder), list[Taken](), list[str]()
    for path in files:
        try:
            found.append(taken(book, start / path, wish, book.site.model.language))
        except ArchiveRefuses as refused:
            refusals.append(f"{path}: {refused_in_words(refused)}")
            code = MISUSED if refused.code in _OF_THE_CALL else FOUND
    for line in refusals:
        click.echo(line, err=True)
    if refusals:
        click.echo(said("archive-nothing-added"), err=True)
        stop(code)
    _add_all(target, files, found)


def _add_all(target: Path, files: tuple[Path, ...], found: list[Taken]) -> None:
    """Puts one after the other into the archive; what is in stays in where another is refused."""
    done = 0
    try:
        with _refusing(), claimed_archive(target):
            for path, one in zip(files, found, strict=True):
                with _refusing(path):
                    copy, is_new = archive_one(target, one)
                key = "archive-added" if is_new else "archive-there"
                click.echo(said(key, file=path, path=target / copy.path))
                done += 1
    finally:
        if done < len(found):
            click.echo(said("archive-some", done=done, count=len(found)), err=True)


@_command
@click.argument("months", metavar="[MONTH]...", nargs=-1, type=MonthType())
@_as_json
@_in_archive
@_in_language
@in_folder
def check(
    months: tuple[Month, ...],
    as_json: bool,
    place: Path | None,
    folder: Path | None,
) -> None:
    """Check that the archive is authentic, whole, usable and safe."""
    site = opened(folder)
    target = _place(site, site.check(), place, folder)
    with _refusing():
        _known_months(target, months)
        checked = check_archive(target, months, datetime.now().astimezone())
    _show(checked_data(checked, target) if as_json else checked_text(checked))
    if checked.lacks:
        stop(FOUND)


@_command
@click.argument("month", required=False, type=MonthType())
@_as_json
@_in_archive
@_in_language
@in_folder
def status(
    month: Month | None,
    as_json: bool,
    place: Path | None,
    folder: Path | None,
) -> None:
    """List who has yet to sign the forms of MONTH, by default the last one."""
    site = opened(folder)
    loaded = sound(site, spoken())
    target = _place(site, loaded, place, folder)
    months = {one.month for one in loaded.results}
    month = month or max(months, default=None)
    if month is None or month not in months:
        raise click.UsageError(said("month-without-records", month=month or ""))
    with _refusing():
        found = standings(loaded.book, loaded.results, target, month, spoken())
    _show(status_data(found, month) if as_json else status_text(found, month))
    if any(one.missing for one in found):
        stop(FOUND)


@_command
@_on_a_day
@click.option("--delete", is_flag=True)
@_as_json
@_in_archive
@_in_language
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
    book = loaded.book
    target, on, years = _place(site, loaded, place, folder), _day(day), book.site.model.retention
    if delete and on > today():
        raise click.UsageError(said("archive-not-yet", day=on))
    with _refusing():
        if not delete or not target.is_dir():
            found, gone = due_on(target, on, years), None
            _show(due_data(found, on, gone) if as_json else due_text(found, on))
            return
        with claimed_archive(target):
            found = due_on(target, on, years)
            if not as_json:
                _show(due_text(found, on))
            gone = delete_due(target, found, on)
    _show(due_data(found, on, gone) if as_json else said("archive-deleted", count=len(gone)))


@_command
@click.argument("what")
@click.option("--reason", metavar="TEXT", required=True)
@_on_a_day
@_in_archive
@_in_language
@in_folder
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
    book = loaded.book
    target = _place(site, loaded, place, folder)
    with _refusing():
        if what not in book.staff and what not in book.department_by_id:
            copies = (copy for month in months_in(target) for copy in copies_of(target, month))
            if what not in {copy.path for copy in copies}:
                raise click.UsageError(said("archive-hold-what", what=what))
        with claimed_archive(target):
            hold_in(target, what, _reason(reason), _day(day))
    click.echo(said("archive-held", what=what))


@_command
@click.argument("what")
@click.option("--reason", metavar="TEXT", required=True)
@_on_a_day
@_in_archive
@_in_language
@in_folder
def release(
    what: str,
    reason: str,
    day: datetime | None,
    place: Path | None,
    folder: Path | None,
) -> None:
    """End the holds on WHAT; they stay written down, with why they ended."""
    site = opened(folder)
    target = _place(site, site.check(), place, folder)
    with _refusing(), claimed_archive(target):
        if not release_in(target, what, _reason(reason), _day(day)):
            raise click.UsageError(said("archive-not-held", what=what))
    click.echo(said("archive-released", what=what))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise click.UsageError(said("archive-reason"))
    return reason.strip()


def _day(day: datetime | None) -> date:
    return today() if day is None else day.date()


def today() -> date:
    """The day on which the command is given."""
    return date.today()


def _place(site: Site, loaded: Loaded, place: Path | None, folder: Path | None) -> Path:
    """The folder of the archive; a usage error where none can be."""
    target = site.archive(loaded) if place is None else started_in(folder) / place
    with _refusing():
        refuse_unfit_archive(site.root, target, OF_THE_SITE)
    return target


def _known_months(target: Path, months: tuple[Month, ...]) -> None:
    known = months_in(target)
    for month in months:
        if month not in known:
            raise click.UsageError(said("archive-no-month", month=month))


def _show(report: dict[str, Any] | str) -> None:
    if isinstance(report, str):
        click.echo(report)
    else:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2).encode())


@contextmanager
def _refusing(path: Path | None = None) -> Iterator[None]:
    """Says in a line what was refused, and ends."""
    try:
        yield
    except ArchiveRefuses as refused:
        place = "" if path is None else f"{path}: "
        click.echo(place + refused_in_words(refused), err=True)
        stop(MISUSED if refused.code in _OF_THE_CALL else FOUND)
