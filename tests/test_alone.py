"""A record is checked alone on the ground: together, nothing else is found than one by one."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpisite.check.assemble import check, check_ground, check_record, check_roster
from kpisite.check.checks import FILE_CHECKS, RECORD_CHECKS
from kpisite.check.roster import RECORDED, Roster
from kpisite.check.whole_checks import GROUND_CHECKS, ROSTER_CHECKS
from kpisite.core.address import is_record
from kpisite.core.issue import Issue
from kpisite.read.document import Document, Documents
from kpisite.read.file import File
from kpisite.read.site import read_site
from tests.random_records import EVERY_METHOD, Files, random_site
from tests.sites import POLICY, small_site

#: What somebody may have written in the place of a value.
WRONG = ("0", "-5", "999", '"35%"', "[[1]]", "2026-03-01", '"2026-02"', '"nobody"', "true", "{}")


def broken(files: Files, rng: Random) -> Files:
    """The files with some lines gone, some values exchanged and some files gone or doubled."""
    files = dict(files)
    for path in rng.sample(sorted(files), 8):
        lines = files[path].split("\n")
        at = rng.randrange(len(lines))
        name, equals, _ = lines[at].partition(" = ")
        match rng.randrange(5):
            case 0 if path != "kpisite.toml":
                del files[path]
                continue
            case 1:
                files[path.replace(".toml", "@more.toml")] = files[path]
            case 2:
                lines[at] = ""
            case _ if equals:
                lines[at] = f"{name} = {rng.choice(WRONG)}"
            case _:
                lines[at] = f"{lines[at]} = = ?"
        files[path] = "\n".join(lines)
    return files


def listed(issues: list[Issue]) -> list[str]:
    return sorted(map(repr, issues))


def read(files: Files) -> tuple[Documents, frozenset[str]]:
    documents, _ = read_site([File(path, text.encode()) for path, text in files.items()])
    return documents, frozenset(path for path in files if documents.get(path) is None)


def one_by_one(documents: list[Document], unread: frozenset[str]) -> list[Issue]:
    """What is found where no record is checked by whoever has seen another: each has a ground of
    its own, which remembers nothing."""
    own = Documents({one.path: one for one in documents if not is_record(one.path)})
    records = [one for one in documents if is_record(one.path)]
    ground, issues = check_ground(own, frozenset(path for path in unread if not is_record(path)))
    found = [check_record(replace(ground), one) for one in records]
    kept = [RECORDED.as_bytes(one.recorded) for one in found if one.recorded is not None]
    unfit = [one.path for one in found if one.recorded is None]
    roster = Roster.of(map(RECORDED.from_bytes, kept), [*unread, *unfit])
    issues += [issue for one in found for issue in one.issues]
    return issues + check_roster(ground, roster)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_checking_one_by_one_in_any_order_finds_what_checking_together_does(seed: int) -> None:
    rng = Random(seed)
    files = broken(random_site(EVERY_METHOD, count=20, seed=seed).files(), rng)
    documents, unread = read(files)
    shuffled = rng.sample(list(documents), len(documents))
    book, together = check(documents, unread)
    assert listed(one_by_one(shuffled, unread)) == listed(together)
    assert {issue.code for issue in together}
    assert book.roster == Roster.of(book.roster.records, book.unread)


def test_what_a_form_asks_for_follows_the_policy_of_the_month() -> None:
    """Two months on one form, under two policies that look up figures of other names."""
    sales = POLICY.replace('"sales"', '"turnover"').replace('from = "2026-01"', 'from = "2026-10"')
    files = {
        path: text.replace("sales =", "turnover =") if "/2026-10/" in path else text
        for path, text in small_site().items()
    }
    files["records/policies/rules@2026-10.toml"] = sales.lstrip("\n")
    documents, unread = read(files)
    _, issues = check(documents, unread)
    assert listed(issues) == listed(one_by_one(list(documents), unread)) == []


def test_each_check_stands_in_one_table() -> None:
    tables = (FILE_CHECKS, GROUND_CHECKS, RECORD_CHECKS, ROSTER_CHECKS)
    names = [check.__name__ for table in tables for check in table]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", ["records/2026-10/A1.toml", "records/2026-10/A1@store.toml"])
def test_a_record_is_reported_by_its_path(path: str) -> None:
    assert is_record(path)
    assert not is_record("records/2026-10/month.toml")
    assert not is_record("records/staff/A1.toml")
