"""Grades by rank, so many of each, where a policy states a quota."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpisite.core.exact import RoundingMode, quotient
from kpisite.core.text import Text
from kpisite.language.base import Quantity
from kpisite.language.grade import Grade
from kpisite.language.quota import Quota
from kpisite.outcomes.results import Result
from tests.small_forms import CARE, Files, form, found, issues, read, site

SHARES = {"a": "10%", "b": "15%", "c": "50%", "d": "15%", "e": "10%"}


def policy(quota: str = "", shares: dict[str, str] = SHARES, more: Mapping[str, str] = {}) -> str:
    """Grades by quota; `more` are further keys of a grade."""
    grades = "".join(
        f'\n[[grade]]\nid = "{id}"\nname = "{id.upper()}"\nshare = "{share}"\n{more.get(id, "")}\n'
        for id, share in shares.items()
    )
    head = 'id = "rules"\nname = "制度"\nfrom = "2026-01"\nschemes = ["form"]\n'
    return f"{head}\n[quota]\n{quota}\n{grades}"


def files(marks: Sequence[object], rules: str, more: Mapping[str, str] = {}) -> Files:
    """People `A01`, `A02` and so on, with these totals."""
    records = {
        f"A{number:02}": f"marks.care = {{ boss = {mark} }}" for number, mark in enumerate(marks, 1)
    }
    return site(form(CARE), records, rules, more)


def graded(marks: Sequence[object], rules: str, more: Mapping[str, str] = {}) -> dict[str, Result]:
    """The results by person."""
    results = found(files(marks, rules, more))
    return {name.split("/")[1]: one for name, one in results.items()}


def counts(marks: Sequence[object], rules: str) -> list[int]:
    """How many have each grade, from the best down."""
    had = Counter(one.grade.id for one in graded(marks, rules).values() if one.grade)
    return [had[id] for id in SHARES]


TEN = [100, 99, 98, 97, 96, 95, 94, 93, 92, 91]
#: Ranks 3 and 4 are tied.
TIED = [100, 99, 98, 98, 96, 95, 94, 93, 92, 91]


@pytest.mark.parametrize(
    ("marks", "quota", "expected"),
    [
        (list(range(100, 80, -1)), "", [2, 3, 10, 3, 2]),
        (TEN, "", [1, 2, 5, 1, 1]),  # 1, 2.5 → 3, 7.5 → 8, 9, 10
        (TEN, 'round = "down"', [1, 1, 5, 2, 1]),
        (TEN, 'round = "half-even"', [1, 1, 6, 1, 1]),  # 2.5 → 2, 7.5 → 8
        (TEN, 'round = "up"', [1, 2, 5, 1, 1]),
        (TIED, "", [1, 3, 4, 1, 1]),
        (TIED, 'ties = "worse"', [1, 1, 6, 1, 1]),
        ([90] * 10, "", [10, 0, 0, 0, 0]),
        ([90] * 10, 'ties = "worse"', [0, 0, 0, 0, 10]),
        ([90], "", [0, 0, 1, 0, 0]),  # 0.1 → 0, 0.25 → 0, 0.75 → 1
    ],
)
def test_a_grade_ends_where_the_shares_added_up_so_far_come_to(
    marks: list[int], quota: str, expected: list[int]
) -> None:
    assert counts(marks, policy(quota)) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"a": "at-least = 2"}, [2, 1, 5, 1, 1]),
        ({"b": "at-most = 1"}, [1, 1, 6, 1, 1]),
        ({"e": 'at-least = "30%"'}, [1, 2, 4, 0, 3]),
        ({"e": "at-most = 0"}, [1, 2, 5, 2, 0]),
        ({"c": 'at-most = "10%"', "d": "at-most = 1"}, [1, 2, 1, 1, 5]),
    ],
)
def test_least_and_most_people_of_a_grade_move_its_edges(
    more: dict[str, str], expected: list[int]
) -> None:
    assert counts(TEN, policy(more=more)) == expected


def test_a_grade_may_want_a_total_besides() -> None:
    results = graded(TEN, policy(more={"a": "from = 100", "b": "from = 99"}))
    assert [one.grade.id for one in results.values() if one.grade][:3] == ["a", "b", "c"]
    [why] = results["A03"].standing.why
    assert why.zh == "B：第 3 名，共 10 人，25% × 10 = 2.5 → 3；总分不到 99，降为C"
    assert why.en == "B: rank 3 of 10, 25% × 10 = 2.5 → 3; the total is below 99, so C"


def test_the_grade_says_by_which_rank_and_share_it_came() -> None:
    said = [one.standing.why[0].en for one in graded(TIED, policy()).values()]
    assert said[0] == "A: rank 1 of 10, 10% × 10 = 1"
    assert said[2] == said[3] == "B: rank 3–4 of 10, 25% × 10 = 2.5 → 3"
    assert said[4] == "C: rank 5 of 10, 75% × 10 = 7.5 → 8"


def test_more_are_best_where_the_department_is() -> None:
    team = form(CARE).replace('id = "form"', 'id = "team"\nappraises = "department"')
    rules = (
        'id = "teams"\nname = "部门"\nfrom = "2026-01"\nschemes = ["team"]\n'
        '[[grade]]\nid = "best"\nname = "优"\nfrom = 90\n[[grade]]\nid = "rest"\nname = "良"\n'
    )
    where = '[[quota.where]]\ndepartment = ["best"]\nshare = { a = "30%", b = "70%" }'
    for mark, expected in ((90, 3), (89, 1)):
        more = {
            "records/schemes/team.toml": team,
            "records/policies/teams.toml": rules,
            "records/departments.toml": (
                '[[department]]\nid = "desk"\nname = "客服部"\nmanager = "M"\nscheme = "team"\n'
            ),
            "records/2026-10/desk.toml": (
                f'department = "desk"\nmonth = "2026-10"\nmarks.care = {{ boss = {mark} }}\n'
            ),
        }
        results = graded(TEN, policy(where), more)
        best = [
            name
            for name, one in results.items()
            if name != "desk" and one.grade and one.grade.id == "a"
        ]
        assert len(best) == expected


def test_who_is_ranked_in_the_company_is_graded_in_it() -> None:
    more = {
        "records/departments.toml": (
            '[[department]]\nid = "desk"\nname = "客服部"\nmanager = "M"\n'
            '[[department]]\nid = "store"\nname = "仓储部"\nmanager = "M"\n'
        )
    }
    there = files([100, 90, 80, 70], policy('within = "company"', {"a": "50%", "b": "50%"}), more)
    for id in ("A02", "A04"):
        path = f"records/staff/{id}.toml"
        there[path] = there[path].replace('"desk"', '"store"')
    grades = {name[-3:]: one.grade.id for name, one in found(there).items() if one.grade}
    assert grades == {"A01": "a", "A02": "a", "A03": "b", "A04": "b"}
    [*_, last] = found(there).values()
    assert last.standing.rank == 2 and "of 4" in last.standing.why[0].en


def test_a_group_of_few_is_a_warning() -> None:
    assert "quota-few" in issues(files([90, 80], policy()))
    assert "quota-few" not in issues(files(TEN, policy()))


def test_shares_that_are_not_everybody_are_a_fault() -> None:
    assert read(files([90], policy(shares=SHARES | {"e": "9%"})))[2] == ["quota-sum"]
    assert read(files([90], policy(shares={"a": "50%", "b": "60%"})))[2] == ["quota-sum"]


def test_more_points_to_the_next_grade_are_not_told_where_a_rank_decides() -> None:
    assert all(one.to_next is None for one in graded(TEN, policy()).values())


GRADES = st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any)
BOUND = st.none() | st.integers(0, 6)


@given(
    weights=GRADES,
    bounds=st.lists(st.tuples(BOUND, BOUND), min_size=6, max_size=6),
    people=st.integers(1, 60),
    mode=st.sampled_from(["half-up", "half-even", "up", "down"]),
)
def test_edges_rise_and_take_everybody_and_fall_back_to_shares_within_one(
    weights: list[int],
    bounds: list[tuple[int | None, int | None]],
    people: int,
    mode: RoundingMode,
) -> None:
    shares = [quotient(Decimal(weight), Decimal(sum(weights))) for weight in weights]
    plain = [Grade(id=f"g{n}", name=Text(zh="x")) for n in range(len(weights))]
    bounded = [
        grade.model_copy(
            update={
                "at_least": None if least is None else Quantity(Decimal(least)),
                "at_most": None if most is None else Quantity(Decimal(most)),
            }
        )
        for grade, (least, most) in zip(plain, bounds, strict=False)
    ]
    quota = Quota(round_=mode)
    for grades in (plain, bounded):
        ends = quota.ends(grades, shares, people)
        assert ends == sorted(ends) and ends[-1] == people and ends[0] >= 0
    exact = [sum(shares[: n + 1], Decimal(0)) * people for n in range(len(shares))]
    ends = quota.ends(plain, shares, people)
    assert all(abs(end - at) < 1 for end, at in zip(ends, exact, strict=True))
