"""What comes out of the made-up company's records, in whole numbers and without kpisite.

F02 and F03 in so few lines as they need where everybody is there all the year: Hugo's pages are
made from these figures, and kpisite's are held against them.  Points are in tenths, money in fen.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.company import Company, Filled, PayLine

#: So many tenths of a point a point of either rater gives.
OWN, SUPERIOR = 4, 6
#: For being the first two months running.
AWARD = 20_000
#: So much over the plan, in fen, pays the highest rate.
WELL_OVER = 5_000_000


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of F03: the least total that gets it, and what the post pays then."""

    name: str
    least: int
    salary: int
    level: str


GRADES = (
    Grade("优", 950, 180_000, "资深客服"),
    Grade("良", 850, 150_000, "二级客服"),
    Grade("好", 750, 140_000, "一级客服"),
    Grade("及格", 650, 130_000, "初级客服"),
    Grade("不及格", 0, 120_000, "见习客服"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a record comes to; `before` is the total of the month before."""

    record: Filled
    results: Mapping[str, int]
    total: int
    grade: int
    rank: int
    ranked: int
    before: int | None
    salary: int
    rate: int
    commission: int
    award: int
    lines: Sequence[PayLine]

    @property
    def other(self) -> int:
        return sum(line.amount * 100 for line in self.lines)

    @property
    def wage(self) -> int:
        return self.salary + self.commission + self.award + self.other


def outcomes(company: Company) -> Iterator[Outcome]:
    """What every record comes to, in the order of the records."""
    people = len(company.staff)
    before: dict[str, int] = {}
    running: defaultdict[str, int] = defaultdict(int)
    for number in range(company.months):
        records = company.records[number * people : (number + 1) * people]
        results = [_results(record) for record in records]
        totals = [sum(each.values()) for each in results]
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for record, total in zip(records, totals, strict=True):
            groups[record.person.department].append(total)
        for record, each, total in zip(records, results, totals, strict=True):
            person, group = record.person, groups[record.person.department]
            rank = 1 + sum(other > total for other in group)
            running[person.id] = running[person.id] + 1 if rank == 1 else 0
            grade = grade_of(total)
            rate = _rate(record)
            yield Outcome(
                record=record,
                results=each,
                total=total,
                grade=grade,
                rank=rank,
                ranked=len(group),
                before=before.get(person.id),
                salary=GRADES[grade].salary,
                rate=rate,
                commission=half_up(record.sales * rate, 1000),
                award=AWARD if running[person.id] == 2 else 0,
                lines=[
                    line
                    for line in company.pay_lines.get(person.id, ())
                    if line.month == record.month
                ],
            )
            before[person.id] = total


def _results(record: Filled) -> Mapping[str, int]:
    return {id: OWN * own + SUPERIOR * superior for id, (own, superior) in record.marks.items()}


def grade_of(total: int) -> int:
    """Which of the grades a total gets.

    >>> [GRADES[grade_of(total)].name for total in (1000, 950, 949, 0)]
    ['优', '优', '良', '不及格']
    """
    return next(number for number, one in enumerate(GRADES) if total >= one.least)


def _rate(record: Filled) -> int:
    """The commission's rate in thousandths of the sales."""
    over = record.sales - record.plan * 100
    return 12 if over > WELL_OVER else 10 if over >= 0 else 5


def half_up(number: int, by: int) -> int:
    """
    >>> half_up(25, 10), half_up(24, 10)
    (3, 2)
    """
    return (2 * number + by) // (2 * by)


def points(tenths: int) -> str:
    """
    >>> points(800), points(845)
    ('80.0', '84.5')
    """
    return f"{tenths // 10}.{tenths % 10}"


def money(fen: int) -> str:
    """
    >>> money(123456), money(5)
    ('1,234.56', '0.05')
    """
    return f"{fen // 100:,}.{fen % 100:02}"


def signed(tenths: int) -> str:
    """
    >>> signed(26), signed(-26), signed(0)
    ('+2.6', '−2.6', '±0.0')
    """
    return ("+" if tenths > 0 else "−" if tenths < 0 else "±") + points(abs(tenths))
