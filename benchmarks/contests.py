"""What is timed: the table of contests, each a command of ours and, where there is one, Hugo's."""

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import distribution
from itertools import count
from pathlib import Path

from benchmarks.company import Company, record_text, with_another_mark, write_company, write_files
from benchmarks.hugo_site import hugo_files, write_hugo

#: kpisite as it stands in this folder, whatever is installed.
KPISITE = [sys.executable, "-m", "kpisite"]
#: The program itself: the package's own `hugo` starts a Python first.
HUGO = str(distribution("hugo").locate_file("hugo/binaries/hugo"))

OURS, THEIRS = "kpisite", "Hugo"

Command = Callable[[Path], list[str]]
"""The words of a command that writes into a folder."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Commands that do the same, by whose they are; some of ours have no like at Hugo's.

    `ahead` is done before it, unmeasured.  `into` names the folder of the round that it builds
    into: contests with one name go on from one another.  `files` is what is counted there.  Of one
    that is `weighed` the memory is looked at too.  `slower` names the contest that it is to be so
    many times as fast as, and `bar` says what is wanted.
    """

    name: str
    commands: Mapping[str, Command]
    ahead: Callable[[], None] = _nothing
    into: str = ""
    files: str = ""
    must_agree: bool = False
    is_weighed: bool = False
    slower: str = ""
    bar: str = ""


class Sites:
    """The company's folders as both programs read them, and the changes between builds."""

    def __init__(self, work: Path, people: int, months: int, *, with_hugo: bool) -> None:
        self.ours, self.theirs = work / "company", work / "hugo"
        self._work = work
        self._aside = count()
        self._with_hugo = with_hugo
        company = write_company(self.ours, people, months)
        newest, record = with_another_mark(company, months - 1)
        self.changed = record.person.id
        self._newest = {record.path: record_text(record)}
        _, first = with_another_mark(company, 0)
        self._first = {first.path: record_text(first)}
        self._before = self._now(self.ours, {**self._newest, **self._first})
        self._hugos: dict[str, str] = {}
        self._hugos_before: dict[str, str] = {}
        if with_hugo:
            self._write_hugo(company, newest)

    def _write_hugo(self, company: Company, newest: Company) -> None:
        write_hugo(company, self.theirs)
        was = dict(hugo_files(company))
        self._hugos = {path: text for path, text in hugo_files(newest) if was[path] != text}
        self._hugos_before = {path: was[path] for path in self._hugos}

    @staticmethod
    def _now(folder: Path, paths: Mapping[str, str]) -> dict[str, str]:
        return {path: (folder / path).read_text(encoding="utf-8") for path in paths}

    def change_newest(self) -> None:
        """One mark of the newest month is another: for Hugo, each file that has a figure of it."""
        write_files(self.ours, self._newest.items())
        if self._with_hugo:
            write_files(self.theirs, self._hugos.items())

    def change_first(self) -> None:
        """One mark of the first month is another besides; not for Hugo."""
        write_files(self.ours, self._first.items())

    def restore(self) -> None:
        """All marks are again what they were, and nothing is remembered of any build."""
        write_files(self.ours, self._before.items())
        if self._with_hugo:
            write_files(self.theirs, self._hugos_before.items())
        self.forget()

    def restore_newest(self) -> None:
        """The newest month's mark is what it was; not for Hugo."""
        write_files(self.ours, self._now_before(self._newest).items())

    def _now_before(self, paths: Mapping[str, str]) -> dict[str, str]:
        return {path: self._before[path] for path in paths}

    def forget(self) -> None:
        """What kpisite keeps between builds is gone: moved, as deleting slows some disks."""
        forget(self.ours, self._work / f"aside/{next(self._aside)}")


def forget(site: Path, aside: Path) -> None:
    """Moves what kpisite keeps between builds of a site out of its way."""
    if (site / ".kpisite").exists():
        aside.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(site / ".kpisite", aside)


def contests(work: Path, people: int, months: int, forms: int, *, with_hugo: bool) -> list[Contest]:
    """Writes the sites that are built, and gives the contests in their order."""
    sites = Sites(work, people, months, with_hugo=with_hugo)
    printed = work / "printed"
    write_company(printed, forms, 1)
    aside = count()
    build = _kpisite(sites.ours, "build", "--no-pdf")
    check = {OURS: _plain(sites.ours, "check")}
    staff, everything = _hugo(sites.theirs, "staff"), _hugo(sites.theirs, "all")
    several = [
        Contest(
            name="staff's pages, cold",
            commands={
                OURS: _kpisite(sites.ours, "build", "--no-pdf", "--audience", "employees"),
                THEIRS: staff,
            },
            ahead=sites.restore,
            into="staff",
            files="*.html",
            must_agree=True,
            bar="≥ 1 × Hugo",
        ),
        Contest(
            name=COLD,
            commands={OURS: build, THEIRS: everything},
            ahead=sites.restore,
            into="all",
            files="*.html",
            must_agree=True,
            is_weighed=True,
            bar="≥ 2 × Hugo, ≤ 600 MiB",
        ),
        Contest(
            name="nothing changed",
            commands={OURS: build, THEIRS: everything},
            into="all",
            slower=COLD,
            bar="≥ 100 × cold",
        ),
        Contest(
            name=CHANGED,
            commands={OURS: build, THEIRS: everything},
            ahead=sites.change_newest,
            into="all",
            must_agree=True,
            slower=COLD,
            bar="≥ 25 × cold, ≥ 40 × Hugo",
        ),
        Contest(
            name="one mark changed in the first month",
            commands={OURS: build},
            ahead=sites.change_first,
            into="all",
            slower=COLD,
        ),
        Contest(
            name="check, cold", commands=check, ahead=sites.forget, is_weighed=True, bar="≤ 8 s"
        ),
        Contest(
            name="check, one file changed",
            commands=check,
            ahead=sites.restore_newest,
            slower="check, cold",
            bar="≤ 1 s",
        ),
        Contest(
            name=PDFS,
            commands={OURS: _kpisite(printed, "build")},
            ahead=lambda: forget(printed, work / f"aside-printed/{next(aside)}"),
            into="printed",
            files="*.pdf",
            bar="≥ 12 a second",
        ),
        Contest(
            name="saying the version",
            commands={OURS: lambda _: [*KPISITE, "--version"], THEIRS: lambda _: [HUGO, "version"]},
        ),
    ]
    return several if with_hugo else [_ours_alone(one) for one in several]


COLD = "all trees, cold"
CHANGED = "one mark changed in the newest month"
PDFS = "PDF forms, none kept"


def _ours_alone(contest: Contest) -> Contest:
    return replace(contest, commands={OURS: contest.commands[OURS]}, must_agree=False)


def _plain(site: Path, *words: str) -> Command:
    return lambda _: [*KPISITE, "-C", str(site), *words]


def _kpisite(site: Path, *words: str) -> Command:
    return lambda output: [*KPISITE, "-C", str(site), *words, "--output", str(output)]


def _hugo(folder: Path, trees: str) -> Command:
    settings = f"hugo.toml,{trees}.toml"
    return lambda output: [
        HUGO, "--quiet", "-s", str(folder), "--config", settings, "-d", str(output),
    ]  # fmt: skip
