"""Whatever is printed is fit for archives and screen readers, and says what its page says."""

import re
from collections import Counter
from functools import cache

import pytest

from kpisite.core.month import Month
from kpisite.core.text import LANGUAGES
from kpisite.examine.load import site_theme
from kpisite.outcomes.results import results
from kpisite.pages.selection import Selection
from kpisite.products.jobs import jobs_of
from kpisite.products.printing import blank_job, lists_of
from kpisite.score.scorecard import score
from kpisite.write.archival import Finish
from kpisite.write.bundle import bundled
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job, Press, print_one
from tests.archives import issues_of, shown
from tests.sites import ROOT, book_of, plan_of, small_site
from tests.small_forms import Files
from tests.trees import pdf_text, words_of

KINDS = ("with pay", "without pay", "summary", "grades", "payroll", "blank", "blank for somebody")


@cache
def jobs(language: str) -> dict[str, Job]:
    """One of everything that is printed, of the small company."""
    book = book_of(small_site(site=f'company = "小店"\nlanguage = "{language}"\n'))
    theme, _ = site_theme(ROOT, book)
    assert theme is not None
    found = results(book, score(book))
    plan = plan_of(book, found, Selection(months=frozenset([Month(2026, 10)])))
    renderer = Renderer(theme, plan.language, plan.book.site.model)
    cards = {places[0]: job for job, places in jobs_of(plan, renderer, "A1")}
    lists = {place: job for job, places in lists_of(plan, renderer) for place in places}
    said = plan.language
    (scheme,) = (filed.model for filed in book.schemes)
    person = book.staff["A1"].model
    return {
        "with pay": cards["employees/A1/2026-10.pdf"],
        "without pay": cards["managers/desk/2026-10/A1.pdf"],
        "summary": lists["managers/desk/2026-10/summary.pdf"],
        "grades": lists["hr/grades.pdf"],
        "payroll": lists["payroll/payroll-2026-10.pdf"],
        "blank": blank_job(book, theme, scheme, said, None, None),
        "blank for somebody": blank_job(book, theme, scheme, said, person, Month(2026, 10)),
    }


def of_lists(files: Files) -> dict[str, Job]:
    """Every list that is printed of a site, by its place."""
    book = book_of(files)
    theme, _ = site_theme(ROOT, book)
    assert theme is not None
    plan = plan_of(book, results(book, score(book)))
    renderer = Renderer(theme, plan.language, plan.book.site.model)
    return {place: job for job, places in lists_of(plan, renderer) for place in places}


@cache
def press() -> Press:
    return Press((ROOT / "kpisite/themes/default/print.css").read_text(encoding="utf-8"))


@cache
def pdf(kind: str, language: str) -> bytes:
    if kind == "bundle":
        every = [(one, pdf(one, language)) for one in ("summary", "with pay", "without pay")]
        return bundled(every, Finish(title="店", author="店", language=language))
    return print_one(press(), jobs(language)[kind])


#: What stands at the head or the foot of every page.
RUNNING = re.compile(r'<div class="running.*?(?=<div class="running|<header|<h1|<table)', re.DOTALL)
every_print = pytest.mark.parametrize(
    ("kind", "language"), [(kind, one) for one in LANGUAGES for kind in (*KINDS, "bundle")]
)


@every_print
def test_it_is_pdf_a_3a_and_pdf_ua_1_and_lacks_no_glyph(kind: str, language: str) -> None:
    content = pdf(kind, language)
    assert issues_of(content) == []
    for glyphs in shown(content).values():
        assert b"\0\0" not in {glyphs[at : at + 2] for at in range(0, len(glyphs), 2)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_its_text_is_that_of_its_page(kind: str, language: str) -> None:
    html = jobs(language)[kind].html
    running = RUNNING.findall(html)
    assert len(running) == 4
    body = html[html.index(running[-1]) + len(running[-1]) :]
    pages = pdf_text(pdf(kind, language), "-raw").split("\f")[:-1]
    said = Counter("".join("".join(pages).split()))
    written = Counter("".join(words_of(body).split()))
    assert written <= said
    left = said - written
    for one in running:
        for _ in pages:
            left -= Counter("".join(words_of(one).split()))
    assert set(left) <= set("0123456789") or len(pages) > 1, left


FAILED = (
    '{ id = "low", name = "不及格", salary = 1_200, bonus = 12_000, promotion = "不得晋升", '
    'level = "下调一级", training = "参加岗位培训，两周内补考", '
    'text = "由部门负责人谈话，写明原因和改进的措施，下月复查，连续两次的另行安排岗位。" },'
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_grade_and_no_amount_is_broken_in_the_table_of_grades(language: str) -> None:
    files = small_site(site=f'company = "小店"\nlanguage = "{language}"\n')
    policy = files["records/policies/rules.toml"]
    low = '{ id = "low", name = "差", salary = 1_200 },'
    assert low in policy
    files["records/policies/rules.toml"] = policy.replace(low, FAILED)
    text = pdf_text(print_one(press(), of_lists(files)["hr/grades.pdf"]))
    for whole in ("不及格", "12,000.00", "1,200.00", "不得晋升", "下调一级"):
        assert whole in text
