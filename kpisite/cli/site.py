"""What the commands share: where the site is, its faults on the screen, and how to stop.

What reads and scores a site is imported when it is needed: a command that has other work as well
can begin with that.
"""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from kpisite.cli.spoken import said, spoken
from kpisite.cli.status import FOUND, MISUSED
from kpisite.core.immutable import immutable
from kpisite.core.month import Month
from kpisite.core.text import LANGUAGES, Language
from kpisite.products.answers import Answers, Piece, Where
from kpisite.words import page_words, refused_by_system

if TYPE_CHECKING:
    from kpisite.check.ground import Ground
    from kpisite.check.located import Located
    from kpisite.examine.load import Loaded
    from kpisite.site import Explained, Site

F = TypeVar("F", bound=Callable[..., Any])


def in_folder(command: F) -> F:
    """Gives a command the option `-C DIR`: work as though started there, as git does."""
    return click.option(
        "-C",
        "folder",
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
    )(command)


def in_language(command: F) -> F:
    """Gives a command the option `--language`."""
    return click.option(
        "--language",
        type=click.Choice(LANGUAGES),
    )(command)


if TYPE_CHECKING:
    _MonthParameter = click.ParamType[Month]
else:
    _MonthParameter = click.ParamType


class MonthType(_MonthParameter):
    """A month on the command line."""

    name = "YYYY-MM"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        """The month, or a usage error."""
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except ValueError:
            self.fail(said("not-a-month", value=value), param, ctx)


class DayType(click.DateTime):
    """A day on the command line."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """How a day is written."""
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day, or a usage error."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(said("not-a-day", value=value), param, ctx)


def require_month(value: str) -> Month:
    """The month that is named; a usage error for what is none."""
    try:
        return Month.parse(value)
    except ValueError:
        raise click.UsageError(said("not-a-month", value=value)) from None


@immutable(kw_only=False)
class Started:
    """What a command finds when it starts: the folder that `-C` named ahead of it, and what it
    answered before, where it was looked for."""

    folder: Path | None
    answers: Answers | None


def _started() -> Started:
    found = click.get_current_context().obj
    assert isinstance(found, Started)
    return found


def started_in(folder: Path | None) -> Path:
    """The folder that a command works in: the shell's, or what `-C` says, before the command or
    after it."""
    return Path(_started().folder or ".") / (folder or ".")


def answers_for(site: "Site") -> Answers | None:
    """What was answered to this command for the site, with the look at it that was taken."""
    answers = _started().answers
    return answers if answers is not None and answers.look.root == site.root else None


def opened(folder: Path | None) -> "Site":
    """The site that a command was started in; a usage error where there is none."""
    from kpisite.site import NoSite, Site

    start = started_in(folder)
    try:
        return Site.find(start)
    except NoSite:
        raise click.UsageError(said("no-site", folder=start.resolve())) from None


def sound(site: "Site", language: Language | None, *, keeps: bool = False) -> "Loaded":
    """What is in the site, where nothing forbids scoring; else its errors, and the end."""
    from kpisite.site import Unsound

    try:
        return site.sound(keeps=keeps)
    except Unsound as unsound:
        found = unsound.loaded
        show(found.issues, found.book, language, "text", to_stderr=True)
        stop(FOUND)


def explained(
    site: "Site", loaded: "Loaded", address: str, month: Month, language: Language
) -> "Explained":
    """The scorecard that a command names, `CS017` or `CS017@store`; a usage error where there is
    none."""
    from kpisite.site import NoScorecard

    words = page_words(language)
    try:
        return site.explain(loaded, address, month)
    except NoScorecard as none:
        key = "no-record" if none.reason is None else "unrecorded-excused"
        reason = "" if none.reason is None else none.reason.say(language)
        raise click.UsageError(words[key].format(id=address, month=month, reason=reason)) from None


def show(
    issues: "list[Located]",
    book: "Ground",
    language: Language | None,
    format: str,
    *,
    to_stderr: bool = False,
) -> Piece:
    """Prints `issues` in one of the formats, and gives what was printed; what machines read is
    UTF-8 on every terminal."""
    from kpisite.cli.formats import FORMATS
    from kpisite.cli.report import report_of

    language = language or book.site.model.language
    written = FORMATS[format](report_of(issues, language), language)
    return say("err" if to_stderr else "out" if format == "text" else "bytes", written)


def say(where: Where, text: str) -> Piece:
    """Says something, and gives it to be said again."""
    click.echo(text.encode() if where == "bytes" else text, nl=False, err=where == "err")
    return where, text


@contextmanager
def saving(words: Mapping[str, str], path: Path | None = None) -> Iterator[None]:
    """Reports in a line that a file could not be written, and ends; a failing disk and a folder
    that nobody may write to are no mistakes of ours."""
    try:
        yield
    except OSError as error:
        place, reason = path or error.filename, refused_by_system(error, spoken())
        click.echo(words["not-saved"].format(path=place, reason=reason), err=True)
        stop(MISUSED)


def stop(code: int) -> NoReturn:
    """Ends the program with `code`."""
    sys.exit(code)


def known(issue: str, wanted: Collection[str], there: Collection[str]) -> frozenset[str]:
    """What is asked for by id; wrong usage, in the words for `issue`, where there is none such."""
    for id in wanted:
        if id not in there:
            raise click.UsageError(said(issue, id=id, known=", ".join(there) or "–"))
    return frozenset(wanted)


def known_departments(book: "Ground", wanted: Collection[str]) -> frozenset[str]:
    """The departments that are asked for."""
    return known("no-department", wanted, book.department_by_id)
