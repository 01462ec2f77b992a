"""`kpisite build`: the site, whole or not at all."""

import os
import signal
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import NoReturn

import click

from kpisite.check.ground import Ground
from kpisite.cli.as_data import is_asked, note, with_json
from kpisite.cli.past import examined_past, past_or_stop
from kpisite.cli.progress import progress_shown
from kpisite.cli.site import (
    MonthType,
    answers_for,
    in_folder,
    in_language,
    known,
    known_departments,
    opened,
    say,
    show,
    started_in,
    stop,
)
from kpisite.cli.spoken import command, said, spoken
from kpisite.cli.status import CLEAN, FOUND, MISUSED
from kpisite.core.month import Month
from kpisite.core.spread import WorkersLost
from kpisite.core.system import STOPPING
from kpisite.core.text import Language
from kpisite.disk.staging import Busy
from kpisite.pages.audience import AUDIENCES, kinds, trees_of
from kpisite.pages.selection import Selection
from kpisite.products.answers import SECONDS, Answer
from kpisite.products.build import Built, NothingSelected
from kpisite.products.output import Unfit
from kpisite.site import OUTPUT, Site
from kpisite.words import has_errors, page_words, refused_by_system
from kpisite.write.pdf import PrintError, WorkerLost
from kpisite.write.template import ThemeError

REMEDY = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@command
@click.option("--month", "months", type=MonthType(), multiple=True)
@click.option("--department", "departments", metavar="ID", multiple=True)
@click.option("--employee", "employees", metavar="ID", multiple=True)
@click.option("--audience", "audiences", metavar="ID", multiple=True)
@click.option("--no-pdf", is_flag=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
)
@click.option("--workers", type=click.IntRange(1), metavar="N")
@click.option("--why", metavar="PATH", default="")
@click.option("--rev", metavar="REV")
@with_json
@in_language
@in_folder
def build(
    months: tuple[Month, ...],
    departments: tuple[str, ...],
    employees: tuple[str, ...],
    audiences: tuple[str, ...],
    no_pdf: bool,
    output: Path | None,
    workers: int | None,
    why: str,
    rev: str | None,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Check, score, and write the site; nothing is written where anything is wrong.

    Each of the options that select may be given several times.
    """
    started = monotonic()
    site = opened(folder)
    if rev is not None and output is None:
        raise click.UsageError(said("build-rev-output", rev=rev))
    target = _target(site, output, folder)
    past = None if rev is None else past_or_stop(site, rev)
    restored = site.restore(target)
    answers = None if why or past is not None or is_asked() else answers_for(site)
    look = None if answers is None else answers.look
    loaded = (
        site.check(keeps=True, workers=workers, look=look) if past is None else examined_past(past)
    )
    book, issues = loaded.ground, loaded.issues
    language = language or book.site.model.language
    words = page_words(language)
    if restored:
        click.echo(words[restored].format(output=target), err=True)
    if past is not None and past.has_todays_pay:
        click.echo(said("build-todays-pay", rev=rev), err=True)
    told = [show(issues, book, language, "text", to_stderr=True)] if issues else []
    if has_errors(issues):
        click.echo(words["not-built"], err=True)
        stop(FOUND)
    selection = Selection(
        months=frozenset(months),
        departments=known_departments(book, departments),
        employees=known("no-employee", employees, (*book.staff, *book.department_by_id)),
        audiences=known_audiences(book, audiences),
        pdf=not no_pdf,
    )
    if selection.pdf:
        can_print_or_stop(language)
    with reported(target, words), _ended_by_signals(), progress_shown() as progress:
        built = site.build(
            loaded,
            target,
            selection,
            workers=workers,
            progress=progress,
            why=_place_of(why, target, folder),
            past=past,
        )
    for code, path in built.remarks:
        click.echo(words[code].format(path=path), err=True)
    if built.is_cut_off:
        told.append(say("err", words["history-cut-off"] + "\n"))
    about = partial(_said, book=book, target=target, selection=selection, language=language)
    say("out", about(built, seconds=f"{monotonic() - started:.1f}"))
    if answers is not None and not built.remarks and built.again is not None:
        told.append(("out", about(replace(built, printed=0), seconds=SECONDS)))
        answers.keep(Answer(said=told, status=CLEAN), built.again)


def _place_of(why: str, target: Path, folder: Path | None) -> str:
    """The path under the output folder of a file that may be named from anywhere."""
    place = Path(os.path.realpath(started_in(folder) / why)) if why else target
    return place.relative_to(target).as_posix() if why and place.is_relative_to(target) else why


@contextmanager
def reported(target: Path, words: Mapping[str, str]) -> Iterator[None]:
    """What keeps a site from being built and is not kpisite's own fault, in a line."""
    try:
        yield
    except Unfit as unfit:
        raise click.UsageError(words[unfit.why].format(output=target)) from None
    except NothingSelected:
        raise click.UsageError(words["nothing-selected"]) from None
    except Busy:
        click.echo(words["busy"].format(output=target), err=True)
        stop(MISUSED)
    except WorkersLost:
        click.echo(words["worker-lost"].format(what=words["the-pages"]), err=True)
        stop(MISUSED)
    except PrintError as error:
        if isinstance(error, WorkerLost):
            click.echo(words["worker-lost"].format(what=error.title), err=True)
            stop(MISUSED)
        click.echo(words["print-fault"].format(title=error.title), err=True)
        raise
    except ThemeError as error:
        click.echo(words["theme-fault"].format(fault=error), err=True)
        stop(MISUSED)
    except OSError as error:
        reason = refused_by_system(error, spoken())
        place = f" ({error.filename})" if error.filename else ""
        click.echo(words["not-written"].format(output=target, reason=reason + place), err=True)
        stop(MISUSED)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Lets `kill` and a closed terminal end a build as Ctrl-C does, which tidies up."""

    def end(number: int, _: object) -> NoReturn:
        stop(128 + number)

    before = {}
    for one in (one for one in STOPPING if one is not signal.SIGINT):
        if signal.getsignal(one) is signal.SIG_DFL:  # `nohup` has it ignored
            with suppress(ValueError):  # not the main thread, which alone is told
                before[one] = signal.signal(one, end)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def known_audiences(book: Ground, wanted: Collection[str]) -> frozenset[str]:
    """The kinds of audience that are asked for; wrong usage where the site has none such."""
    return known("no-audience", wanted, kinds(book))


def _target(site: Site, output: Path | None, folder: Path | None) -> Path:
    if output is None:
        return site.root / OUTPUT
    place = started_in(folder) / output
    return place.absolute() if place.is_symlink() else Path(os.path.realpath(place))


def can_print_or_stop(language: Language) -> None:
    """Ends with a line and a remedy where this machine lacks what PDF files are printed with."""
    from kpisite.write.pdf import missing_libraries

    missing = missing_libraries()
    if missing is not None:
        words = page_words(language)["no-press"]
        click.echo(words.format(missing=missing, remedy=REMEDY), err=True)
        stop(MISUSED)


def _said(
    built: Built,
    *,
    book: Ground,
    target: Path,
    selection: Selection,
    language: Language,
    seconds: str,
) -> str:
    words = page_words(language)
    note(
        output=str(target),
        scorecards=built.scorecards,
        pages=dict(sorted(built.pages.items())),
        forms=built.forms,
        printed=built.printed,
    )
    lines = [
        words["built" if selection.pdf else "built-no-pdf"].format(
            scorecards=built.scorecards,
            pages=sum(built.pages.values()),
            forms=built.forms,
            printed=built.printed,
            seconds=seconds,
        )
    ]
    names = {one.id: one.name.say(language) for one in book.site.model.audience}
    for kind in kinds(book):
        if built.pages.get(kind):
            name = words[f"audience-{kind}"] if kind in AUDIENCES else names[kind]
            lines.append(f"  {name}  {target / trees_of(kind) / 'index.html'}")
    if not selection.is_all:
        lines.append(words["built-selection"])
    for reason in built.reasons:
        named = words["list-comma"].join(reason.paths)
        more = words["why-more"].format(count=reason.more) if reason.more else ""
        lines.append(words[reason.word].format(paths=named + more))
    return "".join(f"{line}\n" for line in lines)
