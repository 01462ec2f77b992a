"""One wrong value is one fault: what would only follow from it is not reported besides."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

import kpisite.check.assemble
from kpisite.check.assemble import alone, check
from kpisite.check.filed import Filed
from kpisite.check.kinds import FileKind
from kpisite.core.issue import Issue, Outcome
from kpisite.read.document import Document, Documents
from kpisite.read.parse import read_document
from kpisite.source import scan
from tests.sites import ROOT

#: The sample company with one month, and of that a record for each letter, which is quick to check
#: some hundreds of times.
MONTH = "2026-10"
LEFT = re.compile(rf"records/{MONTH}/[A-Z]+0[0-9]*[2-9]\.toml")


@pytest.fixture(scope="module")
def sample() -> dict[str, Document]:
    """The documents of the sample company but for its other months."""
    documents = {}
    for file in scan(ROOT):
        other = re.match(r"records/(20[0-9]{2}-[0-9]{2})/(closed|amendments)?", file.path)
        if file.content is None or (other and (other[1] != MONTH or other[2])):
            continue
        if LEFT.fullmatch(file.path):
            continue
        document, _ = read_document(file.path, file.content)
        assert document is not None
        documents[file.path] = document
    return documents


@pytest.fixture
def alone_once(sample: dict[str, Document], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found of a file of the sample alone is found once, however often all are checked."""
    of_sample = {id(document) for document in sample.values()}
    known: dict[int, Outcome[Filed[Any] | None]] = {}

    def found(document: Document, kind: FileKind) -> Outcome[Filed[Any] | None]:
        if id(document) not in of_sample:
            return alone(document, kind)
        if id(document) not in known:
            known[id(document)] = alone(document, kind)
        filed, issues = known[id(document)]
        return filed, [*issues]

    monkeypatch.setattr(kpisite.check.assemble, "alone", found)


@pytest.mark.usefixtures("alone_once")
@pytest.mark.parametrize(
    "where",
    ["schemes/", "policies/", "staff/", f"{MONTH}/", "pay/", "departments.toml", "kpisite.toml"],
)
def test_a_value_of_another_kind_is_reported_once_and_on_its_line(where, sample):
    """Each key of each kind of file in turn gets a list in a list, which none takes."""
    before = reported(sample)
    seen = set()
    for path in sorted(sample):
        if where not in path:
            continue
        for keys, line, start, end in values(sample[path]._nodes, ()):
            name = tuple(key for key in keys if isinstance(key, str))
            if name in seen or sample[path].lines[line - 1].startswith("[["):
                continue
            seen.add(name)
            lines = list(sample[path].lines)
            written = lines[line - 1].encode()
            lines[line - 1] = (written[: start - 1] + b"[[1]]" + written[end:]).decode()
            document, _ = read_document(path, "\n".join(lines).encode())
            assert document is not None
            new = reported(sample | {path: document}) - before
            assert [(one[1], one[2]) for one in new] == [(path, line)], (keys, new)
    assert seen


def reported(documents: dict[str, Document]) -> set[tuple[str, str, int]]:
    found = Documents(dict(sorted(documents.items())))
    _, issues = check(found)
    return {(issue.code, *at(found, issue)) for issue in issues}


def at(documents: Documents, issue: Issue) -> tuple[str, int]:
    place = documents.place(issue.at)
    return place.path, place.line


def values(node, keys) -> Iterator[tuple[tuple[str | int, ...], int, int, int]]:
    """Every value that stands on one line, with its keys, its line and its columns in bytes."""
    if isinstance(node, dict) and isinstance(node.get("value_line"), int | tuple):
        if isinstance(node["value"], dict | list):
            yield from values(node["value"], keys)
        if isinstance(node["value_line"], int):
            columns = node["value_col"]
            first, last = columns if isinstance(columns, tuple) else (columns, columns)
            yield keys, node["value_line"], first, last
    elif isinstance(node, dict | list):
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield from values(inner, (*keys, key))


PAY = '[[pay]]\nid     = "post-salary"\nname   = "岗位工资"\nmethod = "by-grade"\n'


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        # A weight that cannot be read is not missing as well.
        ("schemes/agent.toml", 'supervisor = "60%" }', 'supervisor = { weight = 0.6 } }',
         [("wrong-type", 5)]),
        # A figure in quotes hides nothing of its neighbour's.
        ("2026-10/CS017.toml", 'conversion = "36%"', 'conversion = 36\nother = "525"',
         [("metric-percent", 11), ("wrong-type", 12)]),
        # What a policy says of its grades is told beside a wrong amount of its pay.
        ("policies/service.toml", f"salary = 1_200\n\n{PAY}column = \"salary\"",
         f"salary = 1_200\nfrom = 1\n\n{PAY}column = 7",
         [("grades-open-below", 14), ("wrong-choice", 24)]),
    ],
)  # fmt: skip
def test_what_one_mistake_leaves_to_be_reported(path, old, new, expected, site):
    site.edit(f"records/{path}", old, new)
    found = json.loads(site.run("check", "--format", "json").output)
    assert [(one["code"], one["line"]) for one in found] == expected


@pytest.mark.parametrize("amount", ["3,000.00", "3000元", "[[1]]"])
def test_a_salary_that_cannot_be_read_is_not_one_that_nobody_wrote(amount, site):
    base = '[[pay]]\nid     = "base"\nname   = "基本工资"\nmethod = "salary"\n\n'
    site.edit("records/policies/service.toml", PAY, base + PAY)
    pay = 'employee = "CS017"\n\n[[salary]]\nfrom   = "2026-01"\namount = '
    site.write({"records/pay/CS017.toml": f"{pay}{amount}\n"})
    found = json.loads(site.run("check", "--format", "json").output)
    assert [(one["path"], one["line"]) for one in found if one["severity"] == "error"] == [
        ("records/pay/CS017.toml", 5)
    ]
