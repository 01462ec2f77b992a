"""Which entries of which files say something else in one state of a site than in another."""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from kpisite.check.ground import Ground
from kpisite.core.address import is_record, month_of
from kpisite.core.digest import digest
from kpisite.core.issue import Keys
from kpisite.core.month import Month
from kpisite.edit.change import PAY
from kpisite.examine.load import Loaded
from kpisite.history.authors import as_text, leaves, paired
from kpisite.read.file import File
from kpisite.read.site import read_file
from kpisite.words import page_words

#: By which a scorecard is the same in both states: whose, of which month, in which former
#: post or on which one-off form.
Identity = tuple[str, str, str]
#: Entries that say whose a record is, and which warnings are accepted: no figure hangs on them.
NO_FIGURES = ("accept",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a record that says something else; `before` or `after` is None where there is
    none."""

    keys: Keys
    label: str
    before: str | None
    after: str | None


Data = Mapping[str, Any]
Pair = tuple[Data | None, Data | None]


def records_that_differ(before: Loaded, after: Loaded) -> dict[Identity, Pair]:
    """The records of which the bytes differ, as data, before and after."""
    old, new = before.examination.inputs, after.examination.inputs
    differ = [
        path
        for path in old.records.keys() | new.records.keys()
        if path not in old.records
        or path not in new.records
        or old.records[path].digest != new.records[path].digest
    ]
    read = [
        {_identity(path, data): data for path in differ if (data := _data(files.get(path)))}
        for files in (old.records, new.records)
    ]
    return {one: (read[0].get(one), read[1].get(one)) for one in read[0].keys() | read[1].keys()}


def _data(file: File | None) -> Data | None:
    document = None if file is None else read_file(file)[0]
    return None if document is None else document.data


def _identity(path: str, data: Data) -> Identity:
    named, _, qualifier = PurePosixPath(path).stem.partition("@")
    whose = data.get("employee", data.get("department")) or named
    return str(whose), month_of(path), str(data.get("part", qualifier))


def entries_that_differ(
    before: Data | None, after: Data | None, ground: Ground, identity: Identity
) -> Iterator[Entry]:
    """The entries of a record that say something else; of one that is new or gone, none, for all
    of them are."""
    if before is None or after is None:
        return
    met = set()
    for keys, old_keys, is_same in paired(before, after):
        met.add(old_keys)
        if not is_same and keys[0] not in NO_FIGURES:
            was = None if old_keys is None else as_text(_at(before, old_keys))
            yield _entry(keys, was, as_text(_at(after, keys)), ground, identity, after)
    for keys, value in leaves(before):
        if keys not in met and keys[0] not in NO_FIGURES:
            yield _entry(keys, as_text(value), None, ground, identity, before)


def _at(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data[key]
    return data


def _entry(
    keys: Keys,
    before: str | None,
    after: str | None,
    ground: Ground,
    identity: Identity,
    data: Data,
) -> Entry:
    return Entry(
        keys=keys, label=_label(keys, ground, identity, data), before=before, after=after
    )  # fmt: skip


def _label(keys: Keys, ground: Ground, identity: Identity, data: Data) -> str:
    """The entry as the form calls it, as far as the form is known."""
    language = ground.site.model.language
    said = [str(key) for key in keys]
    filed = ground.staff.get(identity[0])
    post = None if filed is None else filed.model.post_in(Month.parse(identity[1]))
    id = data.get("scheme") or (None if post is None else post.scheme)
    scheme = None if not isinstance(id, str) else ground.scheme(id, Month.parse(identity[1]))
    if scheme is not None and keys[0] == "marks" and len(keys) > 1:
        indicator = scheme.model.indicators.get(str(keys[1]))
        if indicator is not None:
            said[1] = indicator.name.say(language)
        if len(keys) > 2 and str(keys[2]) in scheme.model.raters:
            said[2] = scheme.model.rater_name(str(keys[2])).say(language)
        return page_words(language)["dot"].join(said[1:])
    return ".".join(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A file besides the records that says something else: its path, and what tells what it said
    and says from anything else, as it may be shown, and with pay in it."""

    path: str
    open: str
    with_pay: str


def rules_that_differ(before: Loaded, after: Loaded) -> Iterator[Rule]:
    """The files besides the records that say something else.

    Of a pay file a bare digest would let anybody try amounts on it: what may be shown is made with
    the key that seals wages, and where there is none it is no more than the path.
    """
    old, new = before.examination.inputs, after.examination.inputs
    key = after.ground.seal_key or before.ground.seal_key
    for path in sorted(old.all.keys() | new.all.keys()):
        if is_record(path) or old.all.get(path) == new.all.get(path):
            continue
        files = [inputs.ground.get(path) for inputs in (old, new)]
        said = [_data(one) for one in files]
        if said[0] is None or said[1] is None or _differs(said[0], said[1]):
            whole = repr([old.all.get(path), new.all.get(path)])
            if all(one is not None for one in said):
                whole = content_of(*said)
            shown = whole
            if path.startswith(PAY):
                shown = "" if key is None else hmac.digest(key, whole.encode(), "sha256").hex()
            yield Rule(path=path, open=digest(path, shown), with_pay=digest(path, whole))


def content_of(*said: Data | None) -> str:
    """What tells data from any other, however they are written and ordered."""
    return digest(*("" if one is None else repr(sorted(map(repr, leaves(one)))) for one in said))


def _differs(before: Data, after: Data) -> bool:
    return dict(leaves(before)) != dict(leaves(after))
