"""A large company that does not exist: its site as HR would have written it, on F02 and F03.

    python -m benchmarks.company FOLDER --people 2000 --months 12

makes it in FOLDER.  The same numbers of people and months give the same files, byte for byte.
"""

import argparse
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
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


def write_company(folder: Path, people: int, months: int) -> None:
    """Writes the site of `people` people and `months` months into `folder`."""
    for path, text in company_files(people, months):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for path in (FORM, POLICY):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)


def company_files(people: int, months: int) -> Iterator[tuple[str, str]]:
    """Every file that is made up, by its path."""
    random = Random(SEED)
    staff = list(_staff(random, people))
    yield "kpisite.toml", _toml('company = "万家联购电子商务有限公司"')
    departments = {person.department: person.manager for person in staff}
    yield (
        "records/departments.toml",
        _toml(
            *(
                f'[[department]]\nid = "{id}"\nname = "客户服务{number}部"\nmanager = "{manager}"\n'
                for number, (id, manager) in enumerate(departments.items(), 1)
            )
        ),
    )
    yield "records/staff/GM001.toml", _employee("GM001", _name(random), next(iter(departments)), "")
    for id, manager in departments.items():
        yield f"records/staff/{manager}.toml", _employee(manager, _name(random), id, "GM001")
    for person in staff:
        yield (
            f"records/staff/{person.id}.toml",
            _employee(person.id, person.name, person.department, person.manager, "cs-agent"),
        )
        if random.random() < 0.25:
            yield f"records/pay/{person.id}.toml", _pay(random, person, months)
    yield "records/pay/seal.toml", _toml(f'key = "{random.randbytes(32).hex()}"')
    for number in range(months):
        yield f"records/{_month(number)}/month.toml", _toml(f'month = "{_month(number)}"')
        for person in staff:
            path = f"records/{_month(number)}/{person.id}.toml"
            yield path, _record(random, person, number)


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


def _month(number: int) -> str:
    return f"{FIRST_YEAR + number // 12}-{number % 12 + 1:02}"


def _toml(*blocks: str) -> str:
    return "\n".join(blocks) + "\n"


def _employee(id: str, name: str, department: str, superior: str, scheme: str = "") -> str:
    title = "客服专员" if scheme else "经理"
    return _toml(
        "#:schema ../.schema/employee.json\n",
        f'id     = "{id}"\nname   = "{name}"\njoined = 2024-03-01\n',
        f'[[post]]\nfrom       = 2024-03-01\ndepartment = "{department}"\ntitle      = "{title}"',
        *([f'scheme     = "{scheme}"'] if scheme else []),
        *([f'superior   = "{superior}"'] if superior else []),
    )


def _pay(random: Random, person: Person, months: int) -> str:
    lines = (
        f'[[line]]\nmonth  = "{_month(number)}"\nname   = "带教补贴"\n'
        f'amount = {random.choice((80, 150, 200))}.00\nreason = "带教新人 {number + 1} 批"\n'
        for number in range(months)
        if random.random() < 0.4
    )
    return _toml(f'employee = "{person.id}"\n', *lines)


def _record(random: Random, person: Person, number: int) -> str:
    month, following = _month(number), _month(number + 1)
    form = min(max(random.gauss(person.ability, 0.05), 0.3), 1.0)
    given = {
        id: (_mark(random, most, form + 0.04), _mark(random, most, form))
        for id, most in INDICATORS.items()
    }
    fails = sum(2 * own + 3 * superior for own, superior in given.values()) < 5 * PASS
    plan = random.choice((80_000, 90_000, 100_000, 115_000))
    sales = round(plan * random.gauss(0.6 + form * 0.55, 0.2)) + random.choice((0, 0, 0.5, 0.37))
    return _toml(
        "#:schema ../.schema/record.json\n",
        f'employee = "{person.id}"\nmonth    = "{month}"\n',
        "[rated]",
        f"self       = {{ on = {following}-{random.randint(3, 4):02} }}",
        f'supervisor = {{ by = "{person.manager}", on = {following}-{random.randint(4, 6):02} }}\n',
        "[marks]",
        *(
            f"{id:<11} = {{ self = {own:2}, supervisor = {superior:2} }}"
            for id, (own, superior) in given.items()
        ),
        f"\n[metrics]\nsales = {sales:_}\nplan  = {plan:_}",
        *_notes(random, form),
        *([_plan(random, person, following)] if fails else []),
    )


def _plan(random: Random, person: Person, following: str) -> str:
    """F03 asks for a plan wherever somebody failed."""
    return (
        f'\n[[plan]]\nproblem = "{_filled(random, random.choice(WISH))}"\n'
        f'measure = "每周复盘一次，由上级旁听"\nowner   = "{person.manager}"\n'
        f"due     = {following}-28"
    )


def _mark(random: Random, most: int, share: float) -> int:
    return min(max(round(most * random.gauss(share, 0.06)), 0), most)


def _notes(random: Random, form: float) -> Iterator[str]:
    yield "\n[notes]"
    if random.random() < 0.1:
        yield f'supervisor = """\n{_filled(random, LISTED)}\n"""'
    else:
        tone = PRAISE if random.random() < form else WISH
        both = (random.choice(tone), random.choice(PRAISE if tone is WISH else WISH))
        yield f'supervisor = "{"".join(_filled(random, said) for said in both)}"'
    if random.random() < 0.3:
        yield f'self       = "{_filled(random, random.choice(OWN))}"'


def _filled(random: Random, said: str) -> str:
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
