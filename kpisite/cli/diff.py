"""`kpisite diff`: what is otherwise for people, in one state of the site than in another."""

from pathlib import Path

import click

from kpisite.cli.compared import COMPARED, Shown, say_compared
from kpisite.cli.past import past_or_stop
from kpisite.cli.site import MonthType, in_folder, in_language, opened, stop
from kpisite.cli.spoken import command, said
from kpisite.cli.status import FOUND
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.compare import State, compare
from kpisite.examine.load import assembled
from kpisite.site import Site
from kpisite.source import scan


@command
@click.argument("before", metavar="[REV]", required=False, default="HEAD")
@click.argument("after", metavar="[REV]", required=False)
@click.option("--month", "months", type=MonthType(), multiple=True)
@click.option("--with-pay", is_flag=True)
@click.option("--format", "format", type=click.Choice(tuple(COMPARED)), default="text")
@click.option("--json", "as_json", is_flag=True)
@click.option("--fail-on-change", is_flag=True)
@click.option("--acknowledged", metavar="DIGEST", multiple=True)
@in_language
@in_folder
def diff(
    before: str,
    after: str | None,
    months: tuple[Month, ...],
    with_pay: bool,
    format: str,
    as_json: bool,
    fail_on_change: bool,
    acknowledged: tuple[str, ...],
    language: Language | None,
    folder: Path | None,
) -> None:
    """Say what is otherwise in the folder than in the commit REV, or in the second than in the
    first."""
    site = opened(folder)
    old, new = state_at(site, before), state_at(site, after) if after else state_now(site)
    language = language or new.ground.site.model.language
    found = compare(old, new, frozenset(months))
    shown = Shown(found, language, with_pay)
    say_compared(shown, "json" if as_json else format)
    if not as_json and format == "text" and not found.moves and not found.rules:
        click.echo(said("diff-nothing"), err=True)
    if fail_on_change and found.is_any and shown.digest not in acknowledged:
        click.echo(said("diff-to-acknowledge", digest=shown.digest), err=True)
        stop(FOUND)


def state_now(site: Site) -> State:
    """The site as it lies in the folder."""
    return State(name=said("diff-folder"), loaded=assembled(lambda: scan(site.root)))


def state_at(site: Site, revision: str) -> State:
    """The site as it stood at a commit; the end, with a remedy, where git has none such."""
    past = past_or_stop(site, revision)
    return State(
        name=revision,
        loaded=assembled(lambda: past.files),
        is_todays_pay=past.has_todays_pay,
    )
