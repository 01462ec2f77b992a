"""Whose tree holds whose pages: ids are compared whole."""

from pathlib import Path

import pytest

from kpisite.pages.audience import Audience, Role
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


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (Audience(Role.EMPLOYEE, "A"), {"A"}),
        (Audience(Role.EMPLOYEE, "A1"), {"A1"}),
        (Audience(Role.EMPLOYEE, "A10"), {"A10"}),
        (Audience(Role.EMPLOYEE, "desk"), set()),  # a department's card is nobody's own
        (Audience(Role.MANAGER, "desk"), {"A", "A1", "desk"}),
        (Audience(Role.MANAGER, "desk1"), {"A10"}),
        (Audience(Role.MANAGER, "A"), set()),
        (Audience(Role.HR), {"A", "A1", "A10", "desk"}),
        (Audience(Role.PAYROLL), {"A", "A1", "A10", "desk"}),
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
        (Audience(Role.MANAGER, "desk"), {"": True, "desk": True, "desk1": False, "des": False}),
        (Audience(Role.MANAGER, "desk1"), {"": True, "desk": False, "desk1": True}),
        (Audience(Role.EMPLOYEE, "A1"), {"": True, "desk": True, "desk1": True}),
        (Audience(Role.HR), {"": True, "desk": True}),
        (Audience(Role.PAYROLL), {"": True, "desk": True}),
    ],
)
def test_what_was_reached_elsewhere_is_kept_from_managers_alone(
    audience: Audience, sees: dict[str, bool]
) -> None:
    assert {id: audience.sees_department(id) for id in sees} == sees


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
