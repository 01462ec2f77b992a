"""What somebody may not see is not in their tree at all: no page, no form, no name of a file."""

import csv
import io
import re
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from pypdf import PdfReader

from kpisite.check.book import Book
from kpisite.core.exact import fixed
from kpisite.core.formula import readable
from kpisite.language.record import Record
from kpisite.load import load
from tests.sites import (
    PRINTED,
    ROOT,
    SITE,
    built,
    copy_sample,
    digest,
    files_in,
    person,
    record,
    sample_forms,
    sample_site,
    small_site,
    trees,
    words_of,
    write,
)

#: An amount, as distinct from a length in a drawing.
AMOUNT = re.compile(r"(?<![\d.,])\d[\d,]*\.\d\d(?![\d%])")

#: A figure of a record in thousands; those that the policy itself states are everybody's.
FIGURE = re.compile(r"(?<![\d.,])\d{2,3},\d{3}(?:\.\d+)?(?![\d.,])")
STATED = {"50,000"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_site(tmp_path_factory)


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_forms(tmp_path_factory)


@pytest.fixture(scope="module")
def book(sample: Path) -> Book:
    return load(sample)[0]


@cache
def whole(tree: Path) -> str:
    """All that a tree says, for those who look closely too: names of files, source, metadata."""
    return "\n".join(f"{path}\n{said(path, content)}" for path, content in files_in(tree).items())


@cache
def pages(tree: Path) -> str:
    """What a reader of a tree sees, without the page that all may see: the grade table."""
    return "\n".join(
        words_of(content.decode()) if path.endswith(".html") else said(path, content)
        for path, content in files_in(tree).items()
        if not path.endswith(("grades.html", ".css"))
    )


def said(path: str, content: bytes) -> str:
    return "\n".join(in_pdf(content)) if path.endswith(".pdf") else content.decode()


def in_pdf(content: bytes) -> Iterator[str]:
    line = ["pdftotext", "-layout", "-", "-"]
    yield subprocess.run(line, input=content, capture_output=True, check=True).stdout.decode()
    reader = PdfReader(io.BytesIO(content))
    yield str(reader.metadata)
    yield str(reader.trailer)
    assert reader.xmp_metadata is not None
    yield reader.xmp_metadata.stream.get_data().decode()
    for name, files in reader.attachments.items():
        yield name
        yield from (file.decode(errors="replace") for file in files)
    for number in range(1, cast(int, reader.trailer["/Size"])):
        yield str(reader.get_object(number))


def people(book: Book) -> dict[str, str]:
    return {id: filed.model.name for id, filed in book.staff.items()}


def ids_in(text: str, ids: set[str]) -> set[str]:
    return {id for id in ids if re.search(rf"(?<![A-Za-z0-9]){id}(?![A-Za-z0-9])", text)}


def may_be_named(book: Book, employee: str) -> set[str]:
    """The person, whoever led or marked them in a month of theirs, and whoever is named in a
    note that was written to them."""
    named = {employee}
    for filed in book.records:
        if filed.model.employee == employee:
            post = book.post_of(filed.model)
            named |= {rated.by or "" for rated in filed.model.rated.values()}
            named.add((post.superior if post else None) or "")
            notes = "".join(notes_of(filed.model))
            named |= {id for id, name in people(book).items() if name in notes}
    return named


def notes_of(filled: Record) -> Iterator[str]:
    yield from filled.notes.values()
    yield from filter(None, (filled.note_on(id) for id in filled.marks))


def amounts(book: Book) -> dict[str, set[str]]:
    """By employee, every amount of pay as it is printed anywhere, and as it was written."""
    found: dict[str, set[Decimal]] = {id: set() for id in book.staff}
    for id, filed in book.pay.items():
        found[id] |= {line.amount for line in filed.model.line}
    with (ROOT / "tests/expected/sample.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            columns = set(row) - {"employee", "month", "total", "grade", "by_hand"}
            found[row["employee"]] |= {Decimal(row[column]) for column in columns}
    return {
        id: {
            fixed(abs(amount), 2, grouped=grouped)
            for amount in several - {Decimal(0)}
            for grouped in (False, True)
        }
        for id, several in found.items()
    }


def sales(book: Book) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for filed in book.records:
        for metric in filed.model.metrics.values():
            if metric.value > 1000:
                found.setdefault(filed.model.employee or "", set()).add(readable(metric.value))
    return found


def employee_trees(output: Path) -> dict[str, Path]:
    return {place.name: place for name, place in trees(output).items() if "employees/" in name}


def test_an_employees_tree_names_nobody_else(sample: Path, forms: Path, book: Book) -> None:
    names = people(book)
    for output in (sample / "output", forms):
        found = employee_trees(output)
        assert set(found) == (set(PRINTED) if output == forms else set(employee_trees(output)))
        for employee, tree in found.items():
            text = whole(tree)
            allowed = may_be_named(book, employee)
            assert ids_in(text, set(names)) <= {employee}, employee
            named = {id for id, name in names.items() if name in text}
            assert names[employee] in text
            assert named <= allowed, employee


def test_an_employees_tree_holds_nobody_elses_pay_marks_or_notes(
    sample: Path, forms: Path, book: Book
) -> None:
    paid, sold = amounts(book), sales(book)
    notes: dict[str, set[str]] = {}
    for filed in book.records:
        for note in notes_of(filed.model):
            notes.setdefault(note, set()).add(filed.model.employee or "")
    for output in (sample / "output", forms):
        for employee, tree in employee_trees(output).items():
            others = set().union(*(one for id, one in paid.items() if id != employee))
            assert not set(AMOUNT.findall(pages(tree))) & others - paid[employee], employee
            others = set().union(*(one for id, one in sold.items() if id != employee))
            figures = set(FIGURE.findall(pages(tree)))
            assert not figures & others - sold[employee] - STATED, employee
            for note, written_to in notes.items():
                assert employee in written_to or note not in whole(tree), (employee, note)


def test_an_employees_tree_is_about_that_persons_months_and_no_others(
    sample: Path, book: Book
) -> None:
    for employee, tree in employee_trees(sample / "output").items():
        months = {str(one.model.month) for one in book.records if one.model.employee == employee}
        expected = {"index.html", "grades.html", "style.css", *(f"{one}.html" for one in months)}
        assert set(files_in(tree)) == expected
        paths = set(re.findall(r"records/[\w/.-]+", whole(tree)))
        assert all(
            path.startswith("records/policies/") or path.endswith(f"/{employee}.toml")
            for path in paths
        )


def test_a_managers_tree_holds_the_people_of_the_department_alone(
    sample: Path, forms: Path, book: Book
) -> None:
    names = people(book)
    for output in (sample / "output", forms):
        managers = {
            place.name: place for name, place in trees(output).items() if "managers/" in name
        }
        assert managers
        for department, tree in managers.items():
            text = whole(tree)
            of_department = {
                str(filed.model.employee)
                for filed in book.records
                if (post := book.post_of(filed.model)) and post.department == department
            }
            may = set().union(*(may_be_named(book, id) for id in of_department))
            assert ids_in(text, set(names)) <= of_department
            assert {id for id, name in names.items() if name in text} <= may


def test_a_managers_tree_holds_no_amount_of_pay(sample: Path, forms: Path, book: Book) -> None:
    printed = set().union(*amounts(book).values(), *sales(book).values())
    lines = {
        line.reason for filed in book.pay.values() for line in filed.model.line if line.reason
    } | {line.name.zh for filed in book.pay.values() for line in filed.model.line}
    for output in (sample / "output", forms):
        for name, tree in trees(output).items():
            if "managers/" not in name:
                continue
            text = pages(tree)
            assert not set(AMOUNT.findall(text)), name
            tokens = set(re.findall(r"(?<![\d.,])\d[\d,]*(?:\.\d+)?(?![\d.,%])", text))
            assert not tokens & printed, name
            assert not re.search(r"(工资|提成|补发|扣回|¥|￥)[^\n]{0,12}\d{3}", text), name
            assert not re.search(r"records/pay/", whole(tree)), name
            assert not {line for line in lines if len(line) > 2 and line in text}, name


def test_a_manager_sees_pay_where_the_site_says_so(tmp_path: Path) -> None:
    site = write(small_site(site=SITE + "[managers]\npay = true\n"), tmp_path)
    tree = built(site, "--month", "2026-10", "--employee", "A1") / "managers/desk"
    for path in ("2026-10/A1.html", "2026-10/A1.pdf", "2026-10/index.html"):
        content = (tree / path).read_bytes()
        assert re.search(r"3,183\.45|3,483\.45", said(path, content)), path
    without = write(small_site(), tmp_path / "without")
    tree = built(without, "--month", "2026-10", "--employee", "A1") / "managers/desk"
    for path, content in files_in(tree).items():
        is_everybodys = path in ("grades.html", "style.css")
        assert is_everybodys or not AMOUNT.findall(words_of(said(path, content))), path


@pytest.mark.parametrize(
    ("path", "old", "new", "changed"),
    [
        ("records/pay/CS017.toml", "135.00", "99.00", {"employees/CS017", "hr", "payroll"}),
        (
            "records/2026-07/CS017.toml",
            'employee = "CS017"',
            'employee = "CS017"\n',
            {"employees/CS017", "hr", "managers/customer-service"},
        ),
    ],
)
def test_what_changes_for_one_person_changes_no_byte_for_others(
    tmp_path: Path, sample: Path, path: str, old: str, new: str, changed: set[str]
) -> None:
    site = copy_sample(tmp_path)
    before = {name: digest(tree) for name, tree in trees(sample / "output").items()}
    text = (site / path).read_text(encoding="utf-8")
    assert old in text
    (site / path).write_text(text.replace(old, new), encoding="utf-8")
    after = {name: digest(tree) for name, tree in trees(built(site, "--no-pdf")).items()}
    assert {name for name in before if before[name] != after[name]} == changed


def test_a_changed_salary_changes_no_byte_of_anybody_elses_printed_form(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path)
    before = {name: digest(tree) for name, tree in trees(built(site)).items()}
    (site / "records/pay/A1.toml").write_text(
        (site / "records/pay/A1.toml").read_text("utf-8").replace("123.45", "99.95"), "utf-8"
    )
    after = {name: digest(tree) for name, tree in trees(built(site)).items()}
    assert {name for name in before if before[name] != after[name]} == {
        "employees/A1",
        "hr",
        "payroll",
    }
    own = before["employees/A1"], after["employees/A1"]
    assert {path for path in own[0] if own[0][path] != own[1][path]} == {
        "2026-10.html",
        "2026-10.pdf",
        "index.html",
    }


def test_what_touches_somebodys_job_is_for_hr_alone(
    sample: Path, forms: Path, book: Book
) -> None:
    reviews = [review for filed in book.policies for review in filed.model.review]
    assert reviews
    for output in (sample / "output", forms):
        for name, tree in trees(output).items():
            for review in reviews:
                for text in (review.id, review.name.zh, review.text.zh if review.text else "?"):
                    assert name == "hr" or text not in whole(tree), (name, text)


def test_payroll_reads_no_marks_and_no_notes(sample: Path, book: Book) -> None:
    text = pages(sample / "output/payroll")
    for filed in book.schemes:
        for indicator in filed.model.indicators.values():
            assert indicator.name.zh not in text
    for word in ("自评", "上级", "评语", "考核人"):
        assert word not in text
    for one in book.records:
        for note in notes_of(one.model):
            assert note not in text
    assert set(files_in(sample / "output/payroll")) == {
        "index.html",
        "grades.html",
        "style.css",
        *(f"{month}.html" for month in {str(one.model.month) for one in book.records}),
    }


MOVED = """
[[post]]
from = 2026-10-01
department = "store"
title = "仓管"
scheme = "form"
superior = "M2"
"""


def test_who_moved_leaves_the_months_before_with_the_old_department(tmp_path: Path) -> None:
    moved = person("A1", "安然", "desk", "M1", more=MOVED)
    earlier = record("A1", "2026-09", care=(57, 57), speed=(39, 39))
    later = record("A1", "2026-10", care=(11, 11), speed=(30, 30))
    files = {
        "records/staff/A1.toml": moved,
        "records/2026-09/A1.toml": earlier,
        "records/2026-10/A1.toml": later,
    }
    output = built(write(small_site() | files, tmp_path), "--no-pdf")
    old, new = (pages(output / f"managers/{id}") for id in ("desk", "store"))
    assert "96.0" in old
    assert "41.0" not in old
    assert "41.0" in new
    assert "96.0" not in new
    assert "55.0" not in new, "the change would tell the total that it is from"
    assert "−55.0" in pages(output / "employees/A1")
    assert "−55.0" in pages(output / "hr")


def test_no_file_tells_when_or_where_it_was_built(sample: Path, forms: Path) -> None:
    for output in (sample / "output", forms):
        for tree in trees(output).values():
            text = whole(tree)
            for word in (str(ROOT), str(sample), "/tmp/", "/home/", "/CreationDate", "/ModDate"):
                assert word not in text


def test_what_is_looked_for_above_is_there_where_it_may_be(
    sample: Path, forms: Path, book: Book
) -> None:
    for output, months in ((sample / "output", 6), (forms, 2)):
        own = whole(output / "employees/CS003")
        assert AMOUNT.findall(own).count("1,775.04") >= 2
        assert "147,920" in FIGURE.findall(own)
        assert all(
            note in re.sub(r"\s", "", own)
            for one in book.records
            for note in one.model.notes.values()
            if one.model.employee == "CS003" and str(one.model.month) == "2026-07"
        ), months
