"""A site as it stood at a commit: read from git into memory, scored and printed by the functions
that a build uses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from kpisite.core.month import Month
from kpisite.git import GitRefuses
from kpisite.history import Commit, History, Revision, is_cut_off, line_of
from kpisite.jobs import jobs_of, made_by
from kpisite.load import FindTheme, Loaded, assembled, examined, theme_in
from kpisite.outcomes.results import Result
from kpisite.pages.plan import Selection, SitePlan
from kpisite.past import past_of
from kpisite.source import RECORDS
from kpisite.verify.assistant import Assistant
from kpisite.verify.changes import Since
from kpisite.words import has_errors
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job
from kpisite.write.theme import Theme


@dataclass(frozen=True)
class State:
    """A site as it stood at a commit; `has_todays_pay` where the pay files are in no commit and
    were taken as they lie in the folder now.

    It is scored before all of it is examined: what the results show to be wrong, and what the theme
    does, can be found while the form is printed.
    """

    commit: str
    assembled: Loaded
    find_theme: FindTheme
    has_todays_pay: bool
    assistant: Assistant
    _jobs: dict[tuple[str, Revision], tuple[Job, ...]] = field(default_factory=dict)
    _printed: dict[Job, int | bytes] = field(default_factory=dict)

    @cached_property
    def theme(self) -> Theme | None:
        """Its theme, where that is one."""
        return theme_in(self.assembled.ground, self.find_theme)[0]

    @cached_property
    def loaded(self) -> Loaded:
        """The site with everything wrong in it."""
        return examined(self.assembled, self.find_theme)

    @property
    def is_sound(self) -> bool:
        """Whether a build could have been made of it."""
        return self.theme is not None and not has_errors(self.loaded.issues)

    @cached_property
    def by_address(self) -> Mapping[tuple[str, str, Month], Result]:
        """The results by appraisee, the department of a part, and month."""
        return {
            (one.appraisee_id, one.record.part or "", one.month): one
            for one in self.assembled.results
        }

    def result(self, appraisee: str, part: str, month: Month) -> Result | None:
        """The scorecard of somebody's month, or of a part of it; none where an error keeps
        the site from being scored."""
        if self.theme is None or has_errors(self.assembled.issues):
            return None
        return self.by_address.get((appraisee, part, month))

    def jobs(self, result: Result, revision: Revision) -> tuple[Job, ...]:
        """Each form of a person's month that a build would print that knew this revision of the
        record."""
        record = result.card.record.path
        key = (record, revision)
        if key not in self._jobs:
            history = History(revisions={record: revision})
            self._jobs.clear()  # the forms of one person at a time
            self._jobs[key] = tuple(self._made(result.appraisee_id, result.month, history))
        return self._jobs[key]

    def _made(self, appraisee: str, month: Month, history: History) -> Iterator[Job]:
        assert self.theme is not None
        selection = Selection(employees=frozenset({appraisee}), months=frozenset({month}))
        book = self.assembled.ground
        plan = SitePlan(self.assembled.all, selection, history=history, made_by=made_by())
        renderer = Renderer(self.theme, plan.language, book.site.model)
        for job, _ in jobs_of(plan, renderer, appraisee):
            yield job

    def begin_to_print(self, job: Job) -> Job:
        """Has the form printed, as a build would; `printed` gives its bytes."""
        assert self.theme is not None
        if job not in self._printed:
            self._printed.clear()
            stylesheet = self.theme.files["print.css"]
            self._printed[job] = self.assistant.begin("printed", stylesheet, job)
        return job

    def printed(self, job: Job) -> bytes:
        """The bytes of a form that it was begun to print."""
        held = self._printed[job]
        content: bytes = self.assistant.take(held) if isinstance(held, int) else held
        self._printed[job] = content
        return content


class Past:
    """The history of the site at `root`, each state of which is read once; `assistant` does what
    can be done meanwhile."""

    def __init__(self, root: Path, assistant: Assistant | None = None) -> None:
        self.root = root
        self.assistant = assistant or Assistant()
        self._states: dict[str, State] = {}
        self._changes: dict[str, list[Commit]] = {}

    @cached_property
    def line(self) -> list[Commit]:
        """Every commit of the line that changed the site, newest first."""
        return line_of(self.root, "")

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
        part = str(facts.get("part", ""))
        usual = f"{RECORDS}/{facts['month']}/{facts['appraisee']}{f'-{part}' if part else ''}.toml"
        if self.changes_of(usual):
            return usual
        key = (facts["appraisee"], part, Month.parse(facts["month"]))
        result = self.at(self.newest.id).result(*key)
        return usual if result is None else result.card.record.path

    def since_print(self, content: bytes, length: int) -> Since:
        """What was added to the first `length` bytes of a file."""
        assistant = self.assistant
        found: Since = assistant.take(assistant.begin("since_print", content, length))
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
        past = past_of(self.root, commit)
        loaded = assembled(lambda: past.files)
        return State(commit, loaded, past.find_theme, past.has_todays_pay, self.assistant)
