"""A file as it is to be: made from what stands there, shown as a diff, written whole or not at all.

`Edit` is one step: a value to put, an element to add, or what is to go.  What a file says
afterwards is read again and held against what was to be said, so that no mistake of ours can write
another number than was asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from pathlib import Path
from typing import Any

from kpisite.core.issue import Issue, Keys
from kpisite.disk.files import PRIVATE_FILE, delete, save_in_site
from kpisite.edit.text import add, drop, put
from kpisite.edit.written import Value
from kpisite.read.parse import read_document

_MARK = b"\xef\xbb\xbf"

#: What people earn: a new file is for its owner alone.
PAY = "records/pay/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A value to stand at `keys`; where it `is_new`, an element more in the list there, and where
    it `is_gone`, nothing any more."""

    keys: Keys
    value: Value = ""
    is_new: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file of the site by its path: its bytes as they are, None where it is not there, and as
    they are to be."""

    path: str
    before: bytes | None
    after: bytes

    @property
    def is_any(self) -> bool:
        """Whether a byte of the file changes."""
        return self.before != self.after

    def diff(self) -> str:
        """What changes, as `diff -u` shows it."""
        old = [] if self.before is None else _shown(self.before)
        name = "/dev/null" if self.before is None else f"a/{self.path}"
        return "".join(unified_diff(old, _shown(self.after), name, f"b/{self.path}"))


class CannotEdit(ValueError):
    """A file that has faults in reading, which are its issues, or is written in a way that the
    program cannot follow: it is left as it stands."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(issues)
        self.issues = tuple(issues)


def edited(
    path: str, before: bytes | None, edits: Iterable[Edit], order: Sequence[str] = ()
) -> Change:
    """The file with all `edits` done; CannotEdit where it has faults in reading.

    `order` are the names at the top of the file in the order in which tables of theirs stand.
    """
    document, issues = read_document(path, before or b"")
    if document is None or issues:
        raise CannotEdit(issues)
    text, data, edits = document.text, deepcopy(dict(document.data)), tuple(edits)
    for edit in edits:
        if edit.is_gone:
            text = drop(text, edit.keys)
        elif isinstance(edit.value, Mapping) and edit.is_new:
            text = add(text, edit.keys, edit.value, order)
        else:
            text = put(text, edit.keys, edit.value, order)
        _do(data, edit)
    after = before if text == document.text and before is not None else _as_before(text, before)
    _hold_against(path, after, data, has_gone=any(one.is_gone for one in edits))
    return Change(path=path, before=before, after=after)


def _do(data: Any, edit: Edit) -> None:
    """The edit on plain data, in place."""
    if edit.is_gone:
        _at(data, edit.keys[:-1]).pop(edit.keys[-1])
        return
    for key, following in zip(edit.keys, edit.keys[1:], strict=False):
        if isinstance(data, dict):
            data.setdefault(key, [] if isinstance(following, int) else {})
        data = data[key]
    if edit.is_new:
        data.setdefault(edit.keys[-1], []).append(edit.value)
    else:
        data[edit.keys[-1]] = edit.value


def _at(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data[key]
    return data


def _hold_against(path: str, content: bytes, data: Mapping[str, Any], *, has_gone: bool) -> None:
    """CannotEdit where the file would not say what it is to say."""
    document, issues = read_document(path, content)
    said = _filled if has_gone else _plain
    if document is None or issues or said(document.data) != said(_plain(data)):
        raise CannotEdit(())


def _filled(value: Any) -> Any:
    """The value without tables and lists that have nothing in them: what is left of one whose last
    entry went may stand there or not."""
    if isinstance(value, Mapping):
        return {key: inner for key, one in value.items() if (inner := _filled(one)) not in ({}, [])}
    return [_filled(one) for one in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """The value in the types in which a file is read."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _as_before(text: str, before: bytes | None) -> bytes:
    """The text with the mark, the line ends and the end of the file that were there before."""
    if before is None:
        return text.encode()
    mark = _MARK if before.startswith(_MARK) else b""
    old = _by_line_feed(before.removeprefix(_MARK).decode())
    bare = [one.rstrip("\r\n") for one in old]
    usual = "\r\n" if 2 * before.count(b"\r\n") > before.count(b"\n") else "\n"
    if old and not old[-1].endswith("\n"):
        text = text.removesuffix("\n")
    lines, new = text.split("\n"), list[str]()
    matcher = SequenceMatcher(None, bare, lines, autojunk=False)
    for tag, first, _, start, end in matcher.get_opcodes():
        for number in range(start, end):
            same = old[first + number - start] if tag == "equal" else ""
            ending = same.removeprefix(same.rstrip("\r\n")) or usual
            new.append(lines[number] + (ending if number < len(lines) - 1 else ""))
    return mark + "".join(new).encode()


def _by_line_feed(text: str) -> list[str]:
    """The lines with their ends, cut where TOML cuts them and nowhere else."""
    lines = text.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *([lines[-1]] if lines[-1] else [])]


def _shown(content: bytes) -> list[str]:
    """The lines as a diff prints them, the last one ended."""
    text = content.removeprefix(_MARK).decode().replace("\r\n", "\n")
    return _by_line_feed(text if text.endswith("\n") else f"{text}\n") if text else []


def write(root: Path, changes: Iterable[Change]) -> None:
    """Writes every file that changes, or none: where one cannot be written, those that were are put
    back as they stood."""
    done: list[Change] = []
    try:
        for change in changes:
            if change.is_any:
                is_new = change.before is None
                mode = PRIVATE_FILE if is_new and change.path.startswith(PAY) else None
                save_in_site(root, change.path, change.after, over=not is_new, mode=mode)
                done.append(change)
    except OSError:
        for change in reversed(done):
            if change.before is None:
                delete(root / change.path)
            else:
                save_in_site(root, change.path, change.before, over=True)
        raise
