"""`kpisite check`: every fault at once."""

import os
from pathlib import Path

import click

from kpisite.check.located import Located
from kpisite.cli.formats import FORMATS
from kpisite.cli.site import (
    answers_for,
    in_folder,
    in_language,
    opened,
    say,
    show,
    started_in,
    stop,
)
from kpisite.cli.spoken import command, said
from kpisite.cli.status import CLEAN, FOUND
from kpisite.core.text import Language
from kpisite.products.answers import Answer
from kpisite.words import has_errors, page_words


@command
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "--format",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True)
@click.option("--strict", is_flag=True)
@in_language
@in_folder
def check(
    paths: tuple[Path, ...],
    format: str,
    as_json: bool,
    strict: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Check the whole site and report every fault; with PATHs, only what is wrong in those."""
    format = "json" if as_json else format
    site = opened(folder)
    wanted = [_within(site.root, path, folder) for path in paths]
    answers = None if paths else answers_for(site)
    look = None if answers is None else answers.look
    loaded = site.check(keeps=True, look=look, only_checks=True)
    book, issues, accepted = loaded.ground, loaded.issues, loaded.accepted
    if paths:
        issues = [issue for issue in issues if _is_in(issue, wanted)]
        accepted = [issue for issue in accepted if _is_in(issue, wanted)]
    told = [show(issues, book, language, format)]
    if accepted and format == "text":
        words = page_words(language or book.site.model.language)
        told.append(say("out", words["check-accepted"].format(count=len(accepted)) + "\n"))
    status = FOUND if has_errors(issues) or (strict and issues) else CLEAN
    if answers is not None:
        answers.keep(Answer(said=told, status=status))
    stop(status)


def _within(root: Path, path: Path, folder: Path | None) -> str:
    place = Path(os.path.realpath(started_in(folder) / path))
    if not os.access(place, os.F_OK):  # no path makes it an error, however long or crooked
        raise click.UsageError(said("no-path", path=path))
    if not place.is_relative_to(root):
        raise click.UsageError(said("path-outside", path=path, root=root))
    return place.relative_to(root).as_posix()


def _is_in(issue: Located, wanted: list[str]) -> bool:
    path = issue.at.path
    return any(where == "." or path == where or path.startswith(f"{where}/") for where in wanted)
