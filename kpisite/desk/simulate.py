"""Past months under other rules: the site's files with schemes and policies put in the place of all
versions that held before."""

from collections.abc import Iterable
from dataclasses import dataclass

from kpisite.check.kinds import kind_of
from kpisite.edit.text import put
from kpisite.read.file import File
from kpisite.read.site import read_file

FOLDERS = {"scheme": "records/schemes", "policy": "records/policies"}
#: A month before all others, from which a rule holds that is tried.
FIRST = "1000-01"


@dataclass(frozen=True, slots=True)
class NoRule(Exception):
    """A file that is neither a scheme nor a policy, or cannot be read."""

    path: str


def replayed(files: Iterable[File], rules: Iterable[File]) -> list[File]:
    """The files of a site in which each of `rules` holds from the first month on."""
    found = {file.path: file for file in files}
    for rule in rules:
        kind, id, text = _read(rule)
        folder = FOLDERS[kind]
        versions = [path for path in found if _is_version(path, folder, id)]
        for path in versions:
            del found[path]
        tried = put(text, ("from",), FIRST)
        found[f"{folder}/{id}.toml"] = File(f"{folder}/{id}.toml", tried.encode())
    return [found[path] for path in sorted(found)]


def _is_version(path: str, folder: str, id: str) -> bool:
    return path == f"{folder}/{id}.toml" or path.startswith(f"{folder}/{id}@")


def _read(rule: File) -> tuple[str, str, str]:
    """Which kind of rule it is, its id, and its text."""
    document, issues = read_file(rule)
    kind = kind_of(rule.path)
    id = None if document is None else document.data.get("id")
    if document is None or not isinstance(id, str) or issues:
        raise NoRule(rule.path)
    if kind is not None and kind.name in FOLDERS:
        return kind.name, id, document.text
    if "part" in document.data:
        return "scheme", id, document.text
    if "schemes" in document.data:
        return "policy", id, document.text
    raise NoRule(rule.path)


def is_rule(path: str) -> bool:
    """Whether a scheme or a policy stands at a path."""
    kind = kind_of(path)
    return kind is not None and kind.name in FOLDERS
