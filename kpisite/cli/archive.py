"""`kpisite archive`: signed forms, kept for years outside of what is built."""

from datetime import datetime
from pathlib import Path

import click

from kpisite.archive.folder import ArchiveRefuses, claimed_archive, months_in
from kpisite.cli.archive_keeping import due, hold, release
from kpisite.cli.archive_options import (
    OF_THE_CALL,
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
from kpisite.cli.archive_reports import (
    checked_data,
    checked_text,
    refused_in_words,
    status_data,
    status_text,
)
from kpisite.cli.as_data import with_json
from kpisite.cli.site import MonthType, in_folder, opened, sound, started_in, stop
from kpisite.cli.spoken import Group, said, spoken
from kpisite.cli.status import FOUND, MISUSED
from kpisite.core.month import Month
from kpisite.disk.root import trusted
from kpisite.preservation.checking import check_archive
from kpisite.preservation.taking import Taken, Wish, archive_one, taken
from kpisite.preservation.unsigned import signing_states


@archive_command
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--as", "whose", metavar="PERSON MONTH", type=(str, MonthType()))
@click.option("--without-pay", is_flag=True)
@click.option("--unsigned", is_flag=True)
@click.option("--reason", metavar="TEXT")
@with_json
@on_a_day
@in_archive
@in_this_language
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
    book = loaded.ground
    target = place_of(site, loaded, place, folder)
    wish = Wish(
        day=day_of(day),
        now=datetime.now().astimezone(),
        trusted=tuple(trusted(site.root)),
        address="" if whose is None else whose[0],
        month=None if whose is None else whose[1],
        unsigned=unsigned,
        without_pay=without_pay,
        reason=(reason or "").strip(),
    )
    start, found, refusals = started_in(folder), list[Taken](), list[str]()
    for path in files:
        try:
            found.append(taken(loaded.book, start / path, wish, book.site.model.language))
        except ArchiveRefuses as refused:
            refusals.append(f"{path}: {refused_in_words(refused)}")
            code = MISUSED if refused.code in OF_THE_CALL else FOUND
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
        with refusing(), claimed_archive(target):
            for path, one in zip(files, found, strict=True):
                with refusing(path):
                    copy, is_new = archive_one(target, one)
                key = "archive-added" if is_new else "archive-there"
                click.echo(said(key, file=path, path=target / copy.path))
                done += 1
    finally:
        if done < len(found):
            click.echo(said("archive-some", done=done, count=len(found)), err=True)


@archive_command
@click.argument("months", metavar="[MONTH]...", nargs=-1, type=MonthType())
@as_json_too
@in_archive
@in_this_language
@in_folder
def check(
    months: tuple[Month, ...],
    as_json: bool,
    place: Path | None,
    folder: Path | None,
) -> None:
    """Check that the archive is authentic, whole, usable and safe."""
    site = opened(folder)
    target = place_of(site, site.check(), place, folder)
    with refusing():
        _known_months(target, months)
        checked = check_archive(target, months, datetime.now().astimezone())
    show_report(checked_data(checked, target) if as_json else checked_text(checked))
    if checked.issues:
        stop(FOUND)


@archive_command
@click.argument("month", required=False, type=MonthType())
@as_json_too
@in_archive
@in_this_language
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
    target = place_of(site, loaded, place, folder)
    months = {one.month for one in loaded.results}
    month = month or max(months, default=None)
    if month is None or month not in months:
        raise click.UsageError(said("month-without-records", month=month or ""))
    with refusing():
        found = signing_states(loaded.ground, loaded.results, target, month, spoken())
    show_report(status_data(found, month) if as_json else status_text(found, month))
    if any(one.missing for one in found):
        stop(FOUND)


def _known_months(target: Path, months: tuple[Month, ...]) -> None:
    known = months_in(target)
    for month in months:
        if month not in known:
            raise click.UsageError(said("archive-no-month", month=month))


#: Each under its own name.
_COMMANDS = {
    "add": add, "check": check, "status": status, "due": due, "hold": hold, "release": release,
}  # fmt: skip


@click.group(cls=Group, commands=_COMMANDS)
def archive() -> None:
    """Keep signed forms for years: take in, check, list who has yet to sign, delete in time."""
