"""From what was found in a site to the folder that readers see.

All pages come in shares, each with a key of all that it rests on.  What is already in the folder
under the same key is left as it is; the rest is made, by several processes where it is much, and
put in place: a few files where they stand, much as a whole new folder.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from kpisite.archive.published import publish_signed
from kpisite.core.digest import digest
from kpisite.core.memory import gc_paused, gc_resumed, heap_set_aside
from kpisite.disk.cache import FormCache
from kpisite.disk.files import stamps
from kpisite.disk.staging import Staging
from kpisite.disk.update import Update
from kpisite.examine.kept import KeptOutput, KeptShare, folders_of
from kpisite.examine.load import Loaded
from kpisite.history.authors import NO_AUTHORS, Authors
from kpisite.history.commits import NO_HISTORY, History
from kpisite.pages.plan import Selection, SitePlan
from kpisite.pages.shares import Share, Shares
from kpisite.products.answers import Output
from kpisite.products.jobs import made_by
from kpisite.products.output import can_be_updated, staged, updated
from kpisite.products.stands import Parts, Stands, files_in
from kpisite.products.state import keep_built
from kpisite.products.why import Reason, reasons
from kpisite.products.work import Progress, Work
from kpisite.write.html import Renderer
from kpisite.write.theme import Theme

#: Where one share in so many is to be made anew, the folder is made anew, and exchanged as a whole.
FEW = 8


class NothingSelected(Exception):
    """There are scorecards, but none of them is among those asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What is in the folder after a build: pages by kind of audience, printed forms, and how many
    of these were new; what went otherwise than it should have when the site was out: a word of the
    catalogue, a path; why the file that was asked about was made; and how it is known `again`,
    where that is enough to see that nothing is to be done."""

    pages: Mapping[str, int]
    forms: int
    printed: int
    scorecards: int
    remarks: Sequence[tuple[str, Path]] = ()
    is_cut_off: bool = False
    """Whether older history is left out, so that not every revision and author is known."""
    reasons: Sequence[Reason] = ()
    again: Output | None = None


#: The files of a theme that stand in every tree.
FIXED = ("style.css", "script.js")


@gc_paused()
def build(
    loaded: Loaded,
    output: Path,
    theme: Theme,
    selection: Selection,
    *,
    history: History = NO_HISTORY,
    authors: Callable[[History], Authors] = lambda _: NO_AUTHORS,
    archive: Path | None = None,
    store: FormCache,
    workers: int,
    progress: Progress,
    why: str = "",
    state: Callable[[], str] = str,
) -> Built:
    """Builds a site in which no error was found into `output`, whole or not at all.

    Forms say which revision of a record in `history` they show, pages for those who may know it who
    wrote what by its `authors`, and signed copies from `archive`
    go beside their pages.  `store` keeps printed forms from one build to the next, and `why` asks
    about a file, by its path under `output`.  `state` says by what the state of the site is known,
    or nothing where it is not to be.  Raises `Unfit`
    where `output` holds what kpisite did not build, and `NothingSelected` rather than put an empty
    site there.
    """
    rests_on = _rests_on(loaded, theme, selection)
    stands = Stands(loaded.kept, output)
    before = stands.before
    again = None
    if not (selection.pdf and archive is not None and archive.exists()):
        place = "" if archive is None or not selection.pdf else str(archive)
        again = Output(place=str(output), folders={}, archive=place, history=history.digest)
    whole = "" if again is None else _whole(loaded, rests_on, history)
    if before is not None and whole and before.whole == whole and not why:
        return replace(_built(before, again), is_cut_off=history.issue == "shallow")
    plan = SitePlan(
        loaded.all,
        selection,
        history=history,
        authors=authors(history),
        made_by=made_by(),
        issues=loaded.issues,
    )
    if loaded.all.outlines and not plan.outlines:
        raise NothingSelected
    copies = _Noted()
    if archive is not None and selection.pdf:
        plan.signed = publish_signed(plan, archive, copies)
    examined = loaded.examination
    is_ours = before is not None and before.rests_on["program"] == rests_on["program"]
    cells_before = before.cells if before is not None and is_ours else {}
    cut = Shares(plan, digest(examined.of_core, *rests_on.values()), cells_before)
    shares = list(cut.all())
    ground = examined.inputs.of_ground
    clean = {} if before is None else _clean(cut, shares, before, ground)
    inputs = examined.inputs.all
    said = reasons(why, stands, shares, clean, rests_on, inputs, examined.people)
    gone = stands.files_of_all(() if before is None else before.shares.keys() - clean.keys())
    clean = {} if gone is None else clean
    fixed = {
        f"{one.folder}/{name}": theme.files[name]
        for one in plan.audiences
        for name in FIXED
        if name in theme.files
    }
    printed = 0
    with _folder(output, clean, len(shares) - len(clean)) as staging:
        taken = _taken_over(staging, stands, clean)
        todo = [share for share in shares if share.name not in taken]
        work = Work(
            plan=plan,
            renderer=Renderer(theme, plan.language, loaded.ground.site.model),
            shares=todo,
            staging=staging,
            stays=_staying(cut, staging, stands, todo) if gone is not None else {},
        )
        for place, content in fixed.items():
            staging.write(place, content.encode())
        if copies.places and archive is not None:
            publish_signed(plan, archive, staging)
        made = work.write_all(workers, progress)
        if selection.pdf:
            with gc_resumed(), heap_set_aside():
                printed = work.print_all(theme, store, workers, progress)
        made = {name: work.with_prints(name, one) for name, one in made.items()}
        parts = {name: _answered(cut, one.parts) for name, one in made.items()}
        now = KeptOutput(
            shares={name: clean[name] for name in taken}
            | {
                name: replace(one.share, answers=cut.answers(one.share.asked))
                for name, one in made.items()
            },
            besides=tuple(sorted(fixed.keys() | copies.places)),
            rests_on=rests_on,
            inputs=inputs,
            whole=whole,
            ground=ground,
            cells=cut.cells,
            scorecards=len(plan.outlines),
            folders={},
        )
        standing = set(now.besides).union(*map(files_in, parts.values()))
        if isinstance(staging, Update) and before is not None and gone is not None:
            staging.leave_out(gone.union(before.besides) - standing)
    now = replace(now, folders=_folders(output, staging, before, standing.union(*taken.values())))
    if selection.is_all and selection.pdf:  # a part of the site forgets nothing
        left = () if before is None else before.shares.keys() - taken.keys()
        used = {
            name: tuple(key for part in one.values() for key in part.prints)
            for name, one in parts.items()
        }
        store.forget(stands.prints_of(left).difference(*used.values()))
        id = "" if before is None else before.prints
        now = replace(now, prints=keep_built(store, state(), used, taken, id))
    stands.keep(now, parts)
    if selection.is_all and selection.pdf and not clean:
        store.forget_the_rest()
    return replace(
        _built(now, again),
        printed=printed,
        is_cut_off=history.issue == "shallow",
        remarks=tuple(dict.fromkeys([*copies.remarks, *staging.remarks])),
        reasons=said if why else (),
    )


def _built(output: KeptOutput, again: Output | None) -> Built:
    """What is in a folder in which nothing was printed."""
    counts: Counter[str] = Counter()
    for one in output.shares.values():
        counts.update(one.pages)
    return Built(
        pages=counts,
        forms=sum(one.forms for one in output.shares.values()),
        printed=0,
        scorecards=output.scorecards,
        again=again and replace(again, folders=output.folders),
    )


def _whole(loaded: Loaded, rests_on: Mapping[str, str], history: History) -> str:
    """A digest of all that anything in the folder rests on."""
    return digest(loaded.examination.inputs.of_all, *rests_on.values(), history.digest)


def _rests_on(loaded: Loaded, theme: Theme, selection: Selection) -> dict[str, str]:
    """Digests of all that every page rests on, besides the ground, by what it is called."""
    asked = (selection.months, selection.departments, selection.employees, selection.audiences)
    return {
        "program": loaded.examination.inputs.code,
        "theme": theme.digest,
        "selection": digest(
            *(",".join(sorted(map(str, one))) for one in asked), str(selection.pdf)
        ),
        "press": digest(*(f"{name} {version}" for name, version in made_by().items())),
    }


def _clean(
    cut: Shares, shares: Sequence[Share], before: KeptOutput, ground: str
) -> dict[str, KeptShare]:
    """The shares that are in the folder as they should be.  On the same ground it is enough to know
    what departments' months answer otherwise."""
    known = {share.name: before.shares.get(share.name) for share in shares}
    anew = cut.asked_anew(before.cells) if before.ground == ground else None
    return {
        share.name: one
        for share in shares
        if (one := known[share.name]) is not None
        and one.key == share.key
        and (one.answers == cut.answers(one.asked) if anew is None else anew.isdisjoint(one.asked))
    }


def _folder(
    output: Path, clean: Mapping[str, KeptShare], todo: int
) -> AbstractContextManager[Staging]:
    """Where pages are written to: beside the old ones where few differ."""
    are_few = todo * FEW <= len(clean) + todo
    if clean and are_few and can_be_updated(output):
        return updated(output)
    return staged(output)


def _taken_over(
    staging: Staging, stands: Stands, clean: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """The shares whose files stand where they should, or were brought there: then with these."""
    if isinstance(staging, Update):
        return dict.fromkeys(clean, ())
    known = {share: stands.files_of(share) for share in clean}
    return {
        share: files
        for share, files in known.items()
        if files is not None and all(map(staging.take_over, files))
    }


def _folders(
    output: Path, staging: Staging, before: KeptOutput | None, files: Iterable[str]
) -> Mapping[str, tuple[int, ...]]:
    """What the folders of `files` and of what stood there before are like; where a few files were
    exchanged, the others are known: whoever was at them meanwhile is not overlooked."""
    if not isinstance(staging, Update) or before is None:
        return stamps(output, folders_of(files))
    touched = folders_of({*files, *staging.changed}) - (
        before.folders.keys() - folders_of(staging.changed)
    )
    kept = {place: one for place, one in before.folders.items() if place not in touched}
    return kept | stamps(output, touched)


def _answered(cut: Shares, parts: Parts) -> Parts:
    """The parts with what was answered to what they asked."""
    return {name: replace(one, answers=cut.answers(one.asked)) for name, one in parts.items()}


def _staying(
    cut: Shares, staging: Staging, stands: Stands, todo: Iterable[Share]
) -> dict[str, Parts]:
    """Of people's shares that are made anew, the parts that stand as they should, or were brought
    there."""
    found: dict[str, Parts] = {}
    for share in todo:
        before = stands.parts_of(share.name) if share.person else None
        if before:
            keys = {part.name: part.key for part in share.parts()}
            found[share.name] = {
                name: one
                for name, one in before.items()
                if keys.get(name) == one.key
                and one.answers == cut.answers(one.asked)
                and (isinstance(staging, Update) or all(map(staging.take_over, one.files)))
            }
    return found


class _Noted:
    """Where signed copies would be put."""

    def __init__(self) -> None:
        self.places: set[str] = set()
        self.remarks: list[tuple[str, Path]] = []

    def write(self, path: str, _content: bytes) -> bool:
        self.places.add(path)
        return True
