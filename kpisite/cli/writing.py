"""What the commands share that write into people's files: shown first, checked, then written."""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import click

from kpisite.check.located import Located, all_located
from kpisite.cli.site import saving, show, stop
from kpisite.cli.spoken import said
from kpisite.cli.status import FOUND
from kpisite.core.text import Language
from kpisite.edit.change import CannotEdit, Change, write
from kpisite.examine.load import Loaded
from kpisite.site import Site
from kpisite.words import has_errors, page_words


def new_issues(before: Loaded, after: Loaded) -> list[Located]:
    """What is wrong after a change and was not before."""
    known = {_name(one) for one in before.issues}
    return [one for one in after.issues if _name(one) not in known]


def _name(issue: Located) -> tuple[object, ...]:
    """What an issue is known by, wherever in its file its line has come to stand."""
    facts = tuple(sorted((key, str(one)) for key, one in issue.facts.items()))
    return issue.code, issue.at.path, issue.names, issue.line, facts


def checked(site: Site, changes: Sequence[Change]) -> Loaded:
    """The site as it would be with the changes in it."""
    return site.check_with({change.path: change.after for change in changes})


def put_in_place(
    site: Site,
    before: Loaded,
    changes: Sequence[Change],
    language: Language,
    *,
    dry_run: bool,
    as_json: bool = False,
    despite: Collection[str] | None = (),
) -> list[Located]:
    """Writes the changes, or shows them where it is only tried, and reports what is newly wrong;
    where that is an error nothing is written and the command ends, unless it is one of the codes
    `despite` which it is written, or any where that is None."""
    changes = [change for change in changes if change.is_any]
    after = checked(site, changes)
    issues = new_issues(before, after)
    if dry_run and not as_json:
        click.echo("".join(change.diff() for change in changes), nl=False)
    grave = [one for one in issues if despite is not None and one.code not in despite]
    if has_errors(grave):
        show(issues, after.book, language, "text", to_stderr=True)
        click.echo(said("not-written"), err=True)
        stop(FOUND)
    if not dry_run:
        for change in changes:
            if site.content(change.path) != change.before:
                click.echo(said("changed-meanwhile", path=change.path), err=True)
                stop(FOUND)
        with saving(page_words(language)):
            write(site.root, changes)
    if issues:
        show(issues, after.book, language, "text", to_stderr=True)
    return issues


def report(changes: Sequence[Change], text: str, *, dry_run: bool, as_json: bool) -> None:
    """Says what was written, or would be, as a line or as data."""
    if as_json:
        files = [change.path for change in changes if change.is_any]
        reported = {"written": not dry_run, "files": files}
        click.echo(json.dumps(reported, ensure_ascii=False, indent=2).encode())
    elif not dry_run:
        click.echo(text)


@contextmanager
def editing(before: Loaded, language: Language) -> Iterator[None]:
    """Reports the faults of a file that cannot be edited, and ends."""
    try:
        yield
    except CannotEdit as cannot:
        if cannot.issues:
            found = all_located(cannot.issues, before.book.documents.get)
            show(found, before.book, language, "text", to_stderr=True)
        click.echo(said("cannot-edit"), err=True)
        stop(FOUND)
