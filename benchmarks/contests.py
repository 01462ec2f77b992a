"""What is timed: the table of contests, each a command of ours and, where there is one, Hugo's."""

import re
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.company import write_company
from benchmarks.hugo_site import write_hugo

BIN = Path(sys.executable).parent
KPISITE, HUGO = str(BIN / "kpisite"), str(BIN / "hugo")

#: Whose record of January changes between two builds.
CHANGED = "CS00001"

OURS, THEIRS = "kpisite", "Hugo"

Command = Callable[[Path], list[str]]
"""The words of a command that writes into a folder."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Commands that do the same, by whose they are; some of ours have no like at Hugo's.

    `ahead` is done before each round of it, unmeasured.  `files` is what is counted in the folder
    that a command wrote.  One that `goes_on` builds into what another contest of the round left;
    the others build into new folders.
    """

    name: str
    commands: Mapping[str, Command]
    files: str = ""
    must_agree: bool = False
    goes_on: str = ""
    ahead: Callable[[], None] = _nothing


def contests(work: Path, people: int, months: int, forms: int) -> tuple[Contest, ...]:
    """Writes the sites that are built, and gives the contests in their order."""
    company, one, printed = work / "company", work / "one", work / "printed"
    write_company(company, people, months)
    write_company(one, 1, 1)
    write_company(printed, forms, 1)
    their_company, their_one = work / "hugo-company", work / "hugo-one"
    flip = _change(company, their_company)
    write_hugo(one, their_one)
    only_staff = _hugo(their_company, "--contentDir", "content/employees")
    return (
        _pages("staff's pages", _build(company, "--audience", "employees"), only_staff),
        _pages("all pages", _build(company), _hugo(their_company)),
        replace(
            _pages("all pages, one record changed", _build(company), _hugo(their_company)),
            goes_on="all pages",
            ahead=flip,
        ),
        Contest(name="check", commands={OURS: _kpisite(company, "check")}),
        _pages("one person's pages", _build(one), _hugo(their_one)),
        Contest(name="one person, check", commands={OURS: _kpisite(one, "check")}),
        Contest(
            name="telling the version",
            commands={OURS: lambda _: [KPISITE, "--version"], THEIRS: lambda _: [HUGO, "version"]},
        ),
        Contest(
            name="forms, the store empty",
            commands={OURS: _print(printed)},
            files="*.pdf",
            ahead=lambda: shutil.rmtree(printed / ".kpisite", ignore_errors=True),
        ),
        Contest(name="forms, the store full", commands={OURS: _print(printed)}, files="*.pdf"),
    )


def _pages(name: str, ours: Command, theirs: Command) -> Contest:
    """A contest in the same pages."""
    return Contest(
        name=name, commands={OURS: ours, THEIRS: theirs}, files="*.html", must_agree=True
    )


def _kpisite(site: Path, *words: str) -> Command:
    return lambda _: [KPISITE, "-C", str(site), *words]


def _build(site: Path, *chosen: str) -> Command:
    return lambda output: [*_print(site)(output), "--no-pdf", *chosen]


def _print(site: Path) -> Command:
    """A build with the forms as PDF."""
    return lambda output: [KPISITE, "-C", str(site), "build", "--output", str(output)]


def _hugo(folder: Path, *more: str) -> Command:
    return lambda output: [HUGO, "--quiet", "-s", str(folder), "-d", str(output), *more]


def _change(company: Path, hugo: Path) -> Callable[[], None]:
    """Writes the company for Hugo; gives what changes one record, and the next time back again.

    Hugo's files follow, each one whose facts are others then: lists and colleagues' ranks too.
    """
    write_hugo(company, hugo)
    record = next(company.glob(f"records/*-01/{CHANGED}.toml"))
    text = record.read_text(encoding="utf-8")
    record.write_text(re.sub(r"sales = \S+", "sales = 123_456", text), encoding="utf-8")
    other = {**write_hugo(company, hugo), record: text}

    def flip() -> None:
        for place, text in list(other.items()):
            other[place] = place.read_text(encoding="utf-8")
            place.write_text(text, encoding="utf-8")

    return flip
