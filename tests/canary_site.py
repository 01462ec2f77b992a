"""A small company in which every key about a person is written once, and who may see each of them.

`CHANGES` has a change to each key.  It says who may see the change: the trees of all others stay
as they are, byte for byte.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kpisite.outcomes.seal import fingerprint
from kpisite.pages.audience import Audience, Capability
from tests.one_off_forms import FORM, PLAIN_RULES
from tests.sites import book_of
from tests.small_forms import Files, found

#: The month in which things are changed, and the one before it, which somebody has answered.
NOW, BEFORE = "2026-10", "2026-09"

SITE = """
company = "小店"

[[audience]]
id = "sums"
name = "工会"
departments = ["desk"]

[[audience]]
id = "sums-of-all"
name = "审计"
departments = "all"

[[audience]]
id = "cards"
name = "分管领导"
departments = ["desk"]
cards = true
readers = ["M2"]

[[audience]]
id = "wages"
name = "财务总监"
departments = ["desk"]
cards = true
pay = true

[[audience]]
id = "reviews"
name = "人事总监"
departments = ["desk"]
cards = true
reviews = true

[[audience]]
id = "elsewhere"
name = "仓储总监"
departments = ["store"]
cards = true
pay = true
reviews = true

[[audience]]
id = "general-manager"
name = "总经理"
departments = "all"
cards = true
pay = true
reviews = true
"""

DEPARTMENTS = """
[[department]]
id = "desk"
name = "客服部"
manager = "M1"

[[department]]
id = "store"
name = "仓储部"
manager = "M2"
"""

SCHEME = """
id = "form"
name = "月度考核"
from = "2026-01"
raters = { self = "20%", supervisor = "60%", peer = { weight = "20%", peers = true } }
signatures = ["考核人", { name = "本人", rater = "self" }]

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
points = 50
step = 0.1
method = "bands"
bands = [{ points = "31-50" }, { points = "0-30" }]

[[part.indicator]]
id = "mood"
name = "满意度"
points = 20
method = "survey"
questions = [{ id = "q", name = "是否满意" }]

[[part.indicator]]
id = "jobs"
name = "任务"
points = 20
method = "tasks"

[[part.indicator]]
id = "hits"
name = "命中率"
points = 10
method = "distance"
metric = "hits"
target = 100
worse = "below"
every = 1
loses = 0.1

[[deduction]]
id = "late"
name = "迟到"
points = [-3, -0.1]
evidence = true

[[list]]
id = "course"
name = "培训"
least = 0
columns = [{ id = "hours", name = "课时" }]

[[figure]]
id = "learned"
name = "培训课时"
sum = "hours"
over = "course"
shown = true

[[figure]]
id = "kind"
name = "类别"
from = "record"
unit = "choice"
choices = ["甲类", "乙类"]
default = "甲类"

[[table]]
id = "by-kind"
name = "类别系数"
rows = { figure = "kind", are = ["甲类", "乙类"] }
cells = [1, 2]
any-order = true
shown = true

[[figure]]
id = "own"
name = "个人系数"
from = "person"
default = 1
shown = true

[[figure]]
id = "reach"
name = "岗位系数"
from = "post"
default = 1
shown = true

[[figure]]
id = "days"
name = "应出勤"
from = "month"
default = 22
shown = true
"""

POLICY = """
id = "rules"
name = "绩效办法"
from = "2026-01"
schemes = ["form"]
window = { from = 3, to = 6 }
part-month = "calendar-days"
answers = true
plan-for = ["low"]
eligibility = { probation = true }

[[grade]]
id = "high"
name = "优"
from = 80
salary = 1_800

[[grade]]
id = "low"
name = "差"
salary = 1_200

[[figure]]
id = "secret"
name = "协议津贴"
from = "pay"
default = 50

[[pay]]
id = "agreed"
name = "津贴"
method = "figure"
figure = "secret"

[[pay]]
id = "base"
name = "基本工资"
method = "salary"

[[pay]]
id = "post"
name = "岗位工资"
method = "by-grade"

[[pay]]
id = "commission"
name = "提成"
method = "per-unit"
metric = "sales"
each = 0.01

[[pay]]
id = "shared"
name = "项目分成"
method = "share-of"
rate = "10%"

[[pay]]
id = "other"
name = "其他"
method = "other"

[[figure]]
id = "kept"
name = "留任数"
from = "pay"
default = 40

[[pay]]
id = "retention"
name = "留任奖"
method = "figure"
figure = "kept"
shown-to = "payroll"

[[pay]]
id = "saves"
name = "挽留奖"
method = "per-unit"
metric = "saves"
metric-name = "挽留客户"
each = 7.25
shown-to = "payroll"

[[limit]]
id = "retained"
name = "留任预算"
figure = "kept"
at-most = 9_000
as = "warning"
within = "department"

[[review]]
id = "twice"
name = "连续两次"
text = "复核是否留任"
months = 2
grades = ["low"]
"""

ONE_OFF_FORM = FORM.replace("boss", "supervisor")

#: A1's one-off appraisal in `NOW`.
ONE_OFF = f"""
employee = "A1"
month = "{NOW}"
scheme = "probation"

[marks]
fit = {{ supervisor = 51 }}

[[remark]]
on = 2026-10-14
text = "试用记事一"

[notes]
supervisor = "试用评语一"

[[appeal]]
on = 2026-11-10
reason = "试用申诉一"
handler = "M2"
"""

RECORD = """
employee = "{id}"
month = "{month}"
{top}
[rated]
supervisor = {{ by = "{boss}", on = {marked} }}

[marks]
care = {{ {note}self = {mark}, supervisor = {mark}, peer = {{ {peers} }} }}

[metrics]
hits = 90
sales = 70_000
saves = 3
"""

TASK = """
[[task]]
id = "first"
name = "盘点{mine}"
weight = "100%"
from = {month}-01
to = {month}-28
expected = "目标{mine}"
result = "成果{mine}"
marks = {{ self = {mark}, supervisor = {mark}, peer = {{ {peers} }} }}
"""

SURVEYS = "".join(
    f'[[survey]]\nof = "mood"\nby = "{who}"\nanswers = {{ q = {mark} }}\n'
    for who, mark in (("顾客甲", 3), ("顾客乙", 5), ("顾客丙", 7))
)

#: What A1's record of `NOW` holds besides.
AFTERWARDS = """
[[event]]
rule = "late"
date = 2026-10-12
points = -0.2
count = 1
reason = "事由一"
source = "考勤表一"
imported = "打卡一"

[[remark]]
on = 2026-10-13
by = "M1"
text = "记事一"

[choices]
kind = "乙类"

[[list.course]]
hours = 7.5

[notes]
supervisor = "评语一"

[[appeal]]
on = 2026-11-10
reason = "申诉一"
handler = "M2"
ruling = { on = 2026-11-12, outcome = "dismissed", reasons = "裁定一" }

[[plan]]
problem = "问题一"
measure = "措施一"
owner = "M1"
due = 2026-12-20
result = "结果一"

[[accept]]
code = "outside-window"
reason = "理由一"
"""

PAY = """
employee = "{id}"

[[salary]]
from = "2026-01"
amount = {amount}
"""

LINE = """
[[line]]
month = "2026-10"
name = "补贴一"
amount = 61.25
reason = "缘由一"

[[figure]]
id = "secret"
from = "2026-04"
is = 81.25

[[figure]]
id = "kept"
from = "2026-04"
is = 91.75
"""

PROJECTS = """
month = "2026-10"

[[project]]
id = "fair"
name = "展会一"
bonus = 4_000
shares = { A1 = "60%", A2 = "40%" }
"""

PEOPLE = {"A1": "desk", "A2": "desk", "A3": "desk", "A4": "desk",
          "B1": "store", "B2": "store", "B3": "store"}  # fmt: skip


def _staff(id: str, department: str, boss: str = "") -> str:
    form = f'scheme = "form"\nsuperior = "{boss}"\n' if boss else ""
    more = ""
    if id == "A1":
        more = (
            '\n[[absence]]\nkind = "sick"\nfrom = 2026-10-20\nto = 2026-10-21\n'
            f'\n[[post]]\nfrom = 2026-02-01\ndepartment = "desk"\ntitle = "专员一"\n{form}'
            "figures = { reach = 1.25 }\n"
            '\n[[figure]]\nid = "own"\nfrom = "2026-02"\nis = 1.75\n'
        )
    head = "probation = 2024-06-30\nleft = 2029-12-31\n" if id == "A1" else ""
    return (
        f'id = "{id}"\nname = "员工{id}"\njoined = 2024-01-01\n{head}'
        f'\n[[post]]\nfrom = 2024-01-01\ndepartment = "{department}"\ntitle = "专员"\n{form}{more}'
    )


def _record(id: str, month: str) -> str:
    department, is_rich = PEOPLE[id], (id, month) == ("A1", NOW)
    peers = [one for one, place in PEOPLE.items() if place == department and one != id]
    peers += ["M1", "M2"][: 3 - len(peers)]
    mark, of_task = (20, 9) if id == "A1" else (48, 90)
    following = "2026-11-04" if month == NOW else "2026-10-04"
    says = RECORD.format(
        id=id,
        month=month,
        top='expect = "41.0"\n' if (id, month) == ("A1", BEFORE) else "",
        boss="M1" if department == "desk" else "M2",
        marked=following,
        mark=mark,
        note='note = "旁注一", ' if is_rich else "",
        peers=", ".join(f"{peer} = {mark + place}" for place, peer in enumerate(peers)),
    )
    task = TASK.format(
        month=month,
        mine="一" if is_rich else "二",
        mark=of_task,
        peers=", ".join(f"{peer} = {of_task}" for peer in peers),
    )
    return says + task + SURVEYS + (AFTERWARDS if is_rich else "")


def files() -> Files:
    """The site in which nothing has been changed yet."""
    site = {
        "kpisite.toml": SITE,
        "records/departments.toml": DEPARTMENTS,
        "records/schemes/form.toml": SCHEME,
        "records/policies/rules.toml": POLICY,
        "records/schemes/probation.toml": ONE_OFF_FORM,
        "records/policies/probation.toml": PLAIN_RULES,
        f"records/{NOW}/A1@probation.toml": ONE_OFF,
        "records/staff/M1.toml": _staff("M1", "desk"),
        "records/staff/M2.toml": _staff("M2", "store"),
        "records/staff/A9.toml": _staff("A9", "desk", "M1"),
        f"records/{NOW}/month.toml": (
            f'month = "{NOW}"\nnote = "月注一"\nfigures = {{ days = 21 }}\n'
            '[excused]\nA9 = "病假一"\n'
        ),
        f"records/{BEFORE}/month.toml": f'month = "{BEFORE}"\n[excused]\nA9 = "病假二"\n',
        f"records/pay/{NOW}.toml": PROJECTS,
        "records/pay/seal.toml": f'key = "{"5ea1" * 16}"\n',
    }
    for id, department in PEOPLE.items():
        site[f"records/staff/{id}.toml"] = _staff(
            id, department, f"M{1 if department == 'desk' else 2}"
        )
        site[f"records/pay/{id}.toml"] = PAY.format(
            id=id, amount="3_100" if id == "A1" else "3_000"
        )
        for month in (BEFORE, NOW):
            site[f"records/{month}/{id}.toml"] = _record(id, month)
    site["records/pay/A1.toml"] += LINE
    answered = found(site)[f"{BEFORE}/A1"]
    content = fingerprint(book_of(site), answered)
    site[f"records/{BEFORE}/A1.toml"] += (
        f'\n[answer]\nstate = "refused"\non = 2026-10-08\ncontent = "{content}"\nwitness = "M2"\n'
        'text = "回答一"\n'
    )
    return site


# Who may see what of A1, who works at the desk.

May = Callable[[Audience], bool]


def card(one: Audience) -> bool:
    """Who reads A1's scorecards: A1, the manager, and whoever reads scorecards of the desk."""
    if not one.can(Capability.CARDS):
        return False
    return one.scope.person == "A1" or (not one.scope.person and of_the_desk(one))


def of_the_desk(one: Audience) -> bool:
    """Who reads of the desk, in whatever way."""
    return one.scope.departments is None or "desk" in one.scope.departments


def total(one: Audience) -> bool:
    """Who reads the total, or a sum with it."""
    is_of_several = not one.scope.person and of_the_desk(one)
    counts = one.can(Capability.SUMS) or one.can(Capability.PAYROLL)
    return card(one) or (is_of_several and counts)


def wage(one: Audience) -> bool:
    """Who reads A1's pay."""
    if one.can(Capability.PAYROLL):
        return True
    return card(one) and one.can(Capability.PAY)


def shared(one: Audience) -> bool:
    """Who reads A1's pay, and A2, who has a share of the same bonus."""
    return wage(one) or one.scope.person == "A2"


def hidden(one: Audience) -> bool:
    """Who reads what of A1's pay A1 does not."""
    return one.can(Capability.ALL_PAY)


def reviews(one: Audience) -> bool:
    """Who reads of what touches A1's job."""
    return card(one) and one.can(Capability.REVIEWS)


def of_reviews(one: Audience) -> bool:
    """Who reads what a policy says of people's jobs."""
    return one.can(Capability.REVIEWS)


def of_reviews_of_once(one: Audience) -> bool:
    """Who reads what the policy of A1's one-off appraisal says of people's jobs."""
    return of_reviews(one) and of_once(one)


def of_pay(one: Audience) -> bool:
    """Who reads how pay comes about."""
    return one.can(Capability.PAY)


def of_advice(one: Audience) -> bool:
    """Who reads limits on what only payroll and HR see."""
    return hidden(one) and one.can(Capability.CALIBRATION)


def of_rules(one: Audience) -> bool:
    """Who reads forms and policies: everybody, for all are appraised by the same."""
    return one.can(Capability.RULES)


def of_once(one: Audience) -> bool:
    """Who reads of the form on which A1 alone is appraised: who reads A1's, and who reads all
    forms of the company."""
    return card(one) or (one.scope.departments is None and not one.scope.person)


def excuses(one: Audience) -> bool:
    """Who reads why somebody has no record."""
    return one.can(Capability.EXCUSES)


def lists(one: Audience) -> bool:
    """Who reads lists that name A1: scorecards, or payroll."""
    return card(one) or one.can(Capability.PAYROLL)


def everybody(one: Audience) -> bool:
    """Everybody with a scorecard in the tree."""
    return one.can(Capability.CARDS)


def nobody(one: Audience) -> bool:
    """Nobody: it is for HR's own files, or rests in a sum that stays the same."""
    return False


@dataclass(frozen=True, slots=True)
class Change:
    """A passage of a file that stands there once, what is put in its place, and who may see it."""

    key: str
    path: str
    old: str
    new: str
    may: May


_MONTH, _CARD = f"records/{NOW}/month.toml", f"records/{NOW}/A1.toml"
_ANSWERED, _STAFF = f"records/{BEFORE}/A1.toml", "records/staff/A1.toml"
_ONCE, _ONCE_POLICY = f"records/{NOW}/A1@probation.toml", "records/policies/probation.toml"
_PAY, _PROJECTS = "records/pay/A1.toml", f"records/pay/{NOW}.toml"
_POLICY, _FORM = "records/policies/rules.toml", "records/schemes/form.toml"

#: A change to every key about a person.
CHANGES = (
    Change("MonthFile.note", _MONTH, "月注一", "月注二", everybody),
    Change("MonthFile.figures", _MONTH, "days = 21", "days = 20", everybody),
    Change("MonthFile.excused", _MONTH, "病假一", "病假二", excuses),
    Change("Employee.name", _STAFF, "员工A1", "员工甲", lists),
    Change("Employee.joined", _STAFF, "joined = 2024-01-01", "joined = 2023-12-31", nobody),
    Change("Employee.left", _STAFF, "left = 2029-12-31", "left = 2029-12-30", nobody),
    Change("Employee.probation", _STAFF, "2024-06-30", "2024-07-31", nobody),
    Change("Post.title", _STAFF, "专员一", "专员二", card),
    Change("Post.from", _STAFF, "2026-02-01", "2026-02-02", nobody),
    Change("Post.superior", _STAFF, '"M1"\n\n[[ab', '"M2"\n\n[[ab', nobody),
    Change("Post.figures", _STAFF, "reach = 1.25", "reach = 1.3", card),
    Change("DatedFigure.is", _STAFF, "is = 1.75", "is = 1.8", card),
    Change("DatedFigure.from", _STAFF, 'from = "2026-02"', 'from = "2026-03"', nobody),
    Change("DatedFigure.is", _PAY, "is = 81.25", "is = 81.26", wage),
    Change("DatedFigure.is", _PAY, "is = 91.75", "is = 91.76", hidden),
    Change("Record.metrics", _CARD, "saves = 3", "saves = 4", hidden),
    Change("Absence.kind", _STAFF, '"sick"', '"leave"', nobody),
    Change("Absence.from", _STAFF, "2026-10-20", "2026-10-19", nobody),
    Change("Absence.to", _STAFF, "2026-10-21", "2026-10-22", nobody),
    Change("Salary.amount", _PAY, "3_100", "3_101", wage),
    Change("Salary.from", _PAY, '"2026-01"', '"2025-12"', nobody),
    Change("PayLine.name", _PAY, "补贴一", "补贴二", wage),
    Change("PayLine.amount", _PAY, "61.25", "61.26", wage),
    Change("PayLine.reason", _PAY, "缘由一", "缘由二", wage),
    Change("Project.name", _PROJECTS, "展会一", "展会二", shared),
    Change("Project.bonus", _PROJECTS, "4_000", "4_001", shared),
    Change("Project.shares", _PROJECTS, 'A1 = "60%", A2 = "40%"', 'A1 = "59%", A2 = "41%"', shared),
    Change("Record.metrics", _CARD, "sales = 70_000", "sales = 70_001", wage),
    Change("Record.metrics", _CARD, "hits = 90", "hits = 80", total),
    Change("Record.choices", _CARD, '"乙类"', '"甲类"', card),
    Change("Record.list", _CARD, "hours = 7.5", "hours = 8", card),
    Change("Record.marks", _CARD, "supervisor = 20", "supervisor = 20.5", total),
    Change("Record.marks", _CARD, "旁注一", "旁注二", card),
    Change("Record.marks", _CARD, "A2 = 20, A3 = 21", "A2 = 21, A3 = 20", nobody),
    Change("Record.rated", _CARD, "on = 2026-11-04", "on = 2026-11-05", card),
    Change("Rated.on", _CARD, "on = 2026-11-04", "on = 2026-11-05", card),
    Change("Rated.by", _CARD, 'by = "M1", on = 2026-11-04', 'by = "A9", on = 2026-11-04', card),
    Change("Event.date", _CARD, "2026-10-12", "2026-10-11", card),
    Change("Event.points", _CARD, "points = -0.2", "points = -2.2", total),
    Change("Event.count", _CARD, "count = 1", "count = 10", total),
    Change("Event.reason", _CARD, "事由一", "事由二", card),
    Change("Event.source", _CARD, "考勤表一", "考勤表二", card),
    Change("Event.imported", _CARD, 'imported = "打卡一"', 'imported = "打卡二"', card),
    Change("Survey.by", _CARD, "顾客甲", "顾客丁", nobody),
    Change("Survey.answers", _CARD, "q = 3", "q = 4", total),
    Change("Task.name", _CARD, "盘点一", "盘点三", card),
    Change("Task.from", _CARD, "from = 2026-10-01", "from = 2026-10-02", card),
    Change("Task.to", _CARD, "to = 2026-10-28", "to = 2026-10-27", card),
    Change("Task.expected", _CARD, "目标一", "目标三", card),
    Change("Task.result", _CARD, "成果一", "成果三", card),
    Change("Task.marks", _CARD, "self = 9", "self = 59", total),
    Change("Record.marks", _ONCE, "supervisor = 51", "supervisor = 52", card),
    Change("Remark.text", _ONCE, "试用记事一", "试用记事二", card),
    Change("Record.notes", _ONCE, "试用评语一", "试用评语二", card),
    Change("Appeal.reason", _ONCE, "试用申诉一", "试用申诉二", card),
    Change("Record.expect", _ANSWERED, '"41.0"', '"41"', nobody),
    Change("Remark.on", _CARD, "2026-10-13", "2026-10-14", card),
    Change("Remark.by", _CARD, 'by = "M1"\ntext', 'by = "M2"\ntext', card),
    Change("Remark.text", _CARD, "记事一", "记事二", card),
    Change("Record.notes", _CARD, "评语一", "评语二", card),
    Change("Appeal.on", _CARD, "on = 2026-11-10", "on = 2026-11-09", card),
    Change("Appeal.reason", _CARD, "申诉一", "申诉二", card),
    Change("Appeal.handler", _CARD, 'handler = "M2"', 'handler = "A9"', card),
    Change("Ruling.on", _CARD, "on = 2026-11-12", "on = 2026-11-11", card),
    Change("Ruling.outcome", _CARD, '"dismissed"', '"upheld"', card),
    Change("Ruling.total", _CARD, '"dismissed"', '"upheld", total = 43', total),
    Change("Ruling.reasons", _CARD, "裁定一", "裁定二", card),
    Change("Plan.problem", _CARD, "问题一", "问题二", card),
    Change("Plan.measure", _CARD, "措施一", "措施二", card),
    Change("Plan.owner", _CARD, 'owner = "M1"', 'owner = "M2"', card),
    Change("Plan.due", _CARD, "2026-12-20", "2026-12-21", card),
    Change("Plan.result", _CARD, "结果一", "结果二", card),
    Change("Acceptance.reason", _CARD, "理由一", "理由二", nobody),
    Change("Answer.state", _ANSWERED, '"refused"', '"objected"', card),
    Change("Answer.on", _ANSWERED, "on = 2026-10-08", "on = 2026-10-09", card),
    Change("Answer.witness", _ANSWERED, 'witness = "M2"', 'witness = "A9"', card),
    Change("Answer.text", _ANSWERED, "回答一", "回答二", card),
)  # fmt: skip

#: Changes to rules by which people of both departments are appraised and paid.
RULES = (
    Change("Review.name", _POLICY, "连续两次", "连续二次", of_reviews),
    Change("Review.text", _POLICY, "复核是否留任", "请复核是否留任", of_reviews),
    Change("Grade.salary", _POLICY, "1_800", "1_801", of_pay),
    Change("PerUnit.each", _POLICY, "each = 0.01", "each = 0.02", of_pay),
    Change("Figure.default", _POLICY, "default = 50", "default = 51", of_pay),
    Change("ShareOf.rate", _POLICY, 'rate = "10%"', 'rate = "11%"', of_pay),
    Change("ShareOf.name", _POLICY, "项目分成", "展会分成", of_pay),
    Change("PerUnit.each", _POLICY, "each = 7.25", "each = 7.5", hidden),
    Change("PerUnit.name", _POLICY, "挽留奖", "挽回奖", hidden),
    Change("PerUnit.metric-name", _POLICY, "挽留客户", "挽回客户", hidden),
    Change("Figure.name", _POLICY, "留任数", "留用数", hidden),
    Change("Limit.at-most", _POLICY, "at-most = 9_000", "at-most = 9_001", of_advice),
    Change("Grade.name", _POLICY, 'name = "优"', 'name = "佳"', of_rules),
    Change("Grade.name", _ONCE_POLICY, "不予转正", "不留用", of_once),
    Change("Review.name", _ONCE_POLICY, "不转正复核", "不转正复审", of_reviews_of_once),
    Change("Indicator.name", "records/schemes/probation.toml", "胜任程度", "胜任水平", of_once),
    Change("Policy.window", _POLICY, "to = 6", "to = 7", of_rules),
    Change("Indicator.name", _FORM, "命中率", "命中比率", of_rules),
    Change("Column.name", _FORM, 'name = "课时"', 'name = "学时"', of_rules),
)

#: Keys that are the same for everybody, that a file is found by, or that a program writes.
OTHERWISE = {
    "DatedFigure.id", "Employee.figure", "Pay.figure",
    "MonthFile.month", "MonthFile.missing", "MonthFile.accept", "Employee.id", "Employee.post",
    "Employee.absence", "Employee.accept", "Post.department", "Post.scheme", "Pay.employee",
    "Pay.salary", "Pay.line", "Pay.accept", "PayLine.month", "MonthPay.month", "MonthPay.project",
    "MonthPay.accept", "Project.id", "Record.employee", "Record.department", "Record.part",
    "Record.month", "Record.scheme", "Record.event", "Record.survey", "Record.task",
    "Record.remark", "Record.answer", "Record.appeal", "Record.plan", "Record.accept",
    "Acceptance.code", "Acceptance.entry", "Event.rule", "Survey.of", "Task.id", "Task.of",
    "Task.weight", "Answer.content", "Appeal.ruling",
}  # fmt: skip
