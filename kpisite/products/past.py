"""The site as it stood at a commit, read from git into memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpisite.history.commits import commit_of, is_cut_off
from kpisite.history.git import GitRefuses
from kpisite.history.states import site_at
from kpisite.read.file import LARGEST_FILE, File
from kpisite.source import RECORDS, files_in, scan, theme_files_in

if TYPE_CHECKING:
    from kpisite.examine.load import FindTheme

#: Pay may be kept in a repository of its own, which this one does not know.
PAY = f"{RECORDS}/pay/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The files of a site at `commit`; `has_todays_pay` where the pay files are in no commit, and
    were taken as they lie in the folder now."""

    commit: str
    files: list[File]
    find_theme: "FindTheme"
    has_todays_pay: bool


def past_of(root: Path, commit: str) -> Past:
    """The site at `root` as it stood at a commit."""
    tree = site_at(root, commit, largest=LARGEST_FILE)
    return past_from(commit, tree, () if has_pay(tree) else pay_of(root))


def past_from(commit: str, tree: Mapping[str, bytes | None], todays: Sequence[File]) -> Past:
    """The same where its files of then were read, and today's pay files where it has none."""
    files = files_in(tree)
    return Past(
        commit=commit,
        files=sorted([*files, *todays], key=lambda one: one.path),
        find_theme=lambda name: theme_files_in(tree, name),
        has_todays_pay=bool(todays),
    )


def has_pay(paths: Iterable[str]) -> bool:
    """Whether pay files are among the files of a commit."""
    return any(path.startswith(PAY) for path in paths)


def pay_of(root: Path) -> list[File]:
    """The pay files as they lie in the folder now."""
    return [one for one in scan(root) if one.path.startswith(PAY)]


def commit_named(root: Path, revision: str) -> str:
    """The commit that `revision` names; GitRefuses with `no-revision`, or with `revision-cut-off`
    where it may lie in what a shallow clone leaves out."""
    try:
        return commit_of(root, revision)
    except GitRefuses as refusal:
        if refusal.code == "no-revision" and is_cut_off(root):
            raise GitRefuses("revision-cut-off", revision) from None
        raise
