"""A department's month in one file: the list of it as a cover, then each form, with bookmarks."""

from collections.abc import Iterator

from kpisite.cache import FormCache
from kpisite.core.month import Month
from kpisite.history import History
from kpisite.jobs import jobs_of, made_by
from kpisite.load import Loaded
from kpisite.pages.department import SUMMARY
from kpisite.pages.plan import Selection, SitePlan
from kpisite.printing import job_key, lists_of, salt_of
from kpisite.words import month_in_words, page_words
from kpisite.write.archival import Finish
from kpisite.write.bundle import bundled
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
    plan = SitePlan(loaded.all, selection, history=history, made_by=made_by())
    company = loaded.ground.site.model.company.say(plan.language)
    jobs = list(_jobs(plan, Renderer(theme, plan.language, loaded.ground.site.model)))
    if not jobs:
        return None
    name = loaded.ground.department_by_id[department].name.say(plan.language)
    title = f"{name} · {month_in_words(month, plan.language)}"
    printed = _printed(jobs, theme, store, workers)
    language = page_words(plan.language)["lang"]
    finish = Finish(title=title, author=company, language=language)
    return bundled([(job.title, printed[job.key]) for job in jobs], finish)


def _jobs(plan: SitePlan, renderer: Renderer) -> Iterator[Job]:
    """The list that is the cover, then the forms."""
    for job, places in lists_of(plan, renderer):
        if any(place.endswith(f"/{SUMMARY}") for place in places):
            yield job
    for employee in plan.by_employee:
        for job, _ in jobs_of(plan, renderer, employee):
            yield job


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
