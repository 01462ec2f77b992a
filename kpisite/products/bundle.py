"""A department's month in one file: the list of it as a cover, which says on which page each form
begins, then the forms, with bookmarks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kpisite.core.month import Month
from kpisite.disk.cache import FormCache
from kpisite.examine.load import Loaded
from kpisite.history.commits import History
from kpisite.pages.attachments import stating_nothing
from kpisite.pages.department import SUMMARY
from kpisite.pages.page import PrintedList
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.selection import Selection
from kpisite.products.jobs import jobs_of, made_by, merged
from kpisite.products.print_key import job_key, salt_of
from kpisite.products.printing import list_job, printed_lists
from kpisite.words import month_in_words, page_words
from kpisite.write.archival import Finish
from kpisite.write.bundle import bundled, pages_in
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job
from kpisite.write.theme import Theme
from kpisite.write.workers import print_all


def bundle_of(
    loaded: Loaded,
    theme: Theme,
    department: str,
    month: Month,
    audience: str,
    *,
    history: History,
    store: FormCache,
    workers: int,
) -> bytes | None:
    """The forms of a department's month as an audience reads them, in the order of ids; None
    where there is none.  What the last build printed is taken from `store`."""
    selection = Selection(
        months=frozenset([month]),
        departments=frozenset([department]),
        audiences=frozenset([audience]),
    )
    plan = PagePlan(loaded.all, selection, history=history, made_by=made_by())
    company = loaded.ground.site.model.company.say(plan.language)
    renderer = Renderer(theme, plan.language, loaded.ground.site.model)
    forms, names = _forms(plan, renderer)
    if not forms:
        return None
    name = loaded.ground.department_by_id[department].name.say(plan.language)
    title = f"{name} · {month_in_words(month, plan.language)}"
    printed = _printed(forms, theme, store, workers)
    covers = list(_covers(plan))
    taken, lists = -1, list[Job]()
    while taken != (found := sum(pages_in(printed[one.key]) for one in lists)):
        taken = found  # so many pages does the cover take, which come before the first form
        numbers = dict(zip(names, _begins(taken, [printed[one.key] for one in forms]), strict=True))
        lists = list(_lists(plan, renderer, covers, numbers))
        printed |= _printed(lists, theme, store, workers)
    finish = Finish(
        title=title,
        author=company,
        language=page_words(plan.language)["lang"],
        attachments=(stating_nothing("bundle", company, title, plan.language),),
    )
    return bundled([(one.title, printed[one.key]) for one in (*lists, *forms)], finish)


def _forms(plan: PagePlan, renderer: Renderer) -> tuple[list[Job], list[str]]:
    """The forms in order, and what each file is called in its folder."""
    found = [one for id in plan.employees for one in jobs_of(plan, renderer, id)]
    return [job for job, _ in found], [places[0].rpartition("/")[2] for _, places in found]


def _covers(plan: PagePlan) -> Iterator[PrintedList]:
    """The lists that are the cover."""
    return (one for one in printed_lists(plan) if one.path.endswith(f"/{SUMMARY}"))


def _lists(
    plan: PagePlan, renderer: Renderer, covers: Sequence[PrintedList], numbers: Mapping[str, int]
) -> Iterator[Job]:
    """The cover to print, on which it says on which page of the bundle each form begins."""
    pages = [replace(one, facts={**one.facts, "pages": numbers}) for one in covers]
    for job, _ in merged((list_job(plan, renderer, one), [one.place]) for one in pages):
        yield job


def _begins(taken: int, forms: Iterable[bytes]) -> Iterator[int]:
    """The page on which each form begins, after so many that are taken."""
    at = taken + 1
    for form in forms:
        yield at
        at += pages_in(form)


def _printed(jobs: list[Job], theme: Theme, store: FormCache, workers: int) -> dict[str, bytes]:
    """Each job's page by the job's own key, printed where the store has it no longer."""
    stylesheet = theme.files["print.css"]
    salt = salt_of(stylesheet)
    keys = {job.key: job_key(salt, job) for job in jobs}
    printed = {}
    missing = []
    for job in jobs:
        kept = store.get(keys[job.key])
        if kept is None:
            missing.append(job)
        else:
            printed[job.key] = kept
    for key, content in print_all(missing, stylesheet=stylesheet, workers=workers):
        store.put(keys[key], content)
        printed[key] = content
    return printed
