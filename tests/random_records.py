"""Random records for every form: valid ones, as HR might write them, and near every edge.

    book = random_book(forms_of(ROOT), count=500, seed=1)
    for card in score(book): ...

A record is made as the data of a TOML file, so that a law test may change a figure in
`RandomSite.records` and score again (`RandomSite.book`).  The same seed makes the same records.
Half of the figures lie on an edge of a step, band or tier, or a cent beside it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import tomli_w

from kpisite.check.book import Book
from kpisite.core.exact import ONE, ZERO, plain
from kpisite.core.month import Month
from kpisite.language.methods import METHODS, EventRule, Indicator
from kpisite.language.methods.bands import Bands
from kpisite.language.methods.base import Marked, Measured
from kpisite.language.methods.benchmarks import Benchmarks
from kpisite.language.methods.checklist import Checklist
from kpisite.language.methods.department_score import DepartmentScore
from kpisite.language.methods.distance import Distance
from kpisite.language.methods.levels import Levels
from kpisite.language.methods.metric_bands import MetricBands
from kpisite.language.methods.ratio import Ratio
from kpisite.language.methods.steps import Steps
from kpisite.language.methods.survey import SurveyMean
from kpisite.language.methods.tasks import Tasks
from kpisite.language.policy import Policy
from kpisite.language.rater import Rater
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.source import scan
from tests.sites import book_of

Files = dict[str, str]
Data = dict[str, Any]

MONTHS = 6
CENT = Decimal("0.01")
#: Where nothing says what a figure is about.
PLAIN_FIGURES = tuple(
    Decimal(text) for text in ("0", "1", "3", "12.5", "100", "80000", "130000.01")
)

#: Every method once at least, with the parameters that the real forms leave alone: negative
#: points, no floor, equal edges, parts of a step, a divisor of zero.
EVERY_METHOD: Files = {
    "records/schemes/every-blend.toml": """
id = "every-blend"
name = "加权"
from = "2026-01"
missing = "share"
raters = { self = "20%", supervisor = "50%", peer = { weight = "30%", peers = true } }
rounding = { indicator = 2, part = 1, total = 1 }
floor = -20
cap = 105

[[part]]
id = "marked"
name = "评分"
weight = "60%"
points = 100
floor = 5
cap = 100

[[part.indicator]]
id = "bands"
name = "分档"
points = 40
step = 0.5
method = "bands"
bands = [{ points = "30-40" }, { points = "15-30" }, { points = "0-14.5" }]

[[part.indicator]]
id = "levels"
name = "等次"
points = 30
method = "levels"
levels = [{ share = "100%" }, { share = "66.6%" }, { share = "33.3%" }, { share = "0%" }]

[[part.section]]
id = "lists"
name = "清单"
floor = 2

[[part.section.indicator]]
id = "each"
name = "每项"
points = 20
method = "checklist"
each = 2.5
duties = [
  { id = "a", name = "甲" }, { id = "b", name = "乙" }, { id = "c", name = "丙" },
  { id = "d", name = "丁" }, { id = "e", name = "戊" }, { id = "f", name = "己" },
  { id = "g", name = "庚" }, { id = "h", name = "辛" },
]

[[part.section.indicator]]
id = "counts"
name = "查表"
points = 10
method = "checklist"
duties = [{ id = "a", name = "甲" }, { id = "b", name = "乙" }, { id = "c", name = "丙" }]
counts = [{ from = 3, points = 10 }, { from = 2, points = 3.35 }, { points = 0 }]

[[part]]
id = "measured"
name = "数据"
weight = "40%"
points = 60
scaled = true

[[part.indicator]]
id = "steps"
name = "转化率"
points = 30
method = "steps"
metric = "conversion"
steps = [
  { above = "38%", share = "100%" }, { from = "38%", share = "90%" },
  { from = "30%", share = "33.3%" }, { share = "0%" },
]

[[part.indicator]]
id = "ratio"
name = "完成率"
points = 15
method = "ratio"
actual = "sales"
target = "plan"
cap = "120%"

[[part]]
id = "key"
name = "关键指标"
role = "factor"
points = 70

[[part.indicator]]
id = "picked"
name = "接待"
points = 70
method = "metric-bands"
metric = "contacts"
bands = [{ to = 4, points = "61-70" }, { below = 5, points = "50-60" }, { points = "0-49" }]

[[part]]
id = "more"
name = "加项"
role = "extra"

[[part.indicator]]
id = "overtime"
name = "加班"
points = 1
method = "steps"
metric = "overtime"
steps = [{ from = 8, points = 1 }, { above = 0, points = 0 }, { points = -1.5 }]

[[deduction]]
id = "late"
name = "迟到"
points = 0.35
most = 3

[[deduction]]
id = "fault"
name = "差错"
points = [1, 6]

[[bonus]]
id = "help"
name = "帮助"
points = 1.15

[[veto]]
id = "lost"
name = "丢失客户"
total = 12.35
""",
    "records/schemes/every-turn.toml": """
id = "every-turn"
name = "逐级"
from = "2026-01"
points = 200
missing = "provisional"
raters = { self = "shown", supervisor = "in-turn", manager = "in-turn" }
rounding = { total = 2 }
floor = -100

[[part]]
id = "all"
name = "全部"

[[part.indicator]]
id = "ledger"
name = "台账"
points = 30
method = "tally"
start = 10
floor = "none"
cap = "none"
rule = [
  { id = "minus", name = "扣", points = -2.45, most = 20 },
  { id = "plus", name = "加", points = [0.5, 7] },
]

[[part.indicator]]
id = "down"
name = "计次"
points = 10
reviewed = true
method = "tally"
floor = -3
rule = [{ id = "quarrel", name = "争吵", points = [-6, -2] }]

[[part.indicator]]
id = "whole"
name = "整步"
points = 20
method = "distance"
metric = "length"
target = 0.3
worse = "above"
every = 0.1
loses = 1.1

[[part.indicator]]
id = "pro-rata"
name = "按比例"
points = 20
method = "distance"
metric = "seconds"
target = "20%"
worse = "either"
every = "3%"
loses = 0.7
whole = false
most-lost = 15

[[part.indicator]]
id = "reverse"
name = "越低越好"
points = 30
method = "ratio"
actual = "refunds"
target = 7
lower-is-better = true
cap = "none"
zero-target = "50%"

[[part.indicator]]
id = "ratings"
name = "评分"
points = 10
method = "benchmarks"
lower-is-better = true
ties = true
benchmarks = [
  { metric = "r1", name = "描述", against = 4.8 },
  { metric = "r2", name = "服务", against = "i2" },
  { metric = "r3", name = "物流", against = "3.5%" },
]
counts = [{ from = 3, points = 10 }, { from = 1, points = 5 }, { points = 0 }]

[[part.indicator]]
id = "place"
name = "名次"
points = 10
method = "rank"
metric = "sales"

[[part.indicator]]
id = "asked"
name = "问卷"
points = 20
method = "survey"
questions = [{ id = "q1", name = "一" }, { id = "q2", name = "二" }, { id = "q3", name = "三" }]

[[part.indicator]]
id = "work"
name = "任务"
points = 20
method = "tasks"

[[part.indicator]]
id = "team"
name = "部门平均"
points = 10
method = "department-average"
steps = [{ from = 110, points = 10 }, { above = 90.5, points = 6.65 }, { points = -1 }]

[[part.indicator]]
id = "ours"
name = "部门"
points = 20
method = "department-score"
of = 110
""",
    "records/schemes/every-department.toml": """
id = "every-department"
name = "部门"
from = "2026-01"
points = 110
appraises = "department"
raters = { supervisor = "100%" }

[[part]]
id = "only"
name = "工作"

[[part.indicator]]
id = "works"
name = "工作"
points = 110
method = "bands"
bands = [{ points = "0-110" }]
""",
    "records/policies/every.toml": """
id = "every"
name = "办法"
from = "2026-01"
schemes = ["every-blend"]
grade = [
  { id = "a", name = "优", from = 95.5, salary = 1_800.55, bonus = 300 },
  { id = "b", name = "良", from = 60, salary = 1_500, bonus = 0 },
  { id = "c", name = "差", salary = 1_200.05, bonus = 0 },
]

[[pay]]
id = "post-pay"
name = "岗位工资"
method = "by-grade"

[[pay]]
id = "grade-bonus"
name = "奖金"
method = "by-grade"
column = "bonus"

[[pay]]
id = "slices"
name = "分段提成"
method = "tiers"
actual = "sales"
plan = "plan"
actual-name = "实际"
plan-name = "计划"
slices = true
tiers = [
  { rate = "0.55%" }, { from = "62.5%", rate = "1.05%" },
  { above = "100%", plus = 50_000.5, rate = "1.25%" },
]

[[pay]]
id = "whole-rate"
name = "全额提成"
method = "tiers"
actual = "sales"
plan = "plan"
actual-name = "实际"
plan-name = "计划"
tiers = [
  { rate = "0.5%" }, { from = "100%", rate = "1.25%" },
  { above = "120%", plus = 0.01, rate = "1.35%" },
]

[[pay]]
id = "rest"
name = "其他"
method = "other"
""",
}
# The form of 200 points has the same rules, with its own edges.
EVERY_METHOD["records/policies/turn.toml"] = (
    EVERY_METHOD["records/policies/every.toml"]
    .replace('id = "every"', 'id = "turn"')
    .replace('"every-blend"', '"every-turn"')
    .replace("from = 95.5", "from = 191")
    .replace("from = 60,", "from = 120,")
)

_ROOM: Files = {
    "kpisite.toml": 'company = "试算"\n',
    "records/departments.toml": '[[department]]\nid = "none"\nname = "无"\n',
}


def forms_of(root: Path) -> Files:
    """The schemes and policies of the site at `root`, and those of `EVERY_METHOD`."""
    own = {
        file.path: file.content.decode()
        for file in scan(root.resolve())
        if file.path.startswith(("records/schemes/", "records/policies/")) and file.content
    }
    return own | EVERY_METHOD


@dataclass(frozen=True, slots=True)
class RandomSite:
    """Forms, people and records; the records as data by path, to be changed and read again."""

    around: Files
    records: dict[str, Data]

    def files(self) -> Files:
        """Every file as text."""
        return self.around | {path: tomli_w.dumps(data) for path, data in self.records.items()}

    def with_record(self, path: str, data: Data) -> "RandomSite":
        """The same site with another record at `path`."""
        return RandomSite(self.around, self.records | {path: data})

    def book(self) -> Book:
        """The checked book."""
        return book_of(self.files())


def random_book(forms: Files, *, count: int, seed: int) -> Book:
    """A book of about `count` random records, as many for every form."""
    return random_site(forms, count=count, seed=seed).book()


def random_site(forms: Files, *, count: int, seed: int) -> RandomSite:
    """People on every form and version of a form, and their records."""
    book = book_of(_ROOM | forms)
    rng = Random(seed)
    made = _Made(book, rng)
    each = max(-(-count // len(book.schemes)), 1)
    for index, filed in enumerate(book.schemes):
        made.form(index, filed.model, each)
    return RandomSite(_ROOM | forms | made.around(), made.records)


@dataclass
class _Made:
    book: Book
    rng: Random
    records: dict[str, Data] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)
    people: dict[str, Data] = field(default_factory=dict)
    pays: dict[str, Data] = field(default_factory=dict)

    def form(self, index: int, scheme: Scheme, count: int) -> None:
        """About `count` records on one version of a form."""
        months = [month for n in range(MONTHS) if self._holds(scheme, month := _plus(scheme, n))]
        for number in range(-(-count // len(months))):
            if scheme.appraises == "department":
                self._department(f"T{index:02}-{number:04}", scheme, months)
            else:
                self._person(f"P{index:02}{number:04}", f"D{index:02}", scheme, months)

    def _holds(self, scheme: Scheme, month: Month) -> bool:
        held = self.book.scheme(scheme.id, month)
        return held is not None and held.model.from_ == scheme.from_

    def _department(self, id: str, scheme: Scheme, months: list[Month]) -> None:
        self.departments[id] = scheme.id
        for month in months:
            self._record(id, scheme, month, "department")

    def _person(self, id: str, department: str, scheme: Scheme, months: list[Month]) -> None:
        self.departments.setdefault(department, "")
        bosses = [one for one, data in self.people.items() if data["post"][0]["scheme"] != ""]
        post = {
            "from": date(2020, 1, 1), "department": department, "title": "专员",
            "scheme": scheme.id,
        }  # fmt: skip
        if bosses:
            post["superior"] = self.rng.choice(bosses)
        self.people[id] = {
            "id": id, "name": f"人{id}", "joined": date(2020, 1, 1), "post": [post]
        }  # fmt: skip
        pay: Data = {
            "employee": id,
            "salary": [{"from": "2020-01", "amount": self.cents(2000, 6000)}],
            "line": [],
        }
        for month in months:
            self._record(id, scheme, month, "employee")
            if any(isinstance(one, DepartmentScore) for one in scheme.indicators.values()):
                self._department_of(department, month)
            for _ in range(self.rng.choice((0, 0, 1, 3))):
                amount = self.cents(-300, 300)
                pay["line"].append({"month": str(month), "name": "补扣", "amount": amount})
        self.pays[id] = pay

    def _department_of(self, department: str, month: Month) -> None:
        """The department's own record of a month, on the first form that holds in it."""
        if f"records/{month}/{department}.toml" in self.records:
            return
        for filed in self.book.schemes:
            scheme = filed.model
            if scheme.appraises == "department" and self._holds(scheme, month):
                self._record(department, scheme, month, "department")
                return
        raise AssertionError(f"no form for departments in {month}")

    def _record(self, id: str, scheme: Scheme, month: Month, key: str) -> None:
        policy = self.book.policy(scheme.id, month)
        data = random_record(scheme, None if policy is None else policy.model, month, self.rng)
        self.records[f"records/{month}/{id}.toml"] = {
            key: id,
            "month": str(month),
            "scheme": scheme.id,
            **data,
        }

    def cents(self, low: int, high: int) -> Decimal:
        return Decimal(self.rng.randint(low * 100, high * 100)) / 100

    def around(self) -> Files:
        """Departments, staff and pay."""
        departments = [
            {"id": id, "name": id} | ({"scheme": scheme} if scheme else {})
            for id, scheme in self.departments.items()
        ]
        files = {"records/departments.toml": tomli_w.dumps({"department": departments})}
        files |= {f"records/staff/{id}.toml": tomli_w.dumps(one) for id, one in self.people.items()}
        return files | {
            f"records/pay/{id}.toml": tomli_w.dumps(one) for id, one in self.pays.items()
        }


def _plus(scheme: Scheme, months: int) -> Month:
    return scheme.from_.plus(months)


def random_record(scheme: Scheme, policy: Policy | None, month: Month, rng: Random) -> Data:
    """A record's data without its head: marks, figures, events, answers and tasks that the checks
    accept."""
    figures = _figures(scheme, policy, rng)
    metrics = {id: written(value, percent) for id, (value, percent) in figures.items()}
    data: Data = {"metrics": metrics}
    known = Record.model_validate({"employee": "X", "month": str(month), "metrics": metrics})
    marks = {}
    for indicator in scheme.indicators.values():
        given = _marks(indicator, scheme, known, rng)
        if given:
            marks[indicator.id] = given
    data["marks"] = marks
    data["event"] = list(_events(scheme, month, rng))
    data["survey"] = [
        reply
        for indicator in scheme.indicators.values()
        if isinstance(indicator, SurveyMean)
        for reply in _replies(indicator, rng)
    ]
    data["task"] = [
        task
        for indicator in scheme.indicators.values()
        if isinstance(indicator, Tasks)
        for task in _tasks(indicator, scheme, rng)
    ]
    return {key: value for key, value in data.items() if value}


def written(value: Decimal, is_percent: bool = False) -> int | Decimal | str:
    """A number as a record states it."""
    if is_percent:
        return f"{plain(value * 100)}%"
    return int(value) if value == value.to_integral_value() else Decimal(plain(value))


# Figures.


@dataclass
class _Figure:
    """What a figure is held against: numbers, or multiples of another figure and an amount."""

    edges: list[Decimal] = field(default_factory=list)
    of: str | None = None
    times: list[tuple[Decimal, Decimal]] = field(default_factory=list)
    is_percent: bool = False
    divides: bool = False
    """Whether something is divided by it, or multiples of it are taken: it is not below zero."""
    may_be_zero: bool = True
    """Whether the form says what is earned where that divisor is zero."""


def _figures(scheme: Scheme, policy: Policy | None, rng: Random) -> dict[str, tuple[Decimal, bool]]:
    asked: dict[str, _Figure] = {metric: _Figure() for metric in sorted(scheme.metrics)}
    for indicator in scheme.indicators.values():
        for kind, tell in _TELL_EDGES.items():
            if isinstance(indicator, kind):
                tell(indicator, asked)
    for component in () if policy is None else policy.pay:
        for metric in component.metrics():
            asked.setdefault(metric, _Figure())
        tiers = getattr(component, "tiers", ())
        if tiers:
            figure = asked[component.actual]  # type: ignore[attr-defined]
            figure.of = component.plan  # type: ignore[attr-defined]
            asked[figure.of].divides = True
            asked[figure.of].may_be_zero = False
            figure.times += [(tier.times, tier.plus) for tier in tiers if tier.times is not None]
    drawn: dict[str, tuple[Decimal, bool]] = {}
    for metric in sorted(asked, key=lambda one: asked[one].of is not None):
        drawn[metric] = (_drawn(asked[metric], drawn, rng), asked[metric].is_percent)
    return drawn


def _drawn(figure: _Figure, drawn: Mapping[str, tuple[Decimal, bool]], rng: Random) -> Decimal:
    edges = list(figure.edges)
    if figure.of is not None and figure.of in drawn:
        base = drawn[figure.of][0]
        edges += [base * times + plus for times, plus in figure.times]
    small = CENT / 100 if figure.is_percent else CENT
    edges = edges or [one / 1000 if figure.is_percent else one for one in PLAIN_FIGURES]
    kind = rng.random()
    if kind < 0.4:
        value = rng.choice(edges)
    elif kind < 0.6:
        value = rng.choice(edges) + rng.choice((small, -small))
    elif kind < 0.95:
        low, high = min(edges) - 5 * small, max(edges) * Decimal("1.3") + 5 * small
        value = low + (high - low) * Decimal(rng.randint(0, 10_000)) / 10_000
        value = value.quantize(small)
    else:
        value = rng.choice((ZERO, -small, -3 * max(abs(edge) for edge in edges)))
    if figure.divides:
        value = abs(value) or (ZERO if figure.may_be_zero else small)
    return Decimal(plain(value.quantize(Decimal("0.0000000001"))))


def _edges_of_steps(indicator: Any, asked: dict[str, _Figure]) -> None:
    figure = asked[indicator.metric]
    for step in indicator.steps:
        if step.edge is not None:
            _, value, is_percent = step.edge
            figure.edges.append(value)
            figure.is_percent |= is_percent


def _edges_of_bands(indicator: Any, asked: dict[str, _Figure]) -> None:
    figure = asked[indicator.metric]
    for band in indicator.bands:
        if band.edge is not None:
            figure.edges.append(band.edge[1].value)
            figure.is_percent |= band.edge[1].is_percent


def _edges_of_distance(indicator: Any, asked: dict[str, _Figure]) -> None:
    figure, target, every = asked[indicator.metric], indicator.target.value, indicator.every.value
    figure.edges += [target + every * steps for steps in (-7, -3, -1, 0, 1, 2, 3, 7, 20)]
    figure.is_percent |= indicator.target.is_percent


def _edges_of_ratio(indicator: Any, asked: dict[str, _Figure]) -> None:
    figure, top = asked[indicator.actual], indicator.cap or ONE
    times = (ZERO, ONE / 2, ONE / 8, ONE, top, 2 * top)
    if isinstance(indicator.target, str):
        figure.of = indicator.target
        figure.times += [(one, ZERO) for one in times]
    else:
        figure.edges += [indicator.target.value * one for one in times]
        figure.is_percent |= indicator.target.is_percent
    divisor = indicator.actual if indicator.lower_is_better else indicator.target
    if isinstance(divisor, str):
        asked[divisor].divides = True
        asked[divisor].may_be_zero &= indicator.zero_target is not None


def _edges_of_benchmarks(indicator: Any, asked: dict[str, _Figure]) -> None:
    for one in indicator.benchmarks:
        figure = asked[one.metric]
        if isinstance(one.against, str):
            figure.of = one.against
            figure.times += [(ONE, ZERO), (ONE, CENT)]
        else:
            figure.edges.append(one.against.value)
            figure.is_percent |= one.against.is_percent


_TELL_EDGES: dict[type[Indicator], Callable[[Any, dict[str, _Figure]], None]] = {
    Steps: _edges_of_steps,
    MetricBands: _edges_of_bands,
    Distance: _edges_of_distance,
    Ratio: _edges_of_ratio,
    Benchmarks: _edges_of_benchmarks,
}


# Marks.


def _marks(indicator: Indicator, scheme: Scheme, record: Record, rng: Random) -> Data:
    if isinstance(indicator, Marked):
        draw = _MARKS[type(indicator)]
        return _by_raters(scheme, rng, lambda: draw(indicator, record, rng))
    if isinstance(indicator, Measured) and indicator.reviewed and rng.random() < 0.4:
        most = int(indicator.most / indicator.step)
        own = [rater for rater in scheme.raters if rng.random() < 0.6]
        return {rater: written(rng.randint(0, most) * indicator.step) for rater in own}
    return {}


def _by_raters(scheme: Scheme, rng: Random, draw: Callable[[], Any]) -> Data:
    """A mark of every rater whom the form waits for, and of some whom it does not."""
    may_lack = scheme.missing != "error"
    counted = [id for id in scheme.counted_raters if not may_lack or rng.random() < 0.85] or list(
        scheme.counted_raters
    )
    if scheme.missing == "provisional" and rng.random() < 0.005:
        counted = []
    reviewers = [id for id in scheme.reviewers if rng.random() < 0.6] or scheme.reviewers[-1:]
    if scheme.missing == "provisional" and rng.random() < 0.005:
        reviewers = []
    shown = [id for id, one in scheme.raters.items() if one.role == "shown" and rng.random() < 0.7]
    given = {}
    for id in scheme.raters:
        if id in counted or id in reviewers or id in shown:
            given[id] = _of_rater(scheme.raters[id], may_lack and len(counted) > 1, rng, draw)
    return given


def _of_rater(rater: Rater, may_be_few: bool, rng: Random, draw: Callable[[], Any]) -> Any:
    if not rater.peers:
        return draw()
    count = rater.least + rng.randint(0, 3)
    if may_be_few and rng.random() < 0.1:
        count = max(rater.least - 1, 1)
    return {f"P{number}": _points(draw) for number in range(count)}


def _points(draw: Callable[[], Any]) -> Any:
    """Peers' marks are numbers, even where a level has a name."""
    for _ in range(100):
        mark = draw()
        if isinstance(mark, int | Decimal):
            return mark
    raise AssertionError("no mark in numbers")


def _multiple(low: Decimal, high: Decimal, step: Decimal, rng: Random) -> Decimal | None:
    first, last = -(-low // step), high // step
    return None if last < first else rng.randint(int(first), int(last)) * step


def _band_mark(indicator: Any, record: Record, rng: Random) -> Any:
    for _ in range(200):
        band = rng.choice(indicator.bands)
        edge = rng.choice((band.low, band.high))
        mark = edge if rng.random() < 0.4 else None
        if mark is None or mark % indicator.step:
            mark = _multiple(band.low, band.high, indicator.step, rng)
        if mark is not None and not list(indicator.mark_issues(mark, record)):
            return written(mark)
    raise AssertionError(f"no mark fits {indicator.id}")


def _picked_mark(indicator: Any, record: Record, rng: Random) -> Any:
    band = indicator.band_for(record)
    mark = _multiple(band.low, band.high, indicator.step, rng)
    assert mark is not None, f"no mark fits {indicator.id}"
    return written(mark)


def _level_mark(indicator: Any, record: Record, rng: Random) -> Any:
    level = rng.choice(indicator.levels)
    if level.id is not None and rng.random() < 0.5:
        return level.id
    return written(indicator.points_of(level))


def _list_mark(indicator: Any, record: Record, rng: Random) -> Any:
    count = rng.randint(0, len(indicator.duties))
    if rng.random() < 0.5:
        return count
    return [duty.id for duty in rng.sample(indicator.duties, count)]


_MARKS: dict[type[Indicator], Callable[[Any, Record, Random], Any]] = {
    Bands: _band_mark,
    MetricBands: _picked_mark,
    Levels: _level_mark,
    Checklist: _list_mark,
}
_UNKNOWN = {kind for kind in METHODS if issubclass(kind, Marked)} - set(_MARKS)
assert not _UNKNOWN, f"no random marks for {_UNKNOWN}"


# Events, answers, tasks.


def _events(scheme: Scheme, month: Month, rng: Random) -> Iterator[Data]:
    for rule in scheme.rules.values():
        is_point = isinstance(rule, EventRule)
        if rng.random() > (0.25 if is_point else 0.03):
            continue
        for number in range(rng.choice((1, 1, 2, 4))):
            event: Data = {
                "rule": rule.id, "date": date(month.year, month.number, rng.randint(1, 28)),
                "reason": f"=1+{number}", "source": "@登记",
            }  # fmt: skip
            if rng.random() < 0.3:
                event["count"] = rng.randint(2, 12)
            if isinstance(rule, EventRule) and rule.points[0] != rule.points[1]:
                low, high = rule.points
                middle = (low + high) / 2
                event["points"] = written(
                    rng.choice((low, high, middle, middle + (high - low) / 4))
                )
            yield event


def _replies(indicator: SurveyMean, rng: Random) -> Iterator[Data]:
    span = int((indicator.high - indicator.low) * 2)
    for number in range(indicator.least + rng.randint(0, 6)):
        answers = {
            question.id: written(indicator.low + Decimal(rng.randint(0, span)) / 2)
            for question in indicator.questions
        }
        yield {"of": indicator.id, "by": f"部门{number}", "answers": answers}


def _tasks(indicator: Tasks, scheme: Scheme, rng: Random) -> Iterator[Data]:
    count = rng.randint(1, 6)
    cuts = sorted(rng.sample(range(1, 200), count - 1))
    for number, (low, high) in enumerate(zip([0, *cuts], [*cuts, 200], strict=True)):
        marks = _by_raters(scheme, rng, lambda: written(Decimal(rng.randint(0, 200)) / 2))
        yield {
            "id": f"{indicator.id}-{number}"[:40], "of": indicator.id, "name": f"任务{number}",
            "weight": f"{plain(Decimal(high - low) / 2)}%", "marks": marks,
        }  # fmt: skip
