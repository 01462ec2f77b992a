"""Sites of one form, as small as a test needs them: the rows of the form and what a record says.

    card = only(form('[[part.indicator]]…', 10), {"A": 'marks.care = { boss = 8 }'})

Everybody works in the department `desk` and reports to `M`, who fills in no form.  What a record
says stands below its head, `employee` and `month`.
"""

from collections.abc import Mapping
from decimal import Decimal
from textwrap import dedent

from kpisite.check.book import Book
from kpisite.check.kinds import SEAL_FILE
from kpisite.core.working import Working
from kpisite.outcomes.brief import Brief, briefs
from kpisite.outcomes.results import Result, results
from kpisite.outcomes.summary_checks import after_issues
from kpisite.score.card import Scorecard
from kpisite.score.scorecard import score
from kpisite.words import severity_of
from tests.sites import checked

Files = dict[str, str]

MONTH = "2026-10"

#: The row of a form that has no other, marked from 0 to 100 by tenths: the mark is the total.
CARE = """
[[part.indicator]]
id = "care"
name = "细心"
step = 0.1
method = "bands"
bands = [{ points = "0-100" }]
"""


def form(
    rows: str, points: str | int = 100, *, top: str = "", raters: str = '{ boss = "100%" }'
) -> str:
    """A scheme with one part, or with those that `rows` begin; `top` stands above the first."""
    part = "" if "[[part]]" in rows else '[[part]]\nid = "work"\nname = "工作"\n\n'
    head = f'id = "form"\nname = "考核"\nfrom = "2026-01"\npoints = {points}\nraters = {raters}\n'
    return head + dedent(top) + "\n" + part + dedent(rows)


def scored_only(scheme: str) -> str:
    """A scheme that says at its head that no policy names it, where a blank line may stand."""
    head, _, tables = scheme.partition("\n[")
    return head.removesuffix("\n") + "\nscored-only = true\n[" + tables


def staff(
    id: str, *, department: str = "desk", scheme: str = "form", superior: str = "M", more: str = ""
) -> str:
    """`staff/ID.toml`."""
    form_line = f'scheme = "{scheme}"\nsuperior = "{superior}"\n' if superior else ""
    head, _, posts = dedent(more).partition("[[post]]")
    return (
        f'id = "{id}"\nname = "员工{id}"\njoined = 2024-01-01\n{head}\n'
        f'[[post]]\nfrom = 2024-01-01\ndepartment = "{department}"\ntitle = "专员"\n{form_line}'
        + (f"\n[[post]]{posts}" if posts else "")
    )


def record(id: str, says: str, month: str = MONTH, *, key: str = "employee") -> str:
    """`MONTH/ID.toml`."""
    return f'{key} = "{id}"\nmonth = "{month}"\n{dedent(says)}\n'


def site(
    scheme: str, records: Mapping[str, str], policy: str = "", more: Mapping[str, str | None] = {}
) -> Files:
    """All files: `records` by person, or by `MONTH/person`; `more` adds and replaces files, and
    takes away those that it has as None."""
    files: dict[str, str | None] = {
        "kpisite.toml": 'company = "小店"\n',
        "records/departments.toml": '[[department]]\nid = "desk"\nname = "客服部"\nmanager = "M"\n',
        "records/schemes/form.toml": scheme,
        "records/staff/M.toml": staff("M", superior=""),
    }
    if policy:
        files["records/policies/rules.toml"] = policy
    for name, says in records.items():
        month, _, id = name.rpartition("/")
        files[f"records/{month or MONTH}/{id}.toml"] = record(id, says, month or MONTH)
        files[f"records/staff/{id}.toml"] = staff(id)
    files |= {path: text if text is None else dedent(text) for path, text in more.items()}
    if not any(path.startswith("records/policies/") for path in files):
        for path, text in files.items():
            if path.startswith("records/schemes/") and text is not None:
                files[path] = scored_only(text)
    if any(path.startswith("records/pay/") for path in files):
        files.setdefault(SEAL_FILE, f'key = "{"5ea1" * 16}"\n')
    return {path: text for path, text in files.items() if text is not None}


def read(files: Mapping[str, str]) -> tuple[Book, tuple[Result, ...], list[str]]:
    """The book, its results, and the codes of all that is wrong: what `kpisite check` finds.

    Where an error keeps the book from being scored there are no results.
    """
    _, book, issues = checked(files)
    codes = [one.code for one in issues]
    if any(severity_of(code) == "error" for code in codes):
        return book, (), codes
    found = results(book, score(book))
    return book, found, codes + [one.code for one in after_issues(book, found)]


def issues(files: Mapping[str, str]) -> list[str]:
    """The codes of what is wrong in the files."""
    return read(files)[2]


def found(files: Mapping[str, str]) -> dict[str, Result]:
    """The results of files in which no error is, by `MONTH/person`, with the department behind it
    for a part of a month, and with the form for a one-off appraisal."""
    _, every, codes = read(files)
    assert not [code for code in codes if severity_of(code) == "error"], codes
    return {f"{one.month}/{one.name_in_month}": one for one in every}


def in_brief(files: Mapping[str, str]) -> tuple[Book, tuple[Brief, ...]]:
    """The book and the results in brief of files in which nothing is wrong."""
    book, every, codes = read(files)
    assert set(codes) <= {"record-missing"}, codes  # a test is about whom it names
    return book, briefs(book, every)


def cards(
    scheme: str, records: Mapping[str, str], more: Mapping[str, str | None] = {}
) -> dict[str, Scorecard]:
    """The scorecards of a month by person, on a site with `more` files."""
    results = found(site(scheme, records, more=more))
    return {name.split("/")[1]: one.card for name, one in results.items()}


def only(scheme: str, says: str) -> Scorecard:
    """The scorecard of the one person who fills in the form."""
    return cards(scheme, {"A": says})["A"]


def row(working: Working, id: str) -> Working:
    """The row of a tree that is called so."""
    return next(one for one in working.walk() if one.id == id)


def number(text: str | int) -> Decimal:
    """The number that a test states."""
    return Decimal(str(text))
