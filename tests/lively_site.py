"""A site in which everything that one person's month can do to another's happens, and random edits
to it, as HR might make them: right and wrong ones.

Two departments, five people and three months: ranks, a pool, awards and reviews over months, a form
that rests on its own earlier months, a department's own form that counts in its people's, averages,
a move within a month, one-off appraisals that are ranked among themselves, closed months.

With the forms of `APART` nobody looks at anybody of the other department, and months are placed a
department at a time.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.more_edits import MORE_EDITS, MORE_RECORD_EDITS
from tests.one_off_forms import PLAIN_RULES
from tests.sites import DEPARTMENTS, person, small_site

Files = dict[str, str]
Edit = Callable[[Files, Random], None]

FORM = """
id = "form"
name = "月度考核"
from = "2026-01"
raters = { self = "40%", supervisor = "60%" }
notes = { supervisor = "评语" }
signatures = ["考核人", { name = "本人", rater = "self" }]

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
points = 60
method = "bands"
bands = [{ points = "31-60", text = "很好" }, { points = "0-30", text = "还行" }]

[[part.indicator]]
id = "order"
name = "出勤"
points = 20
method = "tally"
rule = [
  { id = "late", name = "迟到", points = -2 },
  { id = "quarrel", name = "争吵", points = -5 },
]

[[part.indicator]]
id = "place"
name = "销售名次"
points = 20
method = "rank"
metric = "sales"
metric-name = "销售额"
within = "department"
step = 5
"""

PLAIN = (
    FORM.replace('id = "form"', 'id = "plain"').partition('[[part.indicator]]\nid = "place"')[0]
    + """
[[part.indicator]]
id = "tidy"
name = "整洁"
points = 20
method = "bands"
bands = [{ points = "0-20" }]

[[figure]]
id = "before"
name = "此前细心"
last = "care"
over = "earlier"
start = 50

[[figure]]
id = "kept-up"
name = "保持"
is = "max(0, min(5, (before - 40 + held) ÷ 4))"

[[figure]]
id = "held"
name = "上月保持"
mean = "kept-up"
over = "earlier"
months = 2
start = 0

[[part]]
id = "past"
name = "保持"
role = "extra"

[[part.indicator]]
id = "steady"
name = "保持"
points = 5
method = "figure"
figure = "kept-up"
"""
)

TEAM = """
id = "team"
raters = { boss = "100%" }
name = "团队考核"
from = "2026-01"

[[part]]
id = "unit"
name = "部门得分"
points = 20

[[part.indicator]]
id = "shared"
name = "部门得分"
points = 20
method = "department-score"

[[part]]
id = "own"
name = "个人"
points = 80

[[part.indicator]]
id = "duty"
name = "本职"
points = 80
method = "bands"
bands = [{ points = "0-80" }]
"""

UNIT = """
id = "unit"
name = "部门考核"
from = "2026-01"
raters = { boss = "100%" }
appraises = "department"

[[part]]
id = "unit"
name = "部门"

[[part.indicator]]
id = "target"
name = "目标"
points = 100
method = "bands"
bands = [{ points = "0-100" }]
"""

RULES = """
id = "rules"
name = "绩效办法"
from = "2026-01"
schemes = ["form", "plain"]
window = { from = 3, to = 6 }
plan-for = ["low"]
pool = { per-point = 5, best = 20 }
ranking = { within = "department" }
grade = [
  { id = "high", name = "优", from = 80, salary = 1_800 },
  { id = "fair", name = "良", from = 60, salary = 1_500 },
  { id = "low", name = "差", salary = 1_200 },
]

[[award]]
id = "twice"
name = "两连冠"
first = true
months = 2
amount = 200

[[award]]
id = "calm"
name = "无投诉"
none-of = ["quarrel"]
months = 2
amount = 30

[[review]]
id = "talk"
name = "面谈"
last = true
months = 2

[[pay]]
id = "post"
name = "岗位工资"
method = "by-grade"

[[pay]]
id = "pool"
name = "奖金池"
method = "pool"

[[pay]]
id = "awards"
name = "奖励"
method = "awards"

[[pay]]
id = "other"
name = "其他"
method = "other"
"""

ONE_OFF = """
id = "probation"
name = "转正考核"
from = "2026-01"
one-off = true
raters = { boss = "100%" }

[[part]]
id = "trial"
name = "试用期"

[[part.indicator]]
id = "fit"
name = "胜任程度"
points = 60
method = "bands"
bands = [{ points = "0-60" }]

[[part.indicator]]
id = "place"
name = "同批名次"
points = 40
method = "rank"
metric = "sales"
metric-name = "试用期销售额"
within = "department"
step = 10
"""

ONE_OFF_RULES = PLAIN_RULES.replace("from = 60", "from = 80")

RANKED = 'method = "rank"\nmetric = "sales"'
MEASURED = (
    'method = "steps"\nmetric = "sales"\n'
    'steps = [{ from = 300, share = "100%" }, { from = 100, share = "50%" }]'
)


def measured(form: str) -> str:
    """The form with a row on own figures in the place of its last, which ranks them."""
    return form.replace(RANKED, MEASURED).partition("within")[0]


#: The forms without what looks at anybody else, under which departments stand apart.
APART = {
    "records/schemes/form.toml": measured(FORM),
    "records/schemes/plain.toml": PLAIN.partition("[[figure]]")[0],
    "records/schemes/team.toml": "[[part]]".join(TEAM.split("[[part]]")[::2]).replace("80", "100"),
    "records/schemes/probation.toml": measured(ONE_OFF),
}

#: As few as there is everything with, for the site is built thousands of times: three people in one
#: department, of whom a mean is reported, and fewer in the other; two months to look back at.
MONTHS = ("2026-08", "2026-09", "2026-10")
PEOPLE = ("A1", "A2", "A3", "B1")
ON_PLAIN = ("A1", "A2")
OF_TEAM = ("T1",)


def lively_site() -> Files:
    """The files of the site, in which nothing is wrong."""
    departments = DEPARTMENTS.replace(
        'name = "仓储部"', 'name = "仓储部"\nscheme = "unit"'
    )  # fmt: skip
    files = {
        path: text
        for path, text in small_site(departments=departments, scheme=FORM, policy=RULES).items()
        if not path.startswith(("records/2026", "records/staff"))
    }
    files["records/schemes/plain.toml"] = PLAIN
    files["records/schemes/team.toml"] = TEAM
    files["records/schemes/unit.toml"] = UNIT
    files["records/schemes/probation.toml"] = ONE_OFF
    files["records/policies/probation.toml"] = ONE_OFF_RULES
    for id, fit in (("A1", 40), ("A3", 55)):
        files[f"records/2026-09/{id}@probation.toml"] = once(id, "2026-09", fit, 10 * fit)
    files |= {
        f"records/staff/{id}.toml": person(id, name, department, superior, scheme)
        for id, name, department, superior, scheme in (
            ("M1", "丁岚", "desk", "", ""),
            ("M2", "方舟", "store", "", ""),
            ("A1", "安然", "desk", "M1", "plain"),
            ("A2", "白露", "desk", "M1", "plain"),
            ("A3", "陈曦", "desk", "M1", "form"),
            ("B1", "程砚", "store", "M2", "form"),
            ("T1", "杜若", "store", "M2", "team"),
        )
    }
    for number, month in enumerate(MONTHS):
        for index, id in enumerate(PEOPLE):
            care, sales = 40 + 3 * index + number, 100 * (index + 1) + 7 * number
            files[f"records/{month}/{id}.toml"] = a_record(id, month, care, sales)
        for id in OF_TEAM:
            files[f"records/{month}/{id}.toml"] = of_team(id, month, 60 + number)
        files[f"records/{month}/store.toml"] = of_store(month, 70 + number)
    return files


def a_record(id: str, month: str, care: int, sales: int) -> str:
    """A person's month on the form, or on the plain one, which looks at nobody else."""
    if id in ON_PLAIN:
        last = f"tidy = {{ self = 10, supervisor = {sales % 21} }}\n"
    else:
        last = f"\n[metrics]\nsales = {sales}\n"
    return (
        f'employee = "{id}"\nmonth = "{month}"\n\n[marks]\n'
        f"care = {{ self = {care}, supervisor = {care + 5} }}\n{last}"
    )


# Edits.  Each changes some of the files as somebody might; what comes of it may be wrong.


def _one_of(files: Files, random: Random, part: str) -> str | None:
    found = sorted(path for path in files if part in path)
    return random.choice(found) if found else None


def _a_record_of(files: Files, random: Random) -> str | None:
    found = sorted(path for path in files if path[8:12].isdigit() and path[16:17] in "ABT")
    return random.choice(found) if found else None


def mark(files: Files, random: Random) -> None:
    """Another mark, of sense or beyond the form's."""
    path = _a_record_of(files, random)
    if path is not None:
        id, month = path[16:18], path[8:15]
        care = random.choice([0, 10, 38, 41, 45, 50, 55, 600])
        if "@" in path:
            files[path] = once(id, month, min(care, 60), random.choice([0, 100, 200, 999]))
        elif id in OF_TEAM:
            files[path] = of_team(id, month, care)
        else:
            files[path] = a_record(id, month, care, random.choice([0, 100, 200, 300, 999]))


def event(files: Files, random: Random) -> None:
    """Something happened, in the month or outside it."""
    path = _a_record_of(files, random)
    if path is not None and path[16:18] in PEOPLE and "@" not in path:
        rule, day = random.choice(["late", "quarrel"]), random.choice(["03", "17", "28"])
        month = random.choice([path[8:15]] * 5 + ["2026-01"])
        files[path] += f'\n[[event]]\ndate = {month}-{day}\nrule = "{rule}"\nnote = "见工单"\n'


def words(files: Files, random: Random) -> None:
    """A comment, which moves all lines below it, or a note for the person."""
    path = _a_record_of(files, random)
    if path is not None:
        if random.random() < 0.5:
            files[path] = f"# {random.random()}\n" + files[path]
        elif "[notes]" not in files[path]:
            files[path] += f'\n[notes]\nsupervisor = "第 {random.random()} 条"\n'


def spoil(files: Files, random: Random) -> None:
    """A slip of the hand, anywhere."""
    path = random.choice(sorted(files))
    text = files[path]
    place = random.randrange(len(text) + 1)
    files[path] = text[:place] + random.choice(['"', "=", "\n", "x", "[", "-1"]) + text[place:]


def mend(files: Files, random: Random) -> None:
    """All as it was at first, for one file or for all of a folder."""
    right = lively_site()
    path = random.choice(sorted(right))
    folder = path.rpartition("/")[0]
    for one in [one for one in (*files, *right) if one.rpartition("/")[0] == folder]:
        if one in right:
            files[one] = right[one]
        else:
            files.pop(one, None)


def leave_out(files: Files, random: Random) -> None:
    """A file is deleted."""
    path = random.choice(sorted(files))
    if path != "kpisite.toml":
        del files[path]


def a_month(files: Files, random: Random) -> None:
    """A month comes or goes."""
    month = random.choice([*MONTHS, "2026-11"])
    there = [path for path in files if path.startswith(f"records/{month}/")]
    if there:
        for path in there:
            del files[path]
    else:
        for index, id in enumerate(PEOPLE):
            files[f"records/{month}/{id}.toml"] = a_record(id, month, 44 + index, 100 * index)
        for id in OF_TEAM:
            files[f"records/{month}/{id}.toml"] = of_team(id, month, 66)
        files[f"records/{month}/store.toml"] = of_store(month, 77)


def staff(files: Files, random: Random) -> None:
    """Somebody moves, leaves, is away, is called otherwise, or comes back."""
    path = _one_of(files, random, "records/staff/")
    if path is None:
        return
    change = random.choice(["move", "left", "away", "name", "superior"])
    if change == "move":
        to, boss = random.choice([("desk", "M1"), ("store", "M2")])
        day = random.choice(["2026-08-01", "2026-09-14", "2026-10-01"])
        files[path] += (
            f'\n[[post]]\nfrom = {day}\ndepartment = "{to}"\ntitle = "专员"\n'
            f'scheme = "form"\nsuperior = "{boss}"\n'
        )
    elif change == "away":
        files[path] += '\n[[absence]]\nkind = "leave"\nfrom = 2026-09-01\nto = 2026-09-30\n'
    elif change == "left":
        files[path] = files[path].replace("\n\n[[post]]", "\nleft = 2026-09-30\n\n[[post]]", 1)
    elif change == "name":
        files[path] = files[path].replace('name = "', f'name = "{random.choice("王李赵")}', 1)
    else:
        files[path] = files[path].replace('superior = "M1"', 'superior = "M2"')


def forms(files: Files, random: Random) -> None:
    """A form is worded otherwise, counts otherwise, or has a version from a month on."""
    path = _one_of(files, random, "records/schemes/")
    if path is None:
        return
    old, new = random.choice(
        [
            ("很好", "好极了"),
            ("points = -2", "points = -3"),
            ("months = 2\nstart = 0", "months = 1\nstart = 1"),
            ('last = "care"', 'max = "total"'),
            ('"40%"', '"50%"'),
            ('"60%"', '"50%"'),
            ("step = 5", "step = 4"),
            ('from = "2026-01"', 'from = "2026-09"'),
        ]
    )
    changed = files[path].replace(old, new)
    is_version = new == 'from = "2026-09"'
    files[path.replace(".toml", "-2.toml") if is_version else path] = changed


def rules(files: Files, random: Random) -> None:
    """A policy pays otherwise, grades otherwise, ranks otherwise."""
    path = _one_of(files, random, "records/policies/")
    if path is None:
        return
    old, new = random.choice(
        [
            ("salary = 1_800", "salary = 1_900"),
            ("from = 80", "from = 85"),
            ('within = "department"', 'within = "scheme"'),
            ("amount = 200", "amount = 210"),
            ("best = 20", "best = 25"),
            ("months = 2", "months = 3"),
            ('schemes = ["form", "plain"]', 'schemes = ["form", "team"]'),
            ("plan-for", "# plan-for"),
        ]
    )
    files[path] = files[path].replace(old, new)


def wages(files: Files, random: Random) -> None:
    """A line of pay more."""
    id, month = random.choice(PEOPLE), random.choice(MONTHS)
    path = f"records/pay/{id}.toml"
    files.setdefault(path, f'employee = "{id}"\n')
    files[path] += (
        f'\n[[line]]\nmonth = "{month}"\nname = "补贴"\n'
        f'amount = {random.choice(["1.23", "-4.50"])}\nreason = "值班"\n'
    )


def departments(files: Files, random: Random) -> None:
    """A department is called otherwise, or somebody else leads it."""
    path = "records/departments.toml"
    if path in files:
        old, new = random.choice(
            [("客服部", "客户服务部"), ('"M1"', '"M2"'), ('scheme = "unit"\n', "")]
        )
        files[path] = files[path].replace(old, new)


def settings(files: Files, random: Random) -> None:
    """The site's own words."""
    if "kpisite.toml" in files:
        files["kpisite.toml"] += random.choice(
            ['language = "en"\n', "\n[managers]\npay = true\n", "# Nothing.\n"]
        )


def an_audience(files: Files, random: Random) -> None:
    """Somebody more who reads, or one fewer."""
    text, start = files.get("kpisite.toml", ""), "\n[[audience]]"
    if start in text and random.random() < 0.5:
        files["kpisite.toml"] = text[: text.rindex(start)]
        return
    scope = random.choice(['"all"', '["desk"]', '["store", "desk"]', '["nowhere"]'])
    sees = random.choice(["", "cards = true\n", "cards = true\npay = true\nreviews = true\n"])
    files["kpisite.toml"] = (
        f'{text}{start}\nid = "more-{text.count(start)}"\nname = "外人"\n'
        f"departments = {scope}\n{sees}"
    )


def looks(files: Files, random: Random) -> None:
    """A theme of the site's own comes, changes, or goes."""
    if "themes/own/theme.toml" in files and random.random() < 0.4:
        for path in [path for path in files if path.startswith("themes/")]:
            del files[path]
    else:
        files["themes/own/theme.toml"] = 'extends = "default"\n'
        css, template = f"/* {random.random()} */\n", f"<p>{random.random()}</p>\n"
        files |= random.choice(
            [{"themes/own/extra.css": css}, {"themes/own/grades.html": template}]
        )
        if "theme =" not in files["kpisite.toml"]:
            files["kpisite.toml"] = 'theme = "own"\n' + files["kpisite.toml"]


def excuses(files: Files, random: Random) -> None:
    """Somebody needs no record of a month."""
    month, id = random.choice(MONTHS), random.choice([*PEOPLE, *OF_TEAM, "store"])
    path = f"records/{month}/month.toml"
    files.setdefault(path, f'month = "{month}"\n\n[excused]\n')
    files[path] += f'{id} = "出差"\n'
    if random.random() < 0.7:
        files.pop(f"records/{month}/{id}.toml", None)


def appraise_once(files: Files, random: Random) -> None:
    """A one-off appraisal comes, goes, or comes in a month of nobody else."""
    month, id = random.choice([*MONTHS, "2026-12"]), random.choice([*PEOPLE, *OF_TEAM])
    path = f"records/{month}/{id}@probation.toml"
    if path in files and random.random() < 0.5:
        del files[path]
    else:
        files[path] = once(id, month, random.choice([10, 40, 60]), random.choice([0, 100, 500]))


def apart(files: Files, random: Random) -> None:
    """From now on departments stand apart, or no longer."""
    files |= random.choice([APART, APART, {path: lively_site()[path] for path in APART}])


EDITS: tuple[Edit, ...] = (
    mark, mark, mark, mark, event, words, words, spoil, mend, mend, mend, leave_out, a_month,
    staff, forms, rules, wages, departments, settings, an_audience, looks, excuses,
    appraise_once, appraise_once, apart, apart, *MORE_EDITS,
)  # fmt: skip


#: Edits to records alone, after which most of what was found before holds.
RECORD_EDITS: tuple[Edit, ...] = (
    mark, mark, mark, event, words, appraise_once, *MORE_RECORD_EDITS,
)  # fmt: skip


def of_team(id: str, month: str, duty: int) -> str:
    """A month of somebody whose department's total counts."""
    return f'employee = "{id}"\nmonth = "{month}"\n\n[marks]\nduty = {{ boss = {duty} }}\n'


def once(id: str, month: str, fit: int, sales: int) -> str:
    """A one-off appraisal, beside the month's or alone."""
    return (
        f'employee = "{id}"\nmonth = "{month}"\nscheme = "probation"\n\n[marks]\n'
        f"fit = {{ boss = {fit} }}\n\n[metrics]\nsales = {sales}\n"
    )


def of_store(month: str, target: int) -> str:
    """A department's month."""
    return f'department = "store"\nmonth = "{month}"\n\n[marks]\ntarget = {{ boss = {target} }}\n'


def put(files: Files, before: Files, site: Path) -> None:
    """Brings the site's folder from `before` to `files`, as an editor would."""
    for path in before.keys() - files.keys():
        (site / path).unlink()
    for path, text in files.items():
        if before.get(path) != text:
            place = site / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
