"""`kpisite simulate`: past months under other rules."""

from pathlib import Path

import click

from kpisite.cli.compared import COMPARED, Shown, say_compared
from kpisite.cli.past import past_or_stop
from kpisite.cli.site import MonthType, in_folder, in_language, opened, show, started_in, stop
from kpisite.cli.spoken import command, said
from kpisite.cli.status import FOUND
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.compare import State, compare
from kpisite.desk.simulate import NoRule, is_rule, replayed
from kpisite.examine.load import assembled
from kpisite.read.file import File
from kpisite.site import Site
from kpisite.source import scan


@command
@click.argument(
    "files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, dir_okay=False)
)
@click.option("--month", "months", type=MonthType(), multiple=True)
@click.option("--with-pay", is_flag=True)
@click.option("--format", "format", type=click.Choice(tuple(COMPARED)), default="text")
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def simulate(
    files: tuple[str, ...],
    months: tuple[Month, ...],
    with_pay: bool,
    format: str,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Score past months again as though each scheme or policy in FILE had always held, by default
    those that the folder has otherwise than the last commit: who changes grade, and what it
    costs."""
    site = opened(folder)
    base, rules = _given(site, folder, files) if files else _changed(site)
    if not rules:
        raise click.UsageError(said("simulate-nothing"))
    before = State(name=said("simulate-before"), loaded=assembled(lambda: base))
    try:
        tried = replayed(base, rules)
    except NoRule as none:
        raise click.UsageError(said("simulate-no-rule", path=none.path)) from None
    after = State(name=said("simulate-after"), loaded=assembled(lambda: tried))
    language = language or before.ground.site.model.language
    if after.has_errors:
        show(after.loaded.issues, after.loaded.book, language, "text", to_stderr=True)
        click.echo(said("simulate-errors"), err=True)
        stop(FOUND)
    found = compare(before, after, frozenset(months))
    shown = Shown(found, language, with_pay)
    say_compared(shown, "json" if as_json else format)
    if not found.moves and not as_json:
        click.echo(said("simulate-same"), err=True)


def _given(
    site: Site, folder: Path | None, files: tuple[str, ...]
) -> tuple[list[File], list[File]]:
    """The site as it lies in the folder, and the rules that were named."""
    root, here = site.root.resolve(), started_in(folder)
    rules = []
    for name in files:
        place = (here / name).resolve()
        path = place.relative_to(root).as_posix() if place.is_relative_to(root) else name
        rules.append(File(path, place.read_bytes()))
    return [*scan(site.root)], rules


def _changed(site: Site) -> tuple[list[File], list[File]]:
    """The site as it stood at the last commit, and the rules that the folder has otherwise."""
    past = past_or_stop(site, "HEAD")
    before = {file.path: file.content for file in past.files}
    rules = [
        file
        for file in scan(site.root)
        if is_rule(file.path) and file.content != before.get(file.path)
    ]
    return past.files, rules
