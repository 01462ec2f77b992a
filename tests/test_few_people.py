"""What a number over few people would tell of one of them is not reported, unless the form says
so."""

import re
from pathlib import Path
from typing import Any

import pytest

import kpisite.write.pdf
from kpisite.core.attachment import Attachment
from kpisite.products.jobs import made_by
from kpisite.products.print_key import job_key, salt_of
from kpisite.write.pdf import Job
from tests.marked_months import FORM, month_of, policy
from tests.sites import built, write
from tests.small_forms import form, issues, site
from tests.trees import words_of

AVERAGE = form(
    """
    [[part.indicator]]
    id = "care"
    name = "细心"
    points = 96
    method = "bands"
    bands = [{ points = "0-96" }]

    [[part.indicator]]
    id = "mean"
    name = "部门平均分"
    points = 4
    method = "department-average"
    steps = [{ from = 90, points = 4 }, { points = 2 }]
    """
)


@pytest.mark.parametrize(
    ("people", "least", "expected"),
    [
        (1, "", ["average-too-few"]),
        (2, "", ["average-too-few"] * 2),
        (3, "", []),
        (2, "least = 2\n", []),
        (3, "least = 4\n", ["average-too-few"] * 3),
    ],
)
def test_a_mean_of_two_people_tells_no_total(people: int, least: str, expected: list[str]) -> None:
    scheme = AVERAGE.replace('"department-average"\n', f'"department-average"\n{least}')
    assert issues(site(scheme, month_of(*[80] * people), policy())) == expected


SURVEY = form(
    """
    [[part.indicator]]
    id = "care"
    name = "满意"
    method = "survey"
    questions = [{ id = "q", name = "问" }]
    """
)


@pytest.mark.parametrize(
    ("replies", "least", "expected"),
    [
        (0, "", ["survey-too-few"]),
        (1, "", ["survey-too-few"]),
        (2, "", ["survey-too-few"]),
        (3, "", []),
        (1, "least = 1\n", []),
        (0, "least = 0\n", []),
    ],
)
def test_a_survey_of_few_shows_nobodys_answers(
    replies: int, least: str, expected: list[str]
) -> None:
    says = "".join(
        f'[[survey]]\nof = "care"\nby = "客户{n}"\nanswers = {{ q = 7 }}\n' for n in range(replies)
    )
    scheme = SURVEY.replace('"survey"\n', f'"survey"\n{least}')
    assert issues(site(scheme, {"A": says})) == expected


@pytest.mark.parametrize(("people", "shown"), [(1, False), (2, False), (3, True)])
def test_a_rank_among_two_is_not_shown_to_them(tmp_path: Path, people: int, shown: bool) -> None:
    marks = (90, 80, 70)[:people]
    output = built(write(site(FORM, month_of(*marks), policy()), tmp_path), "--no-pdf")
    page = words_of((output / "employees/A/2026-10.html").read_text("utf-8"))
    assert bool(re.search(r"第\s*1\s*名|1\s*/\s*3|共\s*3\s*人", page)) == shown


SHARED = """
month = "2026-10"

[[project]]
id = "one"
name = "甲"
bonus = 1_000
shares = { B = "100%" }

[[project]]
id = "two"
name = "乙"
bonus = 2_000
shares = { A = "60%", B = "40%" }
"""
SHARE_OF = '[[pay]]\nid = "share"\nname = "项目奖"\nmethod = "share-of"\nrate = "10%"\n'


def test_no_line_of_a_shared_file_tells_of_other_entries(tmp_path: Path) -> None:
    files = site(FORM, month_of(90, 80), policy(SHARE_OF), {"records/pay/2026-10.toml": SHARED})
    output = built(write(files, tmp_path), "--no-pdf")
    (place,) = output.glob("hr/*/2026-10/A.html")  # where a reader learns of files
    page = words_of(place.read_text("utf-8"))
    assert "120.00" in page
    assert re.search(r"records/pay/2026-10\.toml(?! 第)", page)
    assert not re.search(r"records/pay/2026-10\.toml\s*第", page)
    assert re.search(r"records/2026-10/A\.toml 第 \d+ 行", page)


# What a printed form is kept by.


def attachment(**changed: str) -> Attachment:
    said = {
        "name": "n",
        "mime": "m",
        "relationship": "r",
        "description": "d",
        "text": "t",
    } | changed
    return Attachment(content=said.pop("text").encode(), **said)


def job(**changed: Any) -> Job:
    said = {"key": "k", "html": "h", "title": "t", "author": "a", "language": "zh"}
    return Job(**(said | {"fingerprint": "f"} | changed))


PRINTED_FROM = ["html", "title", "author", "language", "fingerprint", "revised"]


@pytest.mark.parametrize("what", PRINTED_FROM)
def test_a_form_is_kept_by_all_that_it_is_printed_from(what: str) -> None:
    assert job_key("salt", job()) == job_key("salt", job(key="another"))
    assert job_key("salt", job()) != job_key("salt", job(**{what: "another"}))
    assert job_key("salt", job()) != job_key("pepper", job())


@pytest.mark.parametrize("what", ["name", "mime", "relationship", "description", "text"])
def test_a_form_is_kept_by_all_that_it_carries(what: str) -> None:
    carried = job_key("salt", job(attachments=(attachment(),)))
    assert carried != job_key("salt", job())
    assert carried != job_key("salt", job(attachments=(attachment(**{what: "another"}),)))


@pytest.mark.parametrize("library", ["pango", "harfbuzz"])
def test_a_form_is_not_kept_beyond_the_libraries_that_set_it(
    monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    before = salt_of("css")
    real = kpisite.write.pdf._version_of
    file, _ = kpisite.write.pdf.LIBRARIES[library]
    assert re.search(r"\d+\.\d+", real(*kpisite.write.pdf.LIBRARIES[library]))
    monkeypatch.setattr(
        kpisite.write.pdf,
        "_version_of",
        lambda name, ask: "another" if name == file else real(name, ask),
    )
    made_by.cache_clear()  # what a process has asked its libraries once
    try:
        assert salt_of("css") != before
    finally:
        made_by.cache_clear()
