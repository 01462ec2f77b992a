"""`kpisite serve`: the site of every audience in a browser, up to date while files are edited."""

import json
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import click

from kpisite.cli.report import IssueReport, ReportedIssue, excerpt, report_of
from kpisite.cli.site import in_folder, in_language, opened, show, stop
from kpisite.cli.spoken import command, said, spoken
from kpisite.cli.status import MISUSED
from kpisite.core.system import STOPPING
from kpisite.core.text import Language
from kpisite.examine.load import Loaded
from kpisite.words import command_words, has_errors, page_words, refused_by_system

#: The words of the bar, by what the bar calls them.
BAR = {
    "audience": "serve-bar-audience",
    "hide": "serve-bar-hide",
    "printing": "serve-bar-printing",
    "still": "serve-bar-still",
    "nothing": "serve-bar-nothing",
    "ended": "serve-bar-ended",
}
#: What the server itself says.
SAID = ("serve-refused", "serve-no-way-in", "serve-not-there", "serve-no-press", "serve-failed")


@command
@click.option("--port", type=click.IntRange(1, 65535), metavar="N")
@click.option("--address", type=click.Choice(["127.0.0.1", "::1"]), default="127.0.0.1")
@click.option("--no-pdf", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def serve(
    port: int | None,
    address: str,
    no_pdf: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Show the site of every audience in a browser, and each change as soon as it is saved."""
    site = opened(folder)
    from kpisite.serve.watch import Watch, has_library

    if not has_library():
        click.echo(said("serve-no-library"), err=True)
        stop(MISUSED)
    from kpisite.pages.selection import Selection
    from kpisite.serve.engine import Engine
    from kpisite.serve.preview import Preview
    from kpisite.serve.server import PortTaken, Server

    say = _as_json if as_json else _in_words
    engine, announcer = Engine(), _Announcer(language, say)
    preview = Preview(site, Selection(pdf=not no_pdf), announcer.described)
    words = command_words(spoken())
    with _ended_quietly(say):
        try:
            server = Server(
                address, port, engine, preview,
                {key: words[key] for key in SAID} | {"lang": page_words(spoken())["lang"]},
                announcer.failed,
            )  # fmt: skip
        except PortTaken as taken:
            click.echo(said("serve-port-taken", port=taken.port), err=True)
            stop(MISUSED)
        try:
            server.begin()
            say("serve-at", url=server.url)

            def refresh() -> None:
                announcer.begun = monotonic()
                preview.refresh()

            def notice() -> None:
                if preview.outdate():
                    engine.post(refresh)

            Watch(site.root, notice).start()
            notice()
            engine.run()
        finally:
            server.end()


def _in_words(key: str, **facts: object) -> None:
    click.echo(said(key, **facts))


def _as_json(key: str, **facts: object) -> None:
    """What happened as an object on a line of its own, for other programs."""
    line = json.dumps({"event": key.removeprefix("serve-"), **facts}, ensure_ascii=False)
    click.echo(line.encode() + b"\n", nl=False)


class _Announcer:
    """Says what became of each state of the site, to the bar and on the terminal."""

    def __init__(self, language: Language | None, say: Callable[..., None]) -> None:
        self._language = language
        self._say = say
        self.begun = monotonic()

    def described(self, state: Loaded | Exception) -> Mapping[str, Any]:
        """What the bar says; the terminal is told the same in a few lines."""
        if isinstance(state, Exception):
            self.failed(state)
            return _facts_of_failure(state, self._language or spoken())
        language = self._language or state.ground.site.model.language
        if state.issues:
            show(state.issues, state.ground, language, "text", to_stderr=True)
        if not has_errors(state.issues):
            self._say("serve-made", seconds=f"{monotonic() - self.begun:.2f}")
        report = report_of(state.issues, language)
        return _facts(report, language)

    def failed(self, error: BaseException) -> None:
        """Says on the terminal what should not have happened."""
        if isinstance(error, OSError):
            reason = refused_by_system(error, spoken())
            click.echo(f"kpisite: {error.filename}: {reason}", err=True)
            return
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
        click.echo(said("our-fault"), err=True)


def _facts(report: IssueReport, language: Language) -> dict[str, Any]:
    words = page_words(language)
    issues = [(one.wording.severity, _facts_of_issue(one, words)) for one in report.found]
    counts = words["check-counts"].format(errors=report.errors, warnings=report.warnings)
    return {
        "errors": [issue for severity, issue in issues if severity == "error"],
        "warnings": [issue for severity, issue in issues if severity != "error"],
        "counts": counts,
        "words": _bar_words(language),
    }


def _facts_of_failure(error: Exception, language: Language) -> dict[str, Any]:
    place = getattr(error, "filename", None) or ""
    message = command_words(language)["our-fault"]
    if isinstance(error, OSError) and error.strerror:
        message = refused_by_system(error, language)
    issue = {"place": str(place), "message": message, "help": ""}
    counts = page_words(language)["check-counts"].format(errors=1, warnings=0)
    return {"errors": [issue], "warnings": [], "counts": counts, "words": _bar_words(language)}


def _bar_words(language: Language) -> dict[str, str]:
    words, lang = command_words(language), page_words(language)["lang"]
    return {one: words[key] for one, key in BAR.items()} | {"lang": lang}


def _facts_of_issue(issue: ReportedIssue, words: Mapping[str, str]) -> dict[str, Any]:
    place, wording = issue.place, issue.wording
    severity = words[f"severity-{wording.severity}"]
    facts: dict[str, Any] = {
        "place": f"{place.path}:{place.line}:{place.column}: {severity}[{issue.code}]",
        "message": wording.message,
        "help": f"{words['help']}: {wording.help}",
        "number": place.line,
    }
    if issue.line.strip():
        facts["line"] = excerpt(issue.line, place.column, place.end)
    return facts


@contextmanager
def _ended_quietly(say: Callable[..., None]) -> Iterator[None]:
    """Lets Ctrl-C, `kill` and a closed terminal end the command, as it is meant to end; one of them
    is enough, and a second may not disturb the end."""

    def end(_number: int, _frame: object) -> None:
        for one in STOPPING:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {one: signal.signal(one, end) for one in STOPPING}
    try:
        yield
    except KeyboardInterrupt:
        say("serve-end")
    except BaseException:
        for one, handler in before.items():
            signal.signal(one, handler)
        raise
