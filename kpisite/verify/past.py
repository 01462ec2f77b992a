"""The history of a site as verifying looks at it: its commits, its states, and what is known of
them.

What scores and prints a state is imported when one is to be scored.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kpisite.core.address import address_of
from kpisite.core.month import Month
from kpisite.history.commits import Commit, is_cut_off, line_of
from kpisite.history.git import GitRefuses
from kpisite.products.past import has_pay, past_from, pay_of
from kpisite.products.state import state_of
from kpisite.read.file import File
from kpisite.source import RECORDS, is_read
from kpisite.verify.assistant import Assistant
from kpisite.verify.changes import Since
from kpisite.verify.prints import Prints

if TYPE_CHECKING:
    from kpisite.examine.kept import Kept
    from kpisite.verify.state import State


class Known(NamedTuple):
    """A print that a state of the site is known to give; `has_todays_pay` as a `State` says it."""

    content: bytes
    has_todays_pay: bool


class Past:
    """The history of the site at `root`, each state of which is read once; `assistant` does what
    can be done meanwhile, and `prints` has what need not be printed."""

    def __init__(
        self, root: Path, assistant: Assistant | None = None, prints: Prints | None = None
    ) -> None:
        self.root = root
        self.assistant = assistant or Assistant()
        self.prints = prints or Prints(root)
        self._states: dict[str, State] = {}
        self._names: dict[str, tuple[str, bool]] = {}
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

    def at(self, commit: str) -> "State":
        """The site as it stood at a commit."""
        if commit not in self._states:
            self._states[commit] = self._read(commit)
        return self._states[commit]

    def _read(self, commit: str) -> "State":
        from kpisite.verify.state import state_of_site

        tree = self.assistant.answer("tree", self.root, *self._at(commit))
        past = past_from(commit, tree, () if has_pay(tree) else self._todays_pay)
        return state_of_site(past, self._kept, self.assistant, self.prints)

    @cached_property
    def _todays_pay(self) -> list[File]:
        """The pay files as they lie in the folder, read once: what is scored is what is named."""
        return pay_of(self.root)

    def _at(self, commit: str) -> tuple[str, ...]:
        """A commit as the assistant is asked about it: the newest was begun with unnamed."""
        return () if commit == self.newest.id else (commit,)

    @cached_property
    def _kept(self) -> "Kept":
        from kpisite.verify.state import kept_in

        return kept_in(self.root)

    def known(self, commit: str, form: bytes) -> "Known | None":
        """The print that a form begins with, where it is known that the state of the site at a
        commit gives it."""
        if not self.prints.may_have(form):
            return None
        name, has_todays_pay = self._name_of(commit)
        content = self.prints.of_state(name, form)
        return None if content is None else Known(content, has_todays_pay)

    def keep(self, commit: str, key: str) -> None:
        """Keeps that the state at a commit gives what is printed under `key`."""
        self.prints.keep_of_state(self._name_of(commit)[0], key)

    def _name_of(self, commit: str) -> tuple[str, bool]:
        """By what the state at a commit is known, and whether it has the pay files of today."""
        if commit not in self._names:
            ids = dict(self.assistant.answer("ids", self.root, *self._at(commit)))
            todays = () if has_pay(ids) else self._todays_pay
            files = {path: id for path, id in ids.items() if is_read(path)}
            files |= {one.path: one.git_id for one in todays}
            name = state_of(self.assistant.answer("program"), files)
            self._names[commit] = name, bool(todays)
        return self._names[commit]
