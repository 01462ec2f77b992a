"""Months of people marked on one form, as small as what follows from their totals needs them.

    results = found(site(FORM, months({"2026-10": {"A": 90, "B": says(80, "late")}}), policy()))

The form has one row, `care`, marked from 0 to 100 by tenths, with figures and events beside it, and
the policy three grades; a test adds the awards, reviews and components of pay that it is about.
"""

from collections.abc import Mapping
from decimal import Decimal

from tests.small_forms import CARE, Files, form, record, site, staff

FORM = form(
    CARE,
    top="""
    [[deduction]]
    id = "late"
    name = "迟到"
    points = 1

    [[incident]]
    id = "complaint"
    name = "投诉"
    """,
)
HEAD = 'id = "rules"\nname = "办法"\nfrom = "2026-01"\nschemes = ["form"]\n'
GRADES = """
grade = [
  { id = "top", name = "优", from = 90, salary = 1_800.55, bonus = 300 },
  { id = "pass", name = "及格", from = 60, salary = 1_500, bonus = 0 },
  { id = "fail", name = "不及格", salary = 1_200.05, bonus = 0 },
]
"""


def policy(rules: str = "", top: str = "") -> str:
    """`policies/rules.toml`; `top` stands above the grades."""
    return f"{HEAD}{top}{GRADES}\n{rules}"


def says(mark: object, *events: str, **metrics: object) -> str:
    """A record: the mark, events that happened on the 8th, figures."""
    reported = f"marks.care = {{ boss = {mark} }}\n"
    if metrics:
        reported += "[metrics]\n" + "".join(f"{key} = {value}\n" for key, value in metrics.items())
    return reported + "".join(f'[[event]]\nrule = "{one}"\ndate = MONTH-08\n' for one in events)


#: Of each month, what people were given.
Months = Mapping[str, Mapping[str, object]]


def months(reported: Months) -> dict[str, str]:
    """Records by `MONTH/person` from marks, or from what a record says."""
    return {
        f"{month}/{id}": (one if isinstance(one, str) else says(one)).replace("MONTH", month)
        for month, people in reported.items()
        for id, one in people.items()
    }


def month_of(*marks: object) -> dict[str, str]:
    """A month of as many people as marks, A, B, …"""
    return months({"2026-10": {chr(65 + index): mark for index, mark in enumerate(marks)}})


def absent(kind: str, first: str, last: str) -> str:
    """A spell away, in `staff/ID.toml`."""
    return f'[[absence]]\nkind = "{kind}"\nfrom = {first}\nto = {last}\n'


# What a policy may add.

AWARD = '[[award]]\nid = "prize"\nname = "先进奖"\namount = 200\n'
PAID = '[[pay]]\nid = "awards"\nname = "奖励"\nmethod = "awards"\n'
SALARY = '[[pay]]\nid = "base"\nname = "基本工资"\nmethod = "salary"\n'
BY_GRADE = '[[pay]]\nid = "post"\nname = "岗位工资"\nmethod = "by-grade"\n'
SALARY_OF_A = 'employee = "A"\n[[salary]]\nfrom = "2026-01"\namount = 3_000\n'  # `pay/A.toml`


def per_unit(metric: str, each: str) -> str:
    """A component that pays for each of a figure."""
    return (
        f'[[pay]]\nid = "{metric}"\nname = "计件"\nmethod = "per-unit"\nmetric = "{metric}"\n'
        f"each = {each}\n"
    )


# What may come after the marks.

APPEAL = """
[[appeal]]
on = 2026-11-08
reason = "漏计了加班。"
handler = "H"

[appeal.ruling]
on = 2026-11-12
outcome = "upheld"
reasons = "考勤表为证。"
total = 91.5
"""
PLAN = '[[plan]]\nproblem = "迟到"\nmeasure = "早起"\nowner = "A"\ndue = 2026-11-30\n'


# A form on which points are taken off.

POOLED = form(
    """
    [[part.indicator]]
    id = "order"
    name = "纪律"
    method = "tally"
    floor = "none"
    rule = [{ id = "fault", name = "差错", points = [-100, -0.01] }]
    """
)


def off(points: object) -> str:
    """A record that takes so many points off."""
    if not Decimal(str(points)):
        return ""
    return f'[[event]]\nrule = "fault"\ndate = 2026-10-08\npoints = -{points}\n'


# A month in two posts.

TWO_DEPARTMENTS = """
[[department]]
id = "desk"
name = "客服部"
manager = "M"

[[department]]
id = "store"
name = "仓储部"
manager = "N"
"""


def into_store(since: str) -> str:
    """The post in the store, in `staff/ID.toml`."""
    return f"""
    [[post]]
    from = {since}
    department = "store"
    title = "仓管"
    scheme = "form"
    superior = "N"
    """


def moved(month: str, since: str, desk: object, store: object, rules: str = "") -> Files:
    """A moves from the desk to the store; the mark of each part, and others of the departments."""
    return site(
        FORM,
        {f"{month}/A": says(store), f"{month}/B": says(71), f"{month}/C": says(72)},
        policy(rules),
        {
            "records/departments.toml": TWO_DEPARTMENTS,
            "records/staff/N.toml": staff("N", department="store", superior=""),
            "records/staff/A.toml": staff("A", more=into_store(since)),
            "records/staff/C.toml": staff("C", department="store", superior="N"),
            f"records/{month}/A@desk.toml": record("A", f'part = "desk"\n{says(desk)}', month),
        },
    )
