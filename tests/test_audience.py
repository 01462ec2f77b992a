"""Whose tree holds whose pages: ids are compared whole."""

import re
from pathlib import Path

import pytest

import kpisite
from kpisite.language.site import AUDIENCE_FOLDERS, DeclaredAudience
from kpisite.pages.audience import AUDIENCES, DECLARED, Audience, built_in, declared
from tests.marked_months import FORM, months, policy
from tests.sites import built, write
from tests.small_forms import in_brief, record, site, staff

DEPARTMENTS = "".join(
    f'[[department]]\nid = "{id}"\nname = "{id}部"\nmanager = "M"\n\n' for id in ("desk", "desk1")
)
FILES = site(
    FORM,
    months({"2026-10": {"A1": 81, "A10": 93, "A": 72}}),
    policy(),
    {
        "records/departments.toml": DEPARTMENTS,
        "records/staff/A10.toml": staff("A10", department="desk1"),
        "records/schemes/works.toml": FORM.replace(
            'id = "form"', 'id = "works"\nappraises = "department"\nscored-only = true', 1
        ),
        "records/2026-10/desk.toml": record(
            "desk", 'scheme = "works"\nmarks.care = { boss = 64 }', key="department"
        ),
    },
)


def several(*departments: str) -> Audience:
    """An audience of some departments, or of all."""
    facts = {"id": "head", "name": "领导", "departments": list(departments) or "all"}
    return declared(DeclaredAudience.model_validate(facts))


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (built_in("employees", "A"), {"A"}),
        (built_in("employees", "A1"), {"A1"}),
        (built_in("employees", "A10"), {"A10"}),
        (built_in("employees", "desk"), set()),  # a department's card is nobody's own
        (built_in("managers", "desk"), {"A", "A1", "desk"}),
        (built_in("managers", "desk1"), {"A10"}),
        (built_in("managers", "A"), set()),
        (built_in("hr"), {"A", "A1", "A10", "desk"}),
        (built_in("payroll"), {"A", "A1", "A10", "desk"}),
        (several("desk1"), {"A10"}),
        (several("desk", "desk1"), {"A", "A1", "A10", "desk"}),
        (several("store"), set()),
        (several(), {"A", "A1", "A10", "desk"}),
    ],
)
def test_each_audience_sees_its_own_and_nobody_whose_id_begins_alike(
    audience: Audience, seen: set[str]
) -> None:
    _, briefs = in_brief(FILES)
    assert {one.appraisee_id for one in briefs if audience.sees(one)} == seen


@pytest.mark.parametrize(
    ("audience", "sees"),
    [
        (built_in("managers", "desk"), {"": True, "desk": True, "desk1": False, "des": False}),
        (built_in("managers", "desk1"), {"": True, "desk": False, "desk1": True}),
        (built_in("employees", "A1"), {"": True, "desk": True, "desk1": True}),
        (built_in("hr"), {"": True, "desk": True}),
        (built_in("payroll"), {"": True, "desk": True}),
        (several("desk", "store"), {"": True, "desk": True, "desk1": False, "store": True}),
        (several(), {"": True, "desk": True}),
    ],
)
def test_what_was_reached_elsewhere_is_kept_from_whoever_reads_of_some_departments(
    audience: Audience, sees: dict[str, bool]
) -> None:
    assert {id: audience.scope.takes_department(id) for id in sees} == sees


def test_the_names_that_no_site_may_give_its_own_audience_are_those_of_the_table() -> None:
    assert (*AUDIENCES, DECLARED) == AUDIENCE_FOLDERS


#: What only the table of audiences may say: the names of its rows, in a comparison or a look-up.
BY_NAME = re.compile(
    r"""\bRole\b|audience\.(kind|folder)\s*(==|!=|is|in|not in)\s*["'({[]|"""
    r"""\bbuilt_in\(["']|\bAUDIENCES\[|sees_pay|sees_department"""
)
#: The table itself; a blank form stands in a tree of its own, which HR prints.
IN_THE_TABLE = {"pages/audience.py", "pages/blank.py"}


def test_no_module_asks_an_audience_what_it_is_called() -> None:
    package = Path(kpisite.__file__).parent
    asking = {
        f"{path.relative_to(package).as_posix()}:{number}: {line.strip()}"
        for path in sorted(package.rglob("*.py"))
        if path.relative_to(package).as_posix() not in IN_THE_TABLE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if BY_NAME.search(line)
    }
    assert asking == set()


def test_a_tree_holds_no_word_of_somebody_whose_id_begins_alike(tmp_path: Path) -> None:
    output = built(write(FILES, tmp_path), "--no-pdf")
    said = {
        tree: "".join(
            f"{path} {path.read_text(encoding='utf-8')}"
            for path in sorted((output / tree).rglob("*"))
            if path.suffix in {".html", ".json", ".csv"}
        )
        for tree in ("employees/A1", "employees/A10", "managers/desk", "managers/desk1")
    }
    assert "81.0" in said["employees/A1"] and "93.0" in said["employees/A10"]
    assert "员工A10" not in said["employees/A1"] and "93.0" not in said["employees/A1"]
    assert "81.0" not in said["employees/A10"] and "72.0" not in said["employees/A1"]
    assert "81.0" in said["managers/desk"] and "93.0" not in said["managers/desk"]
    assert "93.0" in said["managers/desk1"] and "81.0" not in said["managers/desk1"]
