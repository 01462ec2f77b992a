"""Every key about a person, and some of each kind of rule, is changed, one after another: no tree
changes of those who may not see.

A printed form is compared by all that it is printed from, which is all that its bytes depend on.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from kpisite.examine.load import Loaded, examine_files, theme_in
from kpisite.language.base import Model
from kpisite.language.month_file import MonthFile
from kpisite.language.project import MonthPay
from kpisite.language.record import Record
from kpisite.language.staff import Employee, Pay
from kpisite.pages.audience import AUDIENCES, Audience
from kpisite.pages.page import Page
from kpisite.pages.page_plan import PagePlan
from kpisite.products.jobs import jobs_of
from kpisite.products.printing import lists_of
from kpisite.products.trees import renderer_of
from kpisite.products.work import bytes_of
from kpisite.read.file import File
from kpisite.words import severity_of
from kpisite.write.html import Renderer
from tests.canary_site import CHANGES, OTHERWISE, RULES, Change, files
from tests.sites import built, pages_of, plan_of, write
from tests.small_forms import Files
from tests.trees import trees as folders
from tests.trees import whole

#: A word that stands nowhere else.
WORD = re.compile("[\u4e00-\u9fff]+")


@cache
def base() -> Files:
    return files()


def loaded(site: Files) -> Loaded:
    found = examine_files(
        lambda: [File(path, text.encode()) for path, text in site.items()], lambda _: None
    )
    errors = [one for one in found.issues if severity_of(one.code) == "error"]
    assert not errors, errors
    return found


@cache
def renderer() -> Renderer:
    """The templates, made ready once for all changes."""
    found = loaded(base())
    theme, _ = theme_in(found.book, lambda _: None)
    assert theme is not None
    return renderer_of(found, theme)


def trees(site: Files) -> tuple[Mapping[str, Audience], Mapping[str, str]]:
    """The audience of each tree, and a digest of all that is written and printed in it."""
    found = loaded(site)
    plan = plan_of(found.book, found.results)
    held: defaultdict[str, list[str]] = defaultdict(list)
    for page in pages_of(plan):
        content = bytes_of(renderer(), page)
        if content is not None:
            digest = hashlib.sha256(content).hexdigest()
            held[page.audience.folder].append(f"{page.path} {digest}")
    for job, places in printed(plan):
        for place in places:
            tree = next(one.folder for one in plan.audiences if place.startswith(f"{one.folder}/"))
            held[tree].append(f"{place} {job}")
    digests = {
        tree: hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()
        for tree, said in held.items()
    }
    return {one.folder: one for one in plan.audiences}, digests


def printed(plan: PagePlan) -> Iterator[tuple[str, list[str]]]:
    """All that a printed file is made of, but its name, with the places that it goes to."""
    jobs = [*lists_of(plan, renderer())]
    for employee in plan.employees:
        jobs += jobs_of(plan, renderer(), employee)
    for job, places in jobs:
        yield repr(astuple(job)[1:]), places


@cache
def before() -> tuple[Mapping[str, Audience], Mapping[str, str]]:
    return trees(base())


@pytest.mark.parametrize("change", (*CHANGES, *RULES), ids=lambda one: f"{one.key}: {one.new}")
def test_a_change_is_in_the_trees_of_those_alone_who_may_see_it(change: Change) -> None:
    text = base()[change.path]
    assert text.count(change.old) == 1, (change.old, text)
    audiences, was = before()
    _, now = trees({**base(), change.path: text.replace(change.old, change.new)})
    assert set(now) == set(was)
    changed = {tree for tree in was if now[tree] != was[tree]}
    may = {tree for tree, one in audiences.items() if change.may(one)}
    assert changed == may


def test_no_file_of_a_tree_holds_a_word_that_its_reader_may_not_see(tmp_path: Path) -> None:
    output = built(write(base(), tmp_path))
    audiences, _ = before()
    assert set(folders(output)) == set(audiences)
    words = [change for change in (*CHANGES, *RULES) if WORD.fullmatch(change.old)]
    assert len(words) > 20
    for tree, place in folders(output).items():
        text = "".join(whole(place).split())
        assert "打卡一" not in text, (
            tree
        )  # from which table an event was imported is for HR's files
        for change in words:
            if change.may(audiences[tree]):
                assert change.old in text, (change.key, tree)
            else:
                assert change.old not in text, (change.key, tree)


def test_a_page_is_the_same_whatever_was_set_before_it() -> None:
    found = loaded(base())
    plan = plan_of(found.book, found.results)
    pages = list(pages_of(plan))
    once = {page.place: bytes_of(renderer(), page) for page in pages}
    again = {page.place: bytes_of(renderer(), page) for page in reversed(pages)}
    apart = {page.place: bytes_of(renderer(), page) for page in sorted(pages, key=_backwards)}
    assert once == again == apart


def _backwards(page: Page) -> str:
    return page.path[::-1]


def test_the_audiences_are_of_every_kind() -> None:
    audiences, _ = before()
    kinds = {one.kind for one in audiences.values()}
    assert set(AUDIENCES) < kinds
    assert len(kinds - set(AUDIENCES)) == 7


def keys_of(model: type[Model]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield f"{model.__name__}.{field.alias or name}"


def models_of_people() -> set[type[Model]]:
    """The models of the files about people, and those in their fields."""
    seen: set[type[Model]] = set()
    ahead: list[Any] = [Record, MonthFile, MonthPay, Employee, Pay]
    while ahead:
        one = ahead.pop()
        if isinstance(one, type) and issubclass(one, Model) and one not in seen:
            seen.add(one)
            ahead += [field.annotation for field in one.model_fields.values()]
        ahead += get_args(one)
    return seen


def test_no_key_about_a_person_is_left_out() -> None:
    keys = {key for model in models_of_people() for key in keys_of(model)}
    changed = {change.key for change in CHANGES}
    assert changed | OTHERWISE >= keys
    assert changed <= keys and keys >= OTHERWISE and not changed & OTHERWISE
