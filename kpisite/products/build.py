"""From what was found in a site to the folder that readers see.

All pages come in shares, each with a key of all that it rests on.  What is already in the folder
under the same key is left as it is; the rest is made, by several processes where it is much, and
put in place: a few files where they stand, much as a whole new folder.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kpisite.archive.published import publish_signed
from kpisite.core.digest import digest
from kpisite.core.memory import gc_paused, gc_resumed, heap_set_aside
from kpisite.disk.cache import FormCache
from kpisite.disk.files import stamps
from kpisite.disk.staging import Staging
from kpisite.disk.update import Update
from kpisite.examine.load import Loaded
from kpisite.history.authors import NO_AUTHORS, Authors
from kpisite.history.commits import NO_HISTORY, History
from kpisite.pages.audience import Audience
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.selection import Selection
from kpisite.pages.shares import Share, Shares, share_of
from kpisite.products.answers import Output
from kpisite.products.jobs import made_by
from kpisite.products.kept import (
    KeptGroupInBrief,
    KeptGroupPages,
    KeptOutput,
    KeptShare,
    folders_of,
)
from kpisite.products.output import can_be_updated, staged, updated
from kpisite.products.standing import Standing, nothing_stands, standing
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
    whole = "" if again is None else _whole(loaded, rests_on, again.history)
    if before is not None and whole and before.whole == whole and not why:
        return replace(_built(before, again), is_cut_off=history.issue == "shallow")
    plan = PagePlan(
        loaded.all,
        selection,
        history=history,
        authors=authors(history),
        made_by=made_by(),
        issues=loaded.issues,
    )
    if loaded.all.groups.of and not plan.groups.of:
        raise NothingSelected
    copies = _Noted()
    if archive is not None and selection.pdf:
        plan.signed = publish_signed(plan, archive, copies)
    examined = loaded.examination
    inputs, ground = examined.inputs, examined.inputs.of_ground
    cut = Shares(plan, digest(examined.of_core, *rests_on.values()))
    found = standing(cut, stands, ground, by_group=not why)
    in_place = _are_few(found, plan) and can_be_updated(output)
    if not in_place:
        found = standing(cut, stands, ground, by_group=False)
    said = reasons(why, stands, found, rests_on, inputs, examined.paths_of)
    gone = stands.files_of(found.gone)
    if gone is None:
        found, in_place = nothing_stands(cut, found.before), False
    fixed = _fixed(theme, plan.shared_trees)
    fixed_of_groups = _fixed_of_groups(theme, plan, found)
    printed = 0
    with updated(output) if in_place else staged(output) as staging:
        taken = _taken_over(staging, stands, found.clean)
        todo = [share for share in found.shares if share.name not in taken]
        work = Work(
            plan=plan,
            renderer=Renderer(theme, plan.language, loaded.ground.site.model),
            shares=todo,
            staging=staging,
            stays=_staying(cut, staging, stands, found, todo) if gone is not None else {},
        )
        for one in (fixed, *fixed_of_groups.values()):
            for place, content in one.items():
                staging.write(place, content.encode())
        if copies.places and archive is not None:
            publish_signed(plan, archive, staging)
        made = work.write_all(workers, progress)
        if selection.pdf:
            with gc_resumed(), heap_set_aside():
                printed = work.print_all(theme, store, workers, progress)
        made = {name: work.with_prints(name, one) for name, one in made.items()}
        parts = {name: _answered(cut, one.parts) for name, one in made.items()}
        shares = {name: found.clean[name] for name in taken} | {
            name: replace(one.share, answers=cut.answers(one.share.asked))
            for name, one in made.items()
        }
        groups = {
            name: KeptGroupPages(
                shares={share_of(id): shares.pop(share_of(id)) for id in cut.groups[name].people},
                besides=tuple(places),
                cells=cut.answers_of(name),
            )
            for name, places in fixed_of_groups.items()
        }
        in_brief = {name: _in_brief(cut.group_key(name), one) for name, one in groups.items()}
        now = KeptOutput(
            shares=shares,
            groups=dict(found.same) | in_brief,
            besides=tuple(sorted(fixed.keys() | copies.places)),
            rests_on=rests_on,
            inputs={"": ground, **inputs.of_month},
            whole=whole,
            ground=ground,
            scorecards=plan.groups.scorecards,
            folders={},
        )
        standing_now = {*now.besides}.union(
            *fixed_of_groups.values(), *map(files_in, parts.values())
        )
        if isinstance(staging, Update) and before is not None and gone is not None:
            staging.leave_out(gone.union(_besides(stands, found)) - standing_now)
    folders = _folders(output, staging, before, standing_now.union(*taken.values()))
    now = replace(now, folders=folders)
    if selection.is_all and selection.pdf:  # a part of the site forgets nothing
        now = replace(now, prints=_keep_prints(store, stands, cut, found, taken, parts, state()))
    left_out = found.before.keys() - taken.keys() - made.keys()
    stands.keep(now, groups, parts, left_out, inputs.digests_in)
    if selection.is_all and selection.pdf and not found.is_any:
        store.forget_the_rest()
    return replace(
        _built(now, again),
        printed=printed,
        is_cut_off=history.issue == "shallow",
        remarks=tuple(dict.fromkeys([*copies.remarks, *staging.remarks])),
        reasons=said if why else (),
    )


def _keep_prints(
    store: FormCache,
    stands: Stands,
    cut: Shares,
    found: Standing,
    taken: Iterable[str],
    parts: Mapping[str, Parts],
    state: str,
) -> str:
    """Keeps what was printed of the site as it is now, and forgets what is of use no more; by what
    it is known."""
    taken = set(taken)
    left = {name: one for name, one in found.before.items() if name not in taken}
    used = {
        name: tuple(key for part in one.values() for key in part.prints)
        for name, one in parts.items()
    }
    store.forget(stands.prints_of(left).difference(*used.values()))
    untouched = (share_of(one) for name in found.same for one in cut.groups[name].people)
    id = "" if stands.before is None else stands.before.prints
    return keep_built(store, state, used, [*sorted(taken), *untouched], id)


def _fixed(theme: Theme, trees: Iterable[Audience]) -> dict[str, str]:
    """The files of a theme that stand in these trees."""
    return {
        f"{one.folder}/{name}": theme.files[name]
        for one in trees
        for name in FIXED
        if name in theme.files
    }


def _fixed_of_groups(
    theme: Theme, plan: PagePlan, found: Standing
) -> Mapping[str, Mapping[str, str]]:
    """The same in the own trees of those in groups that are not as they were."""
    of_groups = {}
    for name, group in plan.groups.of.items():
        if name not in found.same:
            trees = (plan.own_tree(id) for id in group.people)
            of_groups[name] = _fixed(theme, (one for one in trees if one is not None))
    return of_groups


def _besides(stands: Stands, found: Standing) -> Iterator[str]:
    """The files besides that stood there, but for those in the trees of groups that are as they
    were."""
    if stands.before is not None:
        yield from stands.before.besides
        for name in stands.before.groups.keys() - found.same.keys():
            group = stands.group(name)
            yield from () if group is None else group.besides


def _in_brief(key: str, group: KeptGroupPages) -> KeptGroupInBrief:
    counts: Counter[str] = Counter()
    for one in group.shares.values():
        counts.update(one.pages)
    forms = sum(one.forms for one in group.shares.values())
    return KeptGroupInBrief(key=key, pages=dict(counts), forms=forms)


def _built(output: KeptOutput, again: Output | None) -> Built:
    """What is in a folder in which nothing was printed."""
    counts: Counter[str] = Counter()
    of_each = [(one.pages, one.forms) for one in output.shares.values()]
    of_each += ((one.pages, one.forms) for one in output.groups.values())
    for pages, _ in of_each:
        counts.update(pages)
    return Built(
        pages=counts,
        forms=sum(forms for _, forms in of_each),
        printed=0,
        scorecards=output.scorecards,
        again=again and replace(again, folders=output.folders),
    )


def _whole(loaded: Loaded, rests_on: Mapping[str, str], history: str) -> str:
    """A digest of all that anything in the folder rests on; `history` is that of what git says."""
    return digest(loaded.examination.inputs.of_all, *rests_on.values(), history)


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


def _are_few(found: Standing, plan: PagePlan) -> bool:
    """Whether few shares are to be made anew."""
    people = sum(len(plan.groups.of[name].people) for name in found.same)
    return found.is_any and found.todo * FEW <= len(found.shares) + people


def _taken_over(
    staging: Staging, stands: Stands, clean: Mapping[str, KeptShare]
) -> dict[str, tuple[str, ...]]:
    """The shares whose files stand where they should, or were brought there: then with these."""
    if isinstance(staging, Update):
        return dict.fromkeys(clean, ())
    known = {share: stands.parts_of(share, one.key) for share, one in clean.items()}
    return {
        share: files_in(parts)
        for share, parts in known.items()
        if parts is not None and all(map(staging.take_over, files_in(parts)))
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
    cut: Shares, staging: Staging, stands: Stands, found: Standing, todo: Iterable[Share]
) -> dict[str, Parts]:
    """Of people's shares that are made anew, the parts that stand as they should, or were brought
    there."""
    stays: dict[str, Parts] = {}
    for share in todo:
        known = found.before.get(share.name) if share.person else None
        before = None if known is None else stands.parts_of(share.name, known.key)
        if before:
            keys = {part.name: part.key for part in share.parts()}
            stays[share.name] = {
                name: one
                for name, one in before.items()
                if keys.get(name) == one.key
                and one.answers == cut.answers(one.asked)
                and (isinstance(staging, Update) or all(map(staging.take_over, one.files)))
            }
    return stays


class _Noted:
    """Where signed copies would be put."""

    def __init__(self) -> None:
        self.places: set[str] = set()
        self.remarks: list[tuple[str, Path]] = []

    def write(self, path: str, _content: bytes) -> bool:
        self.places.add(path)
        return True
