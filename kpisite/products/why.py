"""Why a file of the output was made again: which of all that it rests on is another than before.

A build keeps a digest of everything that it was made of.  The next one holds its own against these.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpisite.core.address import is_record
from kpisite.examine.inputs import Inputs
from kpisite.products.standing import Standing
from kpisite.products.stands import Stands

#: So many files are named.
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Reason:
    """A word of the catalogue, and the files that it is about."""

    word: str
    paths: tuple[str, ...] = ()
    more: int = 0


def reasons(
    place: str,
    stands: Stands,
    standing: Standing,
    rests_on: Mapping[str, str],
    inputs: Inputs,
    paths_of: Callable[[str], Sequence[str]],
) -> tuple[Reason, ...]:
    """Why the file at `place` under the output folder was made, or was not; everybody was looked
    at.

    `rests_on` are the digests of what every page rests on, `inputs` the files of the site, and
    `paths_of` gives the paths of a person's records.
    """
    before = stands.before
    if not place:
        return ()
    if before is None:
        return (Reason("why-first"),)
    there = standing.before.items()
    name = next((name for name, one in there if place in (stands.files_of({name: one}) or ())), "")
    now = {share.name: share for share in standing.shares}
    if name not in now:
        return (Reason("why-besides" if place in stands.besides else "why-new"),)
    if name in standing.clean:
        return (Reason("why-same"),)
    found = [
        Reason(f"why-{part}") for part, one in rests_on.items() if before.rests_on.get(part) != one
    ]
    inputs_before = stands.inputs
    changed = set(_changed(inputs_before, inputs.all)) if inputs_before is not None else set[str]()
    records = {path for path in changed if is_record(path)}
    own = set(paths_of(now[name].person))
    for word, paths in (
        ("why-ground", set(changed) - records),
        ("why-own", records & own),
        ("why-others" if now[name].person else "why-records", records - own),
    ):
        if paths:
            found.append(_named(word, paths))
    return tuple(found) or (Reason("why-else"),)


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What has another digest than before, or none any more."""
    return [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]


def _named(word: str, paths: Iterable[str]) -> Reason:
    ordered = sorted(paths)
    return Reason(word, tuple(ordered[:MOST_NAMED]), max(0, len(ordered) - MOST_NAMED))
