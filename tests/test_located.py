"""An issue is kept with all that a report shows of it, and comes back the same."""

import json
from decimal import Decimal

import pytest

from kpisite.check.assemble import check
from kpisite.check.located import LOCATED, Located, all_located
from kpisite.core.issue import Fact, Place
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.examine.acceptance import WAIVER, waivers
from kpisite.read.file import File
from kpisite.read.site import read_file, read_site
from tests.conftest import SOUND, Site
from tests.test_faults import CODES, IN_CODE, sample


@pytest.mark.parametrize("code", [code for code in CODES if code not in IN_CODE])
def test_the_issues_of_a_sample_are_kept_whole(code: str) -> None:
    changed, _ = sample(code)
    texts = {path: text for path, text in (SOUND | changed).items() if path.endswith(".toml")}
    files = [File(path, text.encode()) for path, text in texts.items() if text is not None]
    documents, issues = read_site(files)
    unread = frozenset(file.path for file in files if documents.get(file.path) is None)
    found = all_located(issues + check(documents, unread)[1], documents.get)
    assert [LOCATED.from_bytes(LOCATED.as_bytes(one)) for one in found] == found
    kept = [waiver for document in documents for waiver in waivers(document)]
    assert [WAIVER.from_bytes(WAIVER.as_bytes(one)) for one in kept] == kept


def test_each_kind_of_fact_comes_back_as_it_was() -> None:
    facts: dict[str, Fact] = {
        "text": "7.50",
        "count": 7,
        "number": Decimal("7.50"),
        "month": Month(2026, 9),
        "words": Text(zh="七"),
        "list": ("7", "8"),
    }
    one = Located(
        code="x",
        at=Place("a.toml", 2, 3, 4),
        facts=facts,
        also=(Place("b.toml"),),
        line="七 = 7",
        fix=(Place("a.toml", 2, 3, 4), ""),
        write="",
        names=("七",),
    )
    back = LOCATED.from_bytes(LOCATED.as_bytes(one))
    assert back == one
    assert {key: type(fact) for key, fact in back.facts.items()} == {
        key: type(fact) for key, fact in facts.items()
    }


def test_no_document_is_asked_for_that_the_issue_does_not_name(site: Site) -> None:
    """What is wrong in one record is located with its own file and those it names at hand."""
    path = "records/2026-10/CS017.toml"
    text = SOUND[path].replace("supervisor = 8", "supervisor = 11")
    assert text != SOUND[path]
    documents, _ = read_site([File(one, it.encode()) for one, it in (SOUND | {path: text}).items()])
    document, _ = read_file(File(path, text.encode()))
    assert document is not None
    _, issues = check(documents)
    asked = {path: document}
    (found,) = all_located(issues, asked.__getitem__)
    report = json.loads(site.write({path: text}).run("check", "--format", "json").output)
    assert [(one["line"], one["column"]) for one in report] == [(found.at.line, found.at.column)]
    assert found.line == text.split("\n")[found.at.line - 1]
