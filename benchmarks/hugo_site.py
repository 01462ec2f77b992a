"""The made-up company as a site of Hugo's, with the content files that a user of Hugo would keep.

`hugo/` beside this module has the templates and the settings.  Here are made: one file for each
record, with every number ready and the superior's note as its text, which the settings mount into
the trees of staff, managers and HR; and one for each person, department, month and office.
"""

import json
import shutil
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.company import (
    FORM,
    INDICATORS,
    MEASURE,
    PAY_LINE,
    POLICY,
    ROOT,
    Company,
    department_managers,
    department_name,
    month_name,
    write_files,
)
from benchmarks.figures import GRADES, Outcome, half_up, money, outcomes, points, signed

HUGO_FOLDER = Path(__file__).resolve().parent / "hugo"

#: Where kpisite's default theme has the style sheet that both sites use.
STYLE = ROOT / "kpisite/themes/default/style.css"

#: The line of a record's file in which its first mark stands.
FIRST_MARK = 11
#: The components of pay, by what an outcome calls them.
COMPONENTS = {"salary": "岗位工资", "commission": "销售提成", "award": "奖励", "other": "其他"}
RATES = {5: "0.5%", 10: "1%", 12: "1.2%"}
#: Half of the points are where the line of grades begins.
FOOT = 500
#: A trend goes back so many months.
MOST_MONTHS = 12

Facts = dict[str, Any]


def write_hugo(company: Company, folder: Path) -> None:
    """Writes the company's site for Hugo into `folder`."""
    shutil.copytree(HUGO_FOLDER, folder, dirs_exist_ok=True)
    write_files(folder, hugo_files(company))


def hugo_files(company: Company) -> Iterator[tuple[str, str]]:
    """Every file that is made for Hugo, by its path in its site."""
    several = list(outcomes(company))
    people = _by_person(several)
    yield "static/style.css", STYLE.read_text(encoding="utf-8")
    yield "data/form.json", _json(_form())
    yield "data/policy.json", _json(tomllib.loads((ROOT / POLICY).read_text(encoding="utf-8")))
    for months in people.values():
        for number, outcome in enumerate(months):
            yield _place(outcome), _content(_card(company, months, number), outcome.record.note)
        person = months[0].record.person
        yield f"content/people/{person.id}.md", _content(_person(months))
    yield from _departments(company, several)
    yield from _payroll(people)
    for path, facts in OFFICES.items():
        yield f"content/offices/{path}.md", _content(facts)


#: The pages that are there once; a tree's first page that nobody needs is not made.
OFFICES: Mapping[str, Facts] = {
    "hr/_index": {"title": "全公司考核", "layout": "company"},
    "employees/_index": {"title": "员工", "build": {"render": "never"}},
    "managers/_index": {"title": "主管", "build": {"render": "never"}},
    "grades": {"title": "等级与工资", "layout": "grades", "url": "/grades.html"},
}


def _json(facts: Any) -> str:
    return json.dumps(facts, ensure_ascii=False)


def _content(facts: Facts, text: str = "") -> str:
    return f"{_json(facts)}\n\n{text}\n"


def _by_person(several: Sequence[Outcome]) -> Mapping[str, Sequence[Outcome]]:
    people: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in several:
        people[outcome.record.person.id].append(outcome)
    return people


def _form() -> Facts:
    """The form as its templates ask for it: what each mark means is found by the mark."""
    form = tomllib.loads((ROOT / FORM).read_text(encoding="utf-8"))
    for part in form["part"]:
        for indicator in part["indicator"]:
            indicator["meanings"] = {
                str(mark): band["text"]
                for band in reversed(indicator.pop("bands"))
                for mark in _marks(band["points"])
            }
    return form


def _marks(span: str) -> range:
    least, _, most = span.partition("-")
    return range(int(least), int(most or least) + 1)


# ------------------------------------------------------------------ records and people


def _place(outcome: Outcome) -> str:
    record = outcome.record
    return f"content/records/{record.person.department}/{record.month}/{record.person.id}.md"


def _card(company: Company, months: Sequence[Outcome], number: int) -> Facts:
    """The front matter of a record: what its own page shows, and the lists' rows of it."""
    outcome = months[number]
    record = outcome.record
    person = record.person
    return {
        "title": person.name,
        "slug": person.id,
        "date": f"{record.month}-01",
        "id": person.id,
        "month": record.month,
        "department": department_name(person.department),
        "superior": company.managers[person.manager],
        "before": months[number - 1].record.month if number else "",
        "after": months[number + 1].record.month if number + 1 < len(months) else "",
        "rows": {
            id: _row(outcome, id, FIRST_MARK + place) for place, id in enumerate(record.marks)
        },
        "parts": [points(each) for each in _parts(outcome)],
        "total": points(outcome.total),
        "at": _at(outcome.total),
        **_grade(outcome),
        "rank": outcome.rank,
        "ranked": outcome.ranked,
        "change": "" if outcome.before is None else signed(outcome.total - outcome.before),
        "since": f"{(record.number - 1) % 12 + 1} 月",
        "trend": _trend(months[: number + 1]),
        "pay": _pay(outcome),
        "amounts": [money(getattr(outcome, name)) for name in COMPONENTS],
        "wage": money(outcome.wage),
        "owned": record.own_on,
        "rated": record.superior_on,
        "own-note": record.own_note,
        "plan": _improvement(company, outcome),
        "source": record.path,
    }


def _row(outcome: Outcome, id: str, line: int) -> Facts:
    own, superior = outcome.record.marks[id]
    result = outcome.results[id]
    return {
        "own": str(own),
        "superior": str(superior),
        "result": points(result),
        "bar": half_up(10 * result, INDICATORS[id]),
        "work": f"{own} × 40% + {superior} × 60% = {points(result).removesuffix('.0')}",
        "line": line,
    }


def _parts(outcome: Outcome) -> Iterator[int]:
    for part in _PARTS:
        yield sum(outcome.results[id] for id in part)


#: The indicators of F02's two parts.
_PARTS = (list(INDICATORS)[:4], list(INDICATORS)[4:])


def _grade(outcome: Outcome) -> Facts:
    if outcome.grade == 0:
        return {"grade": GRADES[0].name, "next": "", "gap": ""}
    better = GRADES[outcome.grade - 1]
    gap = points(better.least - outcome.total).removesuffix(".0")
    return {"grade": GRADES[outcome.grade].name, "next": better.name, "gap": gap}


def _at(total: int) -> str:
    return f"{2 + max(total - FOOT, 0) * 96 / (1000 - FOOT):.2f}%"


def _trend(months: Sequence[Outcome]) -> str:
    """The points of a small line of the last months' totals."""
    shown = months[-MOST_MONTHS:]
    if len(shown) < 2:
        return ""
    step = 96 / (len(shown) - 1)
    return " ".join(
        f"{2 + step * place:.1f},{21 - max(one.total - FOOT, 0) * 18 / (1000 - FOOT):.1f}"
        for place, one in enumerate(shown)
    )


def _pay(outcome: Outcome) -> list[Facts]:
    """The pay's rows that are not nothing, each with how it came about."""
    record, grade = outcome.record, GRADES[outcome.grade]
    sales = money(record.sales).removesuffix(".00")
    rate = RATES[outcome.rate]
    rows = {
        "salary": f"{grade.name}：{money(grade.salary)}",
        "commission": f"实际 {sales}，计划 {record.plan:,}：× {rate} = {money(outcome.commission)}",
        "award": "连续两月第一",
        "other": "；".join(
            f"{PAY_LINE} {money(line.amount * 100)} {line.reason}" for line in outcome.lines
        ),
    }
    return [
        {
            "name": COMPONENTS[id],
            "beside": f"{grade.name} · {grade.level}" if id == "salary" else "",
            "amount": money(getattr(outcome, id)),
            "work": work,
        }
        for id, work in rows.items()
        if getattr(outcome, id) or id in ("salary", "commission")
    ]


def _improvement(company: Company, outcome: Outcome) -> Facts | None:
    plan = outcome.record.improvement
    if plan is None:
        return None
    return {
        "problem": plan.problem,
        "measure": MEASURE,
        "owner": company.managers[plan.owner],
        "due": plan.due,
    }


def _person(months: Sequence[Outcome]) -> Facts:
    """The first page of somebody: all months, the newest first, and each year's income."""
    newest = months[-1]
    person = newest.record.person
    return {
        "title": person.name,
        "layout": "person",
        "url": f"/employees/{person.id}/index.html",
        "id": person.id,
        "department": department_name(person.department),
        "trend": _trend(months),
        "lines": [
            {
                "month": one.record.month,
                "total": points(one.total),
                "grade": GRADES[one.grade].name,
                "change": "" if one.before is None else signed(one.total - one.before),
                "wage": money(one.wage),
            }
            for one in reversed(months)
        ],
        "incomes": {year: _income(several) for year, several in _years(months)},
    }


def _years(months: Sequence[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    """The years, the newest first, and the outcomes of each."""
    years: defaultdict[str, list[Outcome]] = defaultdict(list)
    for one in months:
        years[one.record.month[:4]].append(one)
    yield from sorted(years.items(), reverse=True)


def _income(months: Sequence[Outcome]) -> Facts:
    rows = []
    for id, name in COMPONENTS.items():
        each = [getattr(one, id) for one in months]
        amounts = [money(one) for one in each]
        rows.append({"name": name, "amount": money(sum(each)), "each": amounts})
    return {
        "rows": rows,
        "months": [one.record.month for one in months],
        "wage": money(sum(one.wage for one in months)),
    }


# ------------------------------------------------------------------ lists


def _departments(company: Company, several: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    """A file for each department and each of its months, with the counts that its pages show."""
    by_month: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for one in several:
        by_month[one.record.person.department, one.record.month].append(one)
    newest = month_name(company.months - 1)
    for id in department_managers(company):
        facts = {"title": department_name(id), "layout": "department", "newest": newest}
        yield f"content/records/{id}/_index.md", _content(facts)
    for (id, month), group in by_month.items():
        facts = {
            "title": department_name(id),
            "layout": "month",
            "month": month,
            **_counts(group),
        }
        yield f"content/records/{id}/{month}/_index.md", _content(facts)


def _counts(group: Sequence[Outcome]) -> Facts:
    counts = Counter(one.grade for one in group)
    return {
        "people": len(group),
        "mean": points(half_up(sum(one.total for one in group), len(group))),
        "counts": [f"{GRADES[grade].name} {counts[grade]}" for grade in sorted(counts)],
    }


def _payroll(people: Mapping[str, Sequence[Outcome]]) -> Iterator[tuple[str, str]]:
    """The payroll's own list, and a file for each month and each year with the sums of its page."""
    periods = []
    everything = [one for months in people.values() for one in months]
    for year, of_year in _years(everything):
        sums = _sums(of_year)
        count = len({one.record.month for one in of_year})
        facts = {"title": f"工资 · {year} 年", "layout": "payroll-year", "year": year, **sums}
        yield f"content/offices/payroll/{year}.md", _content(facts)
        periods.append({"name": year, "months": count, "people": len(people), "sum": sums["wage"]})
        by_month: defaultdict[str, list[Outcome]] = defaultdict(list)
        for one in of_year:
            by_month[one.record.month].append(one)
        for month, of_month in sorted(by_month.items(), reverse=True):
            sums = _sums(of_month)
            facts = {"title": f"工资 · {month}", "layout": "payroll", "month": month, **sums}
            yield f"content/offices/payroll/{month}.md", _content(facts)
            periods.append({"name": month, "people": len(of_month), "sum": sums["wage"]})
    facts = {"title": "工资", "layout": "payroll-periods", "periods": periods}
    yield "content/offices/payroll/_index.md", _content(facts)


def _sums(several: Sequence[Outcome]) -> Facts:
    return {
        "sums": [money(sum(getattr(one, id) for one in several)) for id in COMPONENTS],
        "wage": money(sum(one.wage for one in several)),
    }
