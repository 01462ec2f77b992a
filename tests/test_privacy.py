"""What somebody may not see is not in their tree at all: no page, no form, no name of a file."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

import pytest

from kpisite.language.record import Record
from kpisite.outcomes.results import Result
from kpisite.pages.audience import Capability, audiences
from kpisite.pages.rule_places import page_of
from kpisite.pages.site_results import site_results_of
from tests.archives import attached
from tests.sites import (
    PRINTED,
    ROOT,
    SITE,
    built,
    copy_sample,
    edit,
    person,
    record,
    sample_book,
    sample_results,
    small_site,
    write,
)
from tests.trees import digest, files_in, pdf_text, said, trees, whole, words_of

#: The versions of what printed a form, which a form carries.
VERSIONS = re.compile(r'"made-by": \{[^}]*\}')
#: An amount, as distinct from a length in a drawing.
AMOUNT = re.compile(r"(?<![\d.,])\d[\d,]*\.\d\d(?![\d%])")


@cache
def pages(tree: Path) -> str:
    """What a reader of a tree sees, without the page that all may see: the grade table."""
    return "\n".join(
        words_of(content.decode())
        if path.endswith(".html")
        else pdf_text(content) + carried_by(content)
        if path.endswith(".pdf")
        else said(path, content)
        for path, content in files_in(tree).items()
        if not path.endswith(("grades.html", "grades.pdf", ".css"))
    )


def carried_by(pdf: bytes) -> str:
    """The files within a PDF."""
    return "\n".join(content.decode() for content in attached(pdf).values())


def tokens(text: str) -> set[str]:
    """Every number as it is printed, lengths in drawings apart."""
    return set(re.findall(r"(?<![\d.,])\d+(?:,\d{3})*(?:\.\d+)?(?![\d%]|[.,]\d)", text))


def ids_in(text: str, ids: Iterable[str]) -> set[str]:
    return set(re.findall(r"[A-Za-z0-9]+", text)) & set(ids)


class Company:
    """The sample with its results, and who has to do with whom."""

    def __init__(self) -> None:
        self.book = sample_book()
        self.results = sample_results()
        groups = site_results_of(self.book, self.results).groups
        self.audiences = {one.folder: one for one in audiences(self.book, groups)}
        self.names = {id: filed.model.name for id, filed in self.book.staff.items()}

    @cached_property
    def _by_appraisee(self) -> Mapping[str, tuple[Result, ...]]:
        found: dict[str, list[Result]] = {}
        for result in self.results:
            found.setdefault(result.appraisee_id, []).append(result)
        return {id: tuple(several) for id, several in found.items()}

    def of(self, appraisee: str) -> tuple[Result, ...]:
        return self._by_appraisee[appraisee]

    def written(self, result: Result) -> str:
        document = self.book.documents.get(result.card.record.path)
        assert document is not None
        return document.text

    def named_in(self, text: str) -> set[str]:
        return {id for id, name in self.names.items() if name in text}

    @cache  # noqa: B019
    def named_with(self, appraisee: str) -> set[str]:
        """The person, the superiors, and whoever the person's own records name: who marked,
        who answered an appeal, who approved an amendment, who is praised in a note."""
        named = {appraisee}
        for result in self.of(appraisee):
            named.add(result.card.appraisee.superior or "")
            text = self.written(result) + self._amended(result)
            named |= self.named_in(text) | ids_in(text, self.names)
        return named

    def _amended(self, result: Result) -> str:
        document = self.book.documents.get(f"records/{result.month}/amendments.toml")
        entries = () if document is None else document.data["amendment"]
        return " ".join(
            f"{entry['by']} {entry['approved']} {entry['what']} {entry['why']}"
            for entry in entries
            if entry["appraisee"] == result.appraisee_id
        )

    @cache  # noqa: B019
    def figures(self, appraisee: str) -> set[str]:
        """The person's own figures, marks and amounts, as they are printed."""
        shown = set()
        for result in self.of(appraisee):
            for tree in (result.card.total, result.wage):
                for working in () if tree is None else tree.walk():
                    shown |= tokens(f"{working.shown} {working.rule} {working.note}")
            shown |= tokens(self.written(result)) | tokens(result.card.total.shown)
        return shown

    @cache  # noqa: B019
    def amounts(self, appraisee: str) -> set[str]:
        """The person's amounts of pay, and the figures that only pay is computed from."""
        wages = [result.wage for result in self.of(appraisee) if result.wage is not None]
        return set().union(
            *(tokens(f"{one.shown} {one.rule}") for wage in wages for one in wage.walk())
        )


def distinctive(figures: set[str]) -> set[str]:
    """Figures that say something by themselves, and do not come up twice by chance."""
    return {one for one in figures if len(re.sub(r"[.,]", "", one).strip("0")) > 4}


@pytest.fixture(scope="module")
def company() -> Company:
    return Company()


@pytest.fixture(scope="module")
def stated(company: Company) -> set[str]:
    """The figures of schemes and policies, which are everybody's."""
    return set().union(
        *(
            tokens(document.text.replace("_", "")) | tokens(document.text.replace("_", ","))
            for document in company.book.documents
            if document.path.startswith(("records/schemes/", "records/policies/"))
        )
    )


def employee_trees(output: Path) -> dict[str, Path]:
    return {place.name: place for name, place in trees(output).items() if "employees/" in name}


def manager_trees(output: Path) -> dict[str, Path]:
    return {place.name: place for name, place in trees(output).items() if "managers/" in name}


def test_an_employees_tree_names_nobody_else(sample: Path, forms: Path, company: Company) -> None:
    assert set(employee_trees(forms)) == set(PRINTED)
    for output in (sample / "output", forms):
        for employee, tree in employee_trees(output).items():
            text = whole(tree)
            assert company.names[employee] in text
            assert ids_in(text, company.names) <= {employee}, employee
            assert company.named_in(text) <= company.named_with(employee), employee


def test_an_employees_tree_holds_nobody_elses_figures_and_notes(
    sample: Path, forms: Path, company: Company, stated: set[str]
) -> None:
    people = sorted({result.appraisee_id for result in company.results})
    figures = {id: distinctive(company.figures(id)) for id in people}
    notes = {
        text: result.appraisee_id
        for result in company.results
        for text in notes_of(result.record)
        if len(text) > 12
    }
    for output in (sample / "output", forms):
        for employee, tree in employee_trees(output).items():
            seen = distinctive(tokens(pages(tree))) - company.figures(employee) - stated
            for other in people:
                assert not seen & figures[other], (employee, other)
            text, own = whole(tree), "".join(map(company.written, company.of(employee)))
            for note, other in notes.items():
                assert note in own or note not in text, (employee, other)


def notes_of(filled: Record) -> Iterator[str]:
    yield from filled.notes.values()
    yield from filter(None, (filled.note_on(id) for id in filled.marks))


#: What stands in every tree beside the pages of its months.
OF_ANY_TREE = ("index.html", "grades.html", "rules.html", "style.css", "script.js")


def test_an_employees_tree_is_about_that_persons_months_and_no_others(
    sample: Path, company: Company
) -> None:
    for employee, tree in employee_trees(sample / "output").items():
        months = {str(result.month) for result in company.of(employee)}
        own = company.of(employee)
        ruled = {
            *(one.card.scheme.path for one in own),
            *(one.policy.path for one in own if one.policy),
        }
        rules = {page_of(one.model) for one in company.book.schemes if one.path in ruled}
        rules |= {page_of(one.model) for one in company.book.policies if one.path in ruled}
        for path in files_in(tree):
            assert path in OF_ANY_TREE or path[:7] in months or path in rules, path
        assert rules <= set(files_in(tree))
        departments = {result.department_id for result in company.of(employee)}
        for path in set(re.findall(r"records/[\w/@.-]+", whole(tree))):
            is_own = re.search(rf"/{employee}(@[\w-]+)?\.toml$", path)
            is_of_department = Path(path).stem in departments
            is_of_all = re.match(r"records/(policies/|pay/\d{4}-\d\d\.toml)", path)
            assert is_own or is_of_department or is_of_all, path


def test_a_managers_tree_holds_the_people_of_the_department_alone(
    sample: Path, forms: Path, company: Company
) -> None:
    for output in (sample / "output", forms):
        assert manager_trees(output)
        for department, tree in manager_trees(output).items():
            text = whole(tree)
            seen = [one for one in company.results if one.department_id == department]
            people = {one.appraisee_id for one in seen}
            may = set().union(*(company.named_with(id) for id in people))
            assert ids_in(text, company.names) <= people
            assert company.named_in(text) <= may


def test_a_managers_tree_holds_no_amount_of_pay(
    sample: Path, forms: Path, company: Company
) -> None:
    for output in (sample / "output", forms):
        for department, tree in manager_trees(output).items():
            text = pages(tree)
            figures = distinctive(tokens(text))
            seen = [one for one in company.results if one.department_id == department]
            points = set().union(
                *(
                    tokens(f"{working.shown} {working.rule} {working.note}")
                    for one in seen
                    for working in one.card.total.walk()
                )
            )
            for one in seen:
                points |= tokens("".join(notes_of(one.record)))
                found = figures & company.amounts(one.appraisee_id) - points
                assert not found, (department, one.appraisee_id)
            assert not re.findall(r"\d,\d{3}\.\d\d(?!\d)", text), department
            assert not re.search(r"(工资|提成|补发|扣回|¥|￥)[^\n]{0,12}\d{3}(?!\d* 年)", text), (
                department
            )
            assert "records/pay/" not in whole(tree), department
            for id in {one.appraisee_id for one in seen} & set(company.book.pay):
                for line in company.book.pay[id].model.line:
                    assert not line.reason or line.reason not in text, department


def test_the_same_list_on_paper_has_the_pay_for_hr_alone(
    forms: Path, scored: dict[tuple[str, str], Result]
) -> None:
    result = scored["CS017", "2026-10"]
    assert result.wage is not None
    place = "customer-service/2026-10/summary.pdf"
    managers, hrs = (pdf_text((forms / tree / place).read_bytes()) for tree in ("managers", "hr"))
    for text in (managers, hrs):
        assert f"{result.card.total.shown}" in text.split()
    assert result.wage.shown in hrs.split()
    assert "机密" in hrs
    assert not re.search(r"\d,\d{3}|工资|机密|元", managers)


def test_a_manager_sees_pay_where_the_site_says_so(tmp_path: Path) -> None:
    site = write(small_site(site=SITE + "[managers]\npay = true\n"), tmp_path)
    tree = built(site, "--month", "2026-10", "--employee", "A1") / "managers/desk"
    for path in ("2026-10/A1.html", "2026-10/A1.pdf", "2026-10/index.html"):
        content = (tree / path).read_bytes()
        assert re.search(r"3,183\.45|3,483\.45", said(path, content)), path
    without = write(small_site(), tmp_path / "without")
    tree = built(without, "--month", "2026-10", "--employee", "A1") / "managers/desk"
    for path, content in files_in(tree).items():
        is_everybodys = path in ("grades.html", "grades.pdf", "style.css")
        text = VERSIONS.sub("", words_of(said(path, content)))
        assert is_everybodys or not AMOUNT.findall(text), path


def test_one_persons_pay_changes_no_byte_of_anybody_elses_tree(
    tmp_path: Path, sample: Path
) -> None:
    site = copy_sample(tmp_path)
    changed = changed_trees(sample, site, "records/pay/CS015.toml", "60.00", "59.95", "--no-pdf")
    assert changed == {"employees/CS015", "hr", "payroll", "audiences/general-manager"}


def changed_trees(
    before: Path, site: Path, path: str, old: str, new: str, *options: str
) -> set[str]:
    """The trees that a change of one passage in one file changes."""
    earlier = {name: digest(tree) for name, tree in trees(before / "output").items()}
    edit(site, path, old, new)
    later = {name: digest(tree) for name, tree in trees(built(site, *options)).items()}
    assert set(later) == set(earlier)
    return {name for name in earlier if earlier[name] != later[name]}


def test_what_changes_for_one_person_changes_no_byte_of_anybody_elses_printed_form(
    tmp_path: Path,
) -> None:
    site = write(small_site(), tmp_path)
    before = digest(built(site) / "employees/A1")
    pay_file, marks_file = "records/pay/A1.toml", "records/2026-10/A1.toml"
    changed = changed_trees(site, site, pay_file, "123.45", "99.95")
    assert changed == {"employees/A1", "hr", "payroll"}
    after = digest(site / "output/employees/A1")
    assert {path for path in before if before[path] != after[path]} == {
        "2026-10.html",
        "2026-10.pdf",
        "index.html",
    }
    changed = changed_trees(site, site, marks_file, "130000.01", "130000.02")
    assert changed == {"employees/A1", "hr", "payroll"}, "pay alone rests on it"


def test_what_touches_somebodys_job_is_for_those_alone_who_may_see_reviews(
    sample: Path, forms: Path, company: Company
) -> None:
    reviews = [review for filed in company.book.policies for review in filed.model.review]
    assert reviews
    for output in (sample / "output", forms):
        for name, tree in trees(output).items():
            for review in reviews if not company.audiences[name].can(Capability.REVIEWS) else ():
                for text in (review.id, review.name.zh, review.text.zh if review.text else "?"):
                    assert text not in whole(tree), (name, text)


def test_payroll_reads_no_marks_and_no_notes(sample: Path, company: Company) -> None:
    payroll = sample / "output/payroll"
    # What forms ask is no mark: their pages, which payroll has as well, are left out.
    of_forms = sorted((payroll / "rules").glob("scheme-*.html"))
    assert of_forms
    text = pages(payroll)
    for page in of_forms:
        text = text.replace(words_of(page.read_text(encoding="utf-8")), "")
    policies = [filed.model for filed in company.book.policies]
    for component in (component for policy in policies for component in policy.pay):
        text = text.replace(component.name.zh, "")
    for result in company.results:
        names = {one.name.zh for one in result.card.scheme.model.indicators.values()}
        assert not {name for name in names if len(name) > 3 and name in text}
        for note in notes_of(result.record):
            assert len(note) < 5 or note not in text
    for word in ("自评", "评语", "考核人"):
        assert word not in text


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
    sample: Path, forms: Path, company: Company
) -> None:
    for output in (sample / "output", forms):
        for employee in PRINTED:
            own = pages(output / f"employees/{employee}")
            (result,) = (one for one in company.of(employee) if str(one.month) == "2026-10")
            assert result.wage is not None
            assert {result.wage.shown, result.card.total.shown} <= tokens(own)
            assert len(distinctive(tokens(own)) & company.amounts(employee)) >= 2
            assert all(
                re.sub(r"\s", "", note) in re.sub(r"\s", "", own)
                for note in notes_of(result.record)
            )


def test_a_careless_theme_shows_no_pay_to_those_who_may_not_see_it(tmp_path: Path) -> None:
    theme = {
        "themes/ours/theme.toml": 'extends = "default"\n',
        "themes/ours/card.html": "<!doctype html><title>x</title>{{ form }}{{ pay }}{{ card }}",
        "kpisite.toml": 'company = "小店"\ntheme = "ours"\n',
    }
    output = built(write(small_site() | theme, tmp_path), "--no-pdf")
    held = {name: whole(tree) for name, tree in trees(output).items()}
    (amount,) = set(re.findall(r"岗位工资.*?([\d,]+\.\d\d)", held["employees/A1"])[:1])
    assert amount in held["hr"]
    assert not [
        name for name, text in held.items() if name.startswith("managers/") and amount in text
    ]


def test_a_form_on_which_a_theme_shows_no_pay_carries_none_to_those_who_may_not_see_it(
    tmp_path: Path,
) -> None:
    theme = {
        "themes/ours/theme.toml": 'extends = "default"\n',
        "themes/ours/print.html": "<!doctype html><title>x</title><p>{{ card.name }}</p>",
        "kpisite.toml": 'company = "小店"\ntheme = "ours"\n',
    }
    site = write(small_site() | theme, tmp_path)
    output = built(site, "--month", "2026-10", "--employee", "A1")
    own, managers = (
        carried_by((output / place).read_bytes())
        for place in ("employees/A1/2026-10.pdf", "managers/desk/2026-10/A1.pdf")
    )
    assert "123.45" in own
    for word in ("123.45", "salary", "commission", "130000.01"):
        assert word not in managers, word
