"""What begins with a later month leaves the months before as they are, to the byte."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

import kpisite.products.build
import kpisite.products.work
import kpisite.write.pdf
from kpisite.examine.load import load
from kpisite.write.pdf import Job
from tests.sites import POLICY, SCHEME, built, edit, pay, person, record, run, small_site, write
from tests.trees import files_in

OLD, NEW = ("2026-09", "2026-10"), "2026-11"

SALARY = '\n[[pay]]\nid = "base"\nname = "基本工资"\nmethod = "salary"\n'
SALARIES = '\n[[salary]]\nfrom = "2026-01"\namount = 3_000\n'

#: November counts care for more; one box is called by another name.
LATER_SCHEME = (
    SCHEME.replace('"2026-01"', '"2026-11"')
    .replace('name = "细心"\npoints = 60', 'name = "周到"\npoints = 70')
    .replace("31-60", "31-70")
    .replace("points = 40", "points = 30")
    .replace("0-40", "0-30")
)
LATER_POLICY = (
    (POLICY + SALARY)
    .replace('from = "2026-01"', 'from = "2026-11"')
    .replace('name = "差"', 'name = "待改进"')
    .replace("from = 60", "from = 65")
)
LATER_POST = """
[[post]]
from = 2026-11-01
department = "store"
title = "仓管员"
scheme = "form"
superior = "M2"
"""
LATER_SALARY = '\n[[salary]]\nfrom = "2026-11"\namount = 3_333\n'


@pytest.fixture(autouse=True)
def press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that take no time to print and hold what they would be printed from."""

    def print_all(jobs: Iterable[Job], **_: object) -> Iterator[tuple[str, bytes]]:
        for job in jobs:
            text = f"{job.title}\n{job.author}\n{job.language}\n{job.fingerprint}\n{job.html}"
            yield job.key, f"%PDF\n{text}\n%%EOF".encode()

    monkeypatch.setattr(kpisite.products.work, "print_all", print_all)
    monkeypatch.setattr(kpisite.write.pdf, "missing_libraries", lambda: None)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company until November, everybody with a salary."""
    files = small_site("records/2026-09/month.toml", policy=POLICY + SALARY)
    for id in ("A1", "A2", "B1"):
        files[f"records/pay/{id}.toml"] = pay(id, "2026-10", "123.45") + SALARIES
        for month in (*OLD, NEW):
            files[f"records/{month}/{id}.toml"] = record(id, month, care=(55, 45), speed=(30, 25))
    return write(files, tmp_path / "site")


def old_pages(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every page and form that is about an old month alone."""
    return {path: content for path, content in files.items() if any(month in path for month in OLD)}


def without_way_on(pages: Mapping[str, bytes]) -> dict[str, bytes]:
    """Pages without the link to the next month, which leads to where that now is."""
    link = re.compile(rb'(?: \S+ )?<a href="[^"]*" rel="next">[^<]*</a>')
    return {path: link.sub(b"", content) for path, content in pages.items()}


def add(site: Path, path: str, text: str) -> None:
    """Adds to a file of the site, or adds the file."""
    place = site / path
    before = place.read_text(encoding="utf-8") if place.exists() else ""
    place.write_text(before + text, encoding="utf-8")


LATER = {
    "scheme": ("records/schemes/form@2026-11.toml", LATER_SCHEME),
    "policy": ("records/policies/rules@2026-11.toml", LATER_POLICY),
    "post": ("records/staff/A1.toml", LATER_POST),
    "salary": ("records/pay/A1.toml", LATER_SALARY),
}


@pytest.mark.parametrize("what", LATER)
def test_what_holds_from_a_later_month_changes_no_byte_of_the_months_before(
    site: Path, what: str
) -> None:
    before = files_in(built(site))
    marks = site / "records/2026-11/A1.toml"
    text = marks.read_text(encoding="utf-8")
    add(site, *LATER[what])
    marks.write_text(text.replace("30, supervisor = 25", "29, supervisor = 25"), encoding="utf-8")
    after = files_in(built(site))
    old, older = old_pages(after), old_pages(before)
    if what == "post":
        old, older = without_way_on(old), without_way_on(older)
    assert old == older
    suffixes = {path.rpartition(".")[2] for path in old}
    assert {"html", "pdf"} <= suffixes
    roots = {path.partition("/")[0] for path in old}
    assert roots == {"hr", "payroll", "employees", "managers"}
    changed = {path for path in after if after[path] != before.get(path)}
    assert any(NEW in path for path in changed)


def test_what_holds_from_a_later_month_holds_in_it(site: Path) -> None:
    for path, text in LATER.values():
        add(site, path, text)
    output = built(site)
    later, earlier = (
        (output / f"hr/{one}/A1.html").read_text("utf-8")
        for one in (f"store/{NEW}", f"desk/{OLD[1]}")
    )
    for said in ("周到", "3,333.00", "仓管员"):
        assert said in later
        assert said not in earlier
    assert (output / f"managers/store/{NEW}/A1.html").exists()
    assert not (output / f"managers/desk/{NEW}/A1.html").exists()
    assert (output / f"managers/desk/{OLD[1]}/A1.html").exists()
    assert not (output / f"managers/store/{OLD[1]}/A1.html").exists()


def test_a_new_month_changes_no_printed_form_of_the_months_before(site: Path) -> None:
    before = {path: one for path, one in files_in(built(site)).items() if path.endswith(".pdf")}
    assert before.pop("payroll/payroll-2026.pdf"), "a year's list takes in its months"
    for id in ("A1", "A2", "B1"):
        place = site / f"records/2026-12/{id}.toml"
        place.parent.mkdir(exist_ok=True)
        place.write_text(record(id, "2026-12"), encoding="utf-8")
    after = files_in(built(site))
    assert {path: after[path] for path in before} == before
    assert any(path.endswith(".pdf") for path in set(after) - set(before))


# A closed month.


@pytest.fixture
def closed(site: Path) -> Path:
    """October is closed, and everything has a later version."""
    for path, text in LATER.values():
        add(site, path, text)
    assert run("close", "2026-10", "--on", "2026-11-10", "--despite-open", at=site).code == 0
    return site


@pytest.mark.parametrize(
    ("path", "old", "new", "people"),
    [
        ("records/schemes/form.toml", 'name = "细心"', 'name = "耐心"', {"A1", "A2", "B1"}),
        ("records/schemes/form.toml", "40%", "50%", {"A1", "A2", "B1"}),
        ("records/policies/rules.toml", 'name = "良"', 'name = "中"', {"A1", "A2", "B1"}),
        ("records/policies/rules.toml", '"0.5%"', '"0.6%"', {"A1", "A2", "B1"}),
        ("records/pay/A1.toml", "3_000", "3_001", {"A1"}),
        ("records/pay/A2.toml", "123.45", "123.46", {"A2"}),
        ("records/2026-10/B1.toml", "supervisor = 45", "supervisor = 46", {"B1"}),
    ],
)
def test_editing_what_a_closed_month_rests_on_is_a_fault(
    closed: Path, path: str, old: str, new: str, people: set[str]
) -> None:
    assert load(closed)[1] == []
    edit(closed, path, old, new)
    if old == "40%":
        edit(closed, path, "60%", "50%")
    issues = load(closed)[1]
    assert {one.code for one in issues} == {"closed-changed"}
    assert {one.facts["name"] for one in issues} == people
    assert run("build", "--no-pdf", at=closed).code == 1


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("records/schemes/form@2026-11.toml", "周到", "细致"),
        ("records/policies/rules@2026-11.toml", "待改进", "欠佳"),
        ("records/pay/A1.toml", "3_333", "3_334"),
        ("records/staff/A1.toml", "仓管员", "仓管"),
        ("records/2026-11/A1.toml", "supervisor = 45", "supervisor = 46"),
    ],
)
def test_editing_what_begins_after_a_closed_month_is_none(
    closed: Path, path: str, old: str, new: str
) -> None:
    edit(closed, path, old, new)
    assert load(closed)[1] == []


def test_a_later_version_that_is_dated_back_into_a_closed_month_is_a_fault(closed: Path) -> None:
    edit(closed, "records/schemes/form@2026-11.toml", 'from = "2026-11"', 'from = "2026-10"')
    codes = {one.code for one in load(closed)[1]}
    assert "closed-changed" in codes


@pytest.mark.parametrize("id", ["A1", "A2"])
def test_a_person_who_left_keeps_the_months_that_were_worked(site: Path, id: str) -> None:
    before = old_pages(files_in(built(site)))
    (site / f"records/{NEW}/{id}.toml").unlink()
    left = person(id, "安然" if id == "A1" else "白露", "desk", "M1")
    add_left = left.replace("joined = 2024-03-01\n", "joined = 2024-03-01\nleft = 2026-10-31\n")
    (site / f"records/staff/{id}.toml").write_text(add_left, encoding="utf-8")
    after = old_pages(files_in(built(site)))
    assert without_way_on(after) == without_way_on(before)
    assert any(id in path and path.endswith(".pdf") for path in after)
