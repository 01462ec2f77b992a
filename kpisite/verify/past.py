"""A site as it stood at a commit: read from git into memory, scored and printed by the functions
that a build uses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kpisite.check.ground import Ground
from kpisite.core.address import address_of
from kpisite.core.memory import gc_paused
from kpisite.core.month import Month
from kpisite.core.spread import default_workers
from kpisite.disk.cache import CACHE, RUNS, Store
from kpisite.examine.examination import Examination
from kpisite.examine.kept import NOTHING_KEPT, Kept
from kpisite.examine.load import FindTheme, theme_in
from kpisite.history.commits import Commit, History, Revision, is_cut_off, line_of
from kpisite.history.git import GitRefuses
from kpisite.outcomes.results import Result
from kpisite.pages.plan import Selection, SitePlan
from kpisite.pages.site_results import SiteResults
from kpisite.products.jobs import jobs_of, made_by
from kpisite.products.past import past_from
from kpisite.products.print_key import job_key, salt_of
from kpisite.source import RECORDS
from kpisite.verify.assistant import Assistant
from kpisite.verify.changes import Since
from kpisite.verify.prints import Prints
from kpisite.verify.report import Printing
from kpisite.words import has_errors
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job
from kpisite.write.template import ThemeError
from kpisite.write.theme import Theme


@dataclass(frozen=True, kw_only=True)
class State:
    """A site as it stood at a commit; `has_todays_pay` where the pay files are in no commit and
    were taken as they lie in the folder now.

    One person is scored, and the form printed, before everybody is: what is wrong in the results of
    others can be found meanwhile.
    """

    commit: str
    examination: Examination
    find_theme: FindTheme
    has_todays_pay: bool
    assistant: Assistant
    prints: Prints
    _people: dict[str, SiteResults] = field(default_factory=dict)
    _jobs: dict[tuple[str, Revision], tuple[Job, ...]] = field(default_factory=dict)
    _printed: "dict[Job, _Print]" = field(default_factory=dict)

    @property
    def ground(self) -> Ground:
        """Everything HR wrote but the records."""
        return self.examination.ground

    @cached_property
    def theme(self) -> Theme | None:
        """Its theme, where nothing is wrong in that.

        It is not tried on other pages: whether it shows this form is seen when it shows it.
        """
        theme, issues = theme_in(self.ground, self.find_theme)
        return None if has_errors(issues) else theme

    @cached_property
    def is_sound(self) -> bool:
        """Whether a build could have been made of its records."""
        with gc_paused():
            return self.theme is not None and not has_errors(self.examination.issues)

    def result(self, appraisee: str, qualifier: str, month: Month) -> Result | None:
        """The scorecard of somebody's month, or of what stands beside it; none where an error keeps
        the site from being scored."""
        if self.theme is None or not self.examination.is_sound:
            return None
        found = self._of(appraisee).results.values()
        key = (qualifier, month)
        return next((one for one in found if (one.qualifier or "", one.month) == key), None)

    def _of(self, appraisee: str) -> SiteResults:
        """What there is to show of one person."""
        if appraisee not in self._people:
            with gc_paused():
                self._people[appraisee] = self.examination.of_person(appraisee)
        return self._people[appraisee]

    def jobs(self, result: Result, revision: Revision) -> tuple[Job, ...] | None:
        """Each form of a person's month that a build would print that knew this revision of the
        record; None where the theme cannot show them."""
        record = result.card.record.path
        key = (record, revision)
        if key not in self._jobs:
            history = History(revisions={record: revision})
            self._jobs.clear()  # the forms of one person at a time
            try:
                self._jobs[key] = tuple(self._made(result.appraisee_id, result.month, history))
            except ThemeError:
                return None
        return self._jobs[key]

    def _made(self, appraisee: str, month: Month, history: History) -> Iterator[Job]:
        assert self.theme is not None
        selection = Selection(employees=frozenset({appraisee}), months=frozenset({month}))
        plan = SitePlan(self._of(appraisee), selection, history=history, made_by=made_by())
        renderer = Renderer(self.theme, plan.language, self.ground.site.model)
        for job, _ in jobs_of(plan, renderer, appraisee):
            yield job

    def begin_to_print(self, job: Job, form: bytes) -> Job:
        """Has a job printed as a build would, unless it is known that this gives what the form
        begins with; `printed` gives the bytes."""
        held = self._printed.get(job)
        if held is None or not held.serves(form):
            self._printed.clear()
            key = job_key(self._salt, job)
            kept = self.prints.found(key, form)
            if kept is not None:
                self._printed[job] = _Print(key, Printing.KEPT, content=kept)
            else:
                ticket = self.assistant.begin("printed", self._stylesheet, job)
                self._printed[job] = _Print(key, Printing.ANEW, ticket=ticket)
        return job

    def printed(self, job: Job) -> tuple[bytes, Printing]:
        """The bytes of a job that it was begun to print, and where they are from."""
        held = self._printed[job]
        content: bytes | None = held.content
        if content is None:
            content = self.assistant.take(held.ticket)
            assert content is not None
            self.prints.keep(held.key, content)
            self._printed[job] = replace(held, content=content)
        return content, held.printing

    @property
    def _stylesheet(self) -> str:
        assert self.theme is not None
        return self.theme.files["print.css"]

    @cached_property
    def _salt(self) -> str:
        return salt_of(self._stylesheet)


@dataclass(frozen=True, slots=True)
class _Print:
    """A print under its key: what was kept, or what a ticket of the assistant's gives."""

    key: str
    printing: Printing
    ticket: int = -1
    content: bytes | None = None

    def serves(self, form: bytes) -> bool:
        """Whether a form may be held against it: what was kept never speaks against one."""
        return self.printing is Printing.ANEW or form.startswith(self.content or b"")


class Past:
    """The history of the site at `root`, each state of which is read once; `assistant` does what
    can be done meanwhile, and `prints` has what need not be printed."""

    def __init__(
        self, root: Path, assistant: Assistant | None = None, prints: Prints | None = None
    ) -> None:
        self.root = root
        self.assistant = assistant or Assistant()
        self._prints = prints or Prints(root)
        self._states: dict[str, State] = {}
        self._changes: dict[str, list[Commit]] = {}

    @cached_property
    def line(self) -> list[Commit]:
        """Every commit of the line that changed the site, newest first."""
        line: list[Commit] = self.assistant.answer("line", self.root)
        return line

    @cached_property
    def issue(self) -> str:
        """Why there is no past: a code, or nothing."""
        try:
            if not self.line:
                return "shallow" if self.is_cut_off else "no-repository"
            return ""
        except GitRefuses as refusal:
            return refusal.code

    @cached_property
    def is_cut_off(self) -> bool:
        """Whether older history is left out (a shallow clone)."""
        return is_cut_off(self.root)

    @property
    def newest(self) -> Commit:
        """The commit that changed the site last."""
        return self.line[0]

    def record_path(self, facts: Mapping[str, Any]) -> str:
        """Where the record of a form stands in the site: under the usual name, or the one it now
        has."""
        qualifier = str(facts.get("part", ""))
        address = address_of(facts["appraisee"], qualifier)
        usual = f"{RECORDS}/{facts['month']}/{address}.toml"
        if self.changes_of(usual):
            return usual
        key = (facts["appraisee"], qualifier, Month.parse(facts["month"]))
        result = self.at(self.newest.id).result(*key)
        return usual if result is None else result.card.record.path

    def since_print(self, content: bytes, length: int) -> Since:
        """What was added to the first `length` bytes of a file."""
        found: Since = self.assistant.answer("since_print", content, length)
        return found

    def changes_of(self, path: str) -> list[Commit]:
        """The commits of the line that changed a file, newest first."""
        if path not in self._changes:
            self._changes[path] = line_of(self.root, "", (path,))
        return self._changes[path]

    def at(self, commit: str) -> State:
        """The site as it stood at a commit."""
        if commit not in self._states:
            self._states[commit] = self._read(commit)
        return self._states[commit]

    def _read(self, commit: str) -> State:
        is_newest = commit == self.newest.id
        tree = self.assistant.answer("tree", self.root, *([] if is_newest else [commit]))
        past = past_from(self.root, commit, tree)
        examination = Examination(past.files, self._code, self._kept, default_workers())
        return State(
            commit=commit,
            examination=examination,
            find_theme=past.find_theme,
            has_todays_pay=past.has_todays_pay,
            assistant=self.assistant,
            prints=self._prints,
        )

    @cached_property
    def _kept(self) -> Kept:
        """What the last run of this user's found in the folder, which is kept by what the files
        say: it holds for every state in which they say the same."""
        store = Store(self.root, RUNS)
        is_there = (self.root / CACHE / RUNS).is_file() and store.is_authentic
        return Kept(store, only_read=True) if is_there else NOTHING_KEPT

    @cached_property
    def _code(self) -> str:
        return str(self.assistant.answer("program")) if self._kept.is_there else ""
