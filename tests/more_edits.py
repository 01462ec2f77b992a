"""More random edits to the lively site: to what follows the marks, to who reads, to departments, to
money, and to names, in which signs of HTML must stay text on every way to a page."""

import re
from collections.abc import Callable
from random import Random

from tests.sites import quoted

Files = dict[str, str]
Edit = Callable[[Files, Random], None]

#: What nobody's program may take for more than a text.
NAMES = ("甲<b>&\"'乙", "A & B", "<i>", "{{ 7 }}", "O'Neil", "=1+2")
DEPARTMENTS, SETTINGS = "records/departments.toml", "kpisite.toml"
NAME = re.compile(r'\bname = "[^"\n]*"')


def _any_name(random: Random) -> str:
    return quoted(random.choice(NAMES))


def _one_of(files: Files, random: Random, beginning: str) -> str | None:
    found = sorted(path for path in files if path.startswith(beginning))
    return random.choice(found) if found else None


def _a_record(files: Files, random: Random) -> str | None:
    found = sorted(path for path in files if path[8:12].isdigit() and path[16:17] in "ABT")
    return random.choice(found) if found else None


def _exchanged(text: str, random: Random, pattern: re.Pattern[str], new: str) -> str:
    """The text with something else in one of the places where this stands."""
    found = list(pattern.finditer(text))
    if not found:
        return text
    one = random.choice(found)
    return text[: one.start()] + new + text[one.end() :]


def _sections(text: str, head: str, change: Callable[[list[str]], list[str]]) -> str:
    """The text with its sections under such heads changed, or put in another order."""
    before, *sections = re.split(rf"^{re.escape(head)}\n", text, flags=re.MULTILINE)
    made = [f"{head}\n{one.rstrip()}\n\n" for one in change(sections)]
    return f"{before.rstrip()}\n\n{''.join(made)}"


def name(files: Files, random: Random) -> None:
    """Anything is called otherwise: a person, a row, a grade, a line of the pay, a department."""
    path = _one_of(files, random, random.choice(["records/s", "records/p", "records/d"]))
    if path is not None:
        files[path] = _exchanged(files[path], random, NAME, f"name = {_any_name(random)}")


def after_the_marks(files: Files, random: Random) -> None:
    """Somebody objects, and it is decided; answers; is remarked on; has a plan."""
    path = _a_record(files, random)
    if path is None:
        return
    said, day = _any_name(random), f"2026-11-0{random.randint(1, 9)}"
    ruling = random.choice(['"upheld"\ntotal = 77', '"upheld"', '"dismissed"'])
    more = random.choice(
        [
            f'[[appeal]]\non = {day}\nreason = {said}\nhandler = "M2"\n',
            f'[[appeal]]\non = {day}\nreason = {said}\nhandler = "M2"\n\n'
            f"[appeal.ruling]\non = 2026-11-20\noutcome = {ruling}\nreasons = {said}\n",
            f'[answer]\nstate = "lapsed"\non = {day}\ncontent = "0000 0000 0000"\n',
            f'[[remark]]\non = {day}\nby = "M1"\ntext = {said}\n',
            f'[[plan]]\nproblem = {said}\nmeasure = "练习"\nowner = "M1"\ndue = 2026-12-01\n',
        ]
    )
    if more.partition("\n")[0] not in files[path]:
        files[path] += f"\n{more}"


def two_posts(files: Files, random: Random) -> None:
    """Somebody moves within a month, of which either department has a part."""
    record = _a_record(files, random) or ""
    month, id = record[8:15], record[16:18]
    path = f"records/staff/{id}.toml"
    if path in files:
        here, there, boss = ("desk", "store", "M2") if id[0] == "A" else ("store", "desk", "M1")
        files[path] += (
            f'\n[[post]]\nfrom = {month}-{random.choice(["11", "20"])}\ndepartment = "{there}"\n'
            f'title = "主管"\nscheme = "form"\nsuperior = "{boss}"\n'
        )
        files[f"records/{month}/{id}@{here}.toml"] = (
            f'employee = "{id}"\nmonth = "{month}"\npart = "{here}"\n\n'
            f"[marks]\ncare = {{ self = 40, supervisor = {random.choice([20, 50])} }}\n\n"
            "[metrics]\nsales = 5\n"
        )


def nobody_of_a_department(files: Files, random: Random) -> None:
    """All of a department's month goes, for which there is a reason."""
    month = (_a_record(files, random) or "records/2026-10")[8:15]
    ids = random.choice([("B1", "T1", "store"), ("A1", "A2", "A3")])
    for id in ids:
        for beside in (".toml", "@probation.toml", "@desk.toml", "@store.toml"):
            files.pop(f"records/{month}/{id}{beside}", None)
    excused = "".join(f'{id} = "出差"\n' for id in ids)
    files[f"records/{month}/month.toml"] = f'month = "{month}"\n\n[excused]\n{excused}'


def of_departments(files: Files, random: Random) -> None:
    """Departments are listed in another order, exchanged, or led by another; or there is one more,
    to which somebody moves."""
    text, path = files.get(DEPARTMENTS), _one_of(files, random, "records/staff/")
    if text is None or path is None:
        return
    change = random.choice(["order", "exchange", "lead", "more"])
    if change == "order":
        text = _sections(text, "[[department]]", lambda all: random.sample(all, len(all)))
    elif change == "exchange":
        text = text.replace('"desk"', '""').replace('"store"', '"desk"').replace('""', '"store"')
    elif change == "lead":
        leader = f'manager = "{random.choice(["M1", "M2", "A1", "B1"])}"'
        text = _exchanged(text, random, re.compile(r'manager = "\w+"'), leader)
    else:
        if '"lab"' not in text:
            text += f'\n[[department]]\nid = "lab"\nname = {_any_name(random)}\n'
        form = "" if "/M" in path else 'scheme = "form"\nsuperior = "M1"\n'
        day = random.choice(["2026-08-01", "2026-09-14", "2026-10-01"])
        files[path] += f'\n[[post]]\nfrom = {day}\ndepartment = "lab"\ntitle = "专员"\n{form}'
    files[DEPARTMENTS] = text


def who_reads(files: Files, random: Random) -> None:
    """One who reads sees more or less than before, or two change places."""
    text, head = files.get(SETTINGS, ""), "[[audience]]"
    number = text.count(head)
    if number < 2:
        sees = random.choice(["cards = true\npay = true\nreviews = true\n", "cards = true\n", ""])
        id = "council" if 'id = "board"' in text else "board"
        text += f'\n{head}\nid = "{id}"\nname = {_any_name(random)}\ndepartments = "all"\n{sees}'
    elif random.random() < 0.5:
        ids = re.findall(r'(?<=\[\[audience\]\]\nid = ")[^"]+', text)
        one, other = random.sample(ids, 2)
        text = (
            text.replace(f'id = "{one}"', 'id = ""')
            .replace(f'id = "{other}"', f'id = "{one}"')
            .replace('id = ""', f'id = "{other}"')
        )
    else:
        line, place = (
            random.choice(["cards", "pay", "reviews"]) + " = true\n",
            random.randrange(number),
        )

        def flipped(all: list[str]) -> list[str]:
            one = all[place]
            all[place] = one.replace(line, "") if line in one else f"{one.rstrip()}\n{line}"
            return all

        text = _sections(text, head, flipped)
    files[SETTINGS] = text


def money(files: Files, random: Random) -> None:
    """Pay is in another currency, or in one of other places, for all or under one policy."""
    path = random.choice([SETTINGS, "records/policies/rules.toml"])
    if path in files:
        text = re.sub(r"\n\[money\]\n.+\n", "", files[path])
        line = random.choice(
            ['currency = "JPY"', 'currency = "USD"', "places = 1", 'rounding = "up"']
        )
        files[path] = random.choice([text, f"{text}\n[money]\n{line}\n"])


def ranked_otherwise(files: Files, random: Random) -> None:
    """Who is ranked with whom: the people of a department, or others too, so that months that were
    placed a department at a time are no longer, or are again."""
    path = "records/policies/rules.toml"
    if path in files:
        whom = random.choice(["department", "department", "company", "post"])
        files[path] = re.sub(r'(?<=within = )"\w+"', f'"{whom}"', files[path])


MORE_RECORD_EDITS: tuple[Edit, ...] = (after_the_marks, nobody_of_a_department)
MORE_EDITS: tuple[Edit, ...] = (
    name, name, after_the_marks, after_the_marks, two_posts, nobody_of_a_department,
    of_departments, who_reads, money, ranked_otherwise,
)  # fmt: skip
