"""A large company that does not exist: its site as HR would have written it, on F02 and F03.

    python -m benchmarks.company FOLDER --people 2000 --months 12

makes it in FOLDER.  The same numbers of people and months give the same files, byte for byte.
"""

import argparse
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
FORM = "records/schemes/cs-agent.toml"
POLICY = "records/policies/customer-service.toml"

#: People who are appraised in a department, which its manager leads besides.
A_DEPARTMENT = 40
FIRST_YEAR = 2026
SEED = 20260101

#: The indicators of F02, and the most that each gives.
INDICATORS = {
    "discipline": 5, "judgement": 10, "cooperation": 10, "enthusiasm": 5,
    "results": 40, "complaints": 20, "promotion": 5, "summaries": 5,
}  # fmt: skip

#: The least total that F03 lets pass.
PASS = 65

PAY_LINE = "带教补贴"
MEASURE = "每周复盘一次，由上级旁听"

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰志建文博雨桐思远佳怡浩然晓燕国欣"
SHIFTS = ("早班", "中班", "晚班", "周末班", "大促班")
CHANNELS = ("旗舰店", "专卖店", "直播间", "小程序", "会员群")
GOODS = ("冲锋衣", "电饭煲", "行李箱", "儿童座椅", "床品四件套", "咖啡机", "跑步鞋", "护眼灯")
PRAISE = (
    "本月{shift}接待 {count} 人次，平均响应 {seconds} 秒，比上月快。",
    "{channel}的 {goods} 批次问题，{day} 日当天列出受影响的 {few} 单，再逐一致歉，处理得稳。",
    "带新人 {few} 天，交接清单 {some} 项没有遗漏。",
    "{goods}的退换话术改过以后，{channel}的追问少了 {some}%。",
)
WISH = (
    "{day} 日有 {few} 起售后超时才回应，下月先把登记补齐。",
    "周小结缺 {few} 篇，请在次月 {early} 日前补上。",
    "{goods}的关联推荐偏生硬，转化只有 {some}%，先听客户要什么。",
    "{shift}有 {few} 次离岗没有报备，已当面谈过。",
)
LISTED = """\
与本人谈过，三件事：

- **接待**：{channel}质检扣分 {few} 处，集中在答非所问；
- **投诉**：{some} 起中有 {few} 起没有回访；
- **下月**：{goods}上新，{early} 日前熟悉卖点。"""
OWN = (
    "{shift}多，{goods}的新品说明还不熟，下月补上。",
    "想把{channel}的平均响应降到 {seconds} 秒以内。",
    "谢谢同事在 {day} 日替我顶了 {few} 小时。",
)


@dataclass(frozen=True, slots=True)
class Person:
    """An appraisee: where they work, and how well, as a share of the points."""

    id: str
    name: str
    department: str
    manager: str
    ability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLine:
    """A sum that somebody gets besides, in whole yuan."""

    month: str
    amount: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The line of improvement that F03 asks for wherever somebody failed."""

    problem: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A record: the form filled in for a person and a month.

    The marks are the appraisee's own and the superior's, by the indicator; the sales are in fen.
    """

    person: Person
    number: int
    marks: Mapping[str, tuple[int, int]]
    sales: int
    plan: int
    own_on: str
    superior_on: str
    note: str
    own_note: str = ""
    improvement: Plan | None = None

    @property
    def month(self) -> str:
        return month_name(self.number)

    @property
    def path(self) -> str:
        return f"records/{self.month}/{self.person.id}.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """All that is made up: of the names those of departments' managers, by their ids, too."""

    months: int
    staff: Sequence[Person]
    managers: Mapping[str, str]
    director: str
    pay_lines: Mapping[str, Sequence[PayLine]]
    seal: str
    records: Sequence[Filled]


def write_company(folder: Path, people: int, months: int) -> Company:
    """Writes the site of `people` people and `months` months into `folder`."""
    company = made_up(people, months)
    write_files(folder, company_files(company))
    for path in (FORM, POLICY):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    return company


def write_files(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    """Writes texts by their paths in `folder`."""
    made: set[Path] = set()
    for path, text in files:
        place = folder / path
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        place.write_text(text, encoding="utf-8")


def made_up(people: int, months: int) -> Company:
    """The company of so many people and months; always the same one."""
    random = Random(SEED)
    staff = list(_staff(random, people))
    director = _name(random)
    managers = dict.fromkeys(person.manager for person in staff)
    return Company(
        months=months,
        staff=staff,
        director=director,
        managers={id: _name(random) for id in managers},
        pay_lines={
            person.id: list(_pay_lines(random, months))
            for person in staff
            if random.random() < 0.25
        },
        seal=random.randbytes(32).hex(),
        records=[_filled_in(random, person, month) for month in range(months) for person in staff],
    )


def with_another_mark(company: Company, number: int) -> tuple[Company, Filled]:
    """The company in which the first person's superior gave another mark in a month, and that
    record: the total is another then."""
    index = number * len(company.staff)
    record = company.records[index]
    own, superior = record.marks["results"]
    other = superior + 1 if superior < INDICATORS["results"] else superior - 1
    changed = replace(record, marks={**record.marks, "results": (own, other)})
    records = [*company.records[:index], changed, *company.records[index + 1 :]]
    return replace(company, records=records), changed


def company_files(company: Company) -> Iterator[tuple[str, str]]:
    """Every file that is made up, by its path."""
    yield "kpisite.toml", _toml('company = "万家联购电子商务有限公司"')
    departments = department_managers(company)
    yield (
        "records/departments.toml",
        _toml(
            *(
                f'[[department]]\nid = "{id}"\nname = "{department_name(id)}"\n'
                f'manager = "{manager}"\n'
                for id, manager in departments.items()
            )
        ),
    )
    first = next(iter(departments))
    yield "records/staff/GM001.toml", _employee("GM001", company.director, first, "")
    for id, manager in departments.items():
        name = company.managers[manager]
        yield f"records/staff/{manager}.toml", _employee(manager, name, id, "GM001")
    for person in company.staff:
        text = _employee(person.id, person.name, person.department, person.manager, "cs-agent")
        yield f"records/staff/{person.id}.toml", text
        if person.id in company.pay_lines:
            text = _pay(person, company.pay_lines[person.id])
            yield f"records/pay/{person.id}.toml", text
    yield "records/pay/seal.toml", _toml(f'key = "{company.seal}"')
    for number in range(company.months):
        name = month_name(number)
        yield f"records/{name}/month.toml", _toml(f'month = "{name}"')
    for record in company.records:
        yield record.path, record_text(record)


def department_managers(company: Company) -> dict[str, str]:
    """The manager's id of each department, by the department's."""
    return {person.department: person.manager for person in company.staff}


def department_name(id: str) -> str:
    """
    >>> department_name("service-03")
    '客户服务3部'
    """
    return f"客户服务{int(id.removeprefix('service-'))}部"


def month_name(number: int) -> str:
    """
    >>> month_name(0), month_name(12)
    ('2026-01', '2027-01')
    """
    return f"{FIRST_YEAR + number // 12}-{number % 12 + 1:02}"


def _staff(random: Random, people: int) -> Iterator[Person]:
    for index in range(people):
        department = f"service-{index // A_DEPARTMENT + 1:02}"
        yield Person(
            id=f"CS{index + 1:05}",
            name=_name(random),
            department=department,
            manager=f"M{department.removeprefix('service-')}",
            ability=min(max(random.gauss(0.82, 0.09), 0.5), 0.98),
        )


def _name(random: Random) -> str:
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))


def _pay_lines(random: Random, months: int) -> Iterator[PayLine]:
    for number in range(months):
        if random.random() < 0.4:
            amount, reason = random.choice((80, 150, 200)), f"带教新人 {number + 1} 批"
            yield PayLine(month=month_name(number), amount=amount, reason=reason)


def _filled_in(random: Random, person: Person, number: int) -> Filled:
    following = month_name(number + 1)
    form = min(max(random.gauss(person.ability, 0.05), 0.3), 1.0)
    marks = {
        id: (_mark(random, most, form + 0.04), _mark(random, most, form))
        for id, most in INDICATORS.items()
    }
    fails = sum(2 * own + 3 * superior for own, superior in marks.values()) < 5 * PASS
    plan = random.choice((80_000, 90_000, 100_000, 115_000))
    sales = round(plan * random.gauss(0.6 + form * 0.55, 0.2)) * 100
    return Filled(
        person=person,
        number=number,
        marks=marks,
        plan=plan,
        sales=sales + random.choice((0, 0, 50, 37)),
        own_on=f"{following}-{random.randint(3, 4):02}",
        superior_on=f"{following}-{random.randint(4, 6):02}",
        note=_note(random, form),
        own_note=_said(random, random.choice(OWN)) if random.random() < 0.3 else "",
        improvement=Plan(
            problem=_said(random, random.choice(WISH)),
            owner=person.manager,
            due=f"{following}-28",
        )
        if fails
        else None,
    )


def _mark(random: Random, most: int, share: float) -> int:
    return min(max(round(most * random.gauss(share, 0.06)), 0), most)


def _note(random: Random, form: float) -> str:
    if random.random() < 0.1:
        return _said(random, LISTED)
    tone = PRAISE if random.random() < form else WISH
    both = (random.choice(tone), random.choice(PRAISE if tone is WISH else WISH))
    return "".join(_said(random, said) for said in both)


def _said(random: Random, said: str) -> str:
    return said.format(
        shift=random.choice(SHIFTS),
        channel=random.choice(CHANNELS),
        goods=random.choice(GOODS),
        count=random.randint(400, 1900),
        seconds=random.randint(12, 48),
        some=random.randint(8, 40),
        few=random.randint(2, 7),
        day=random.randint(2, 27),
        early=random.randint(5, 9),
    )


def record_text(record: Filled) -> str:
    """A record as HR writes it."""
    return _toml(
        "#:schema ../.schema/record.json\n",
        f'employee = "{record.person.id}"\nmonth    = "{record.month}"\n',
        "[rated]",
        f"self       = {{ on = {record.own_on} }}",
        f'supervisor = {{ by = "{record.person.manager}", on = {record.superior_on} }}\n',
        "[marks]",
        *(
            f"{id:<11} = {{ self = {own:2}, supervisor = {superior:2} }}"
            for id, (own, superior) in record.marks.items()
        ),
        f"\n[metrics]\nsales = {_sales(record.sales)}\nplan  = {record.plan:_}",
        "\n[notes]",
        *_notes(record),
        *_improvement(record.improvement),
    )


def _sales(fen: int) -> str:
    return f"{fen // 100:_}.{fen % 100:02}".rstrip("0").rstrip(".")


def _notes(record: Filled) -> Iterator[str]:
    quote = '"""' if "\n" in record.note else '"'
    start = "\n" if "\n" in record.note else ""
    yield f"supervisor = {quote}{start}{record.note}{start}{quote}"
    if record.own_note:
        yield f'self       = "{record.own_note}"'


def _improvement(plan: Plan | None) -> Iterator[str]:
    if plan is not None:
        yield f'\n[[plan]]\nproblem = "{plan.problem}"'
        yield f'measure = "{MEASURE}"\nowner   = "{plan.owner}"\ndue     = {plan.due}'


def _employee(id: str, name: str, department: str, superior: str, scheme: str = "") -> str:
    title = "客服专员" if scheme else "经理"
    return _toml(
        "#:schema ../.schema/employee.json\n",
        f'id     = "{id}"\nname   = "{name}"\njoined = 2024-03-01\n',
        f'[[post]]\nfrom       = 2024-03-01\ndepartment = "{department}"\ntitle      = "{title}"',
        *([f'scheme     = "{scheme}"'] if scheme else []),
        *([f'superior   = "{superior}"'] if superior else []),
    )


def _pay(person: Person, lines: Sequence[PayLine]) -> str:
    return _toml(
        f'employee = "{person.id}"\n',
        *(
            f'[[line]]\nmonth  = "{line.month}"\nname   = "{PAY_LINE}"\n'
            f'amount = {line.amount}.00\nreason = "{line.reason}"\n'
            for line in lines
        ),
    )


def _toml(*blocks: str) -> str:
    return "\n".join(blocks) + "\n"


def main() -> None:
    """Makes a company in a folder."""
    parser = argparse.ArgumentParser(description="Make the site of a large company.")
    parser.add_argument("folder", type=Path, help="where to write it")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--months", type=int, default=12)
    arguments = parser.parse_args()
    write_company(arguments.folder, arguments.people, arguments.months)


if __name__ == "__main__":
    main()
