"""From what was found in a site to the folder that readers see.

All pages come in shares, each with a key of all that it rests on.  What is already in the folder
under the same key is left as it is; the rest is made, by several processes where it is much, and
put in place: a few files where they stand, much as a whole new folder.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from kpisite.archive.published import publish_signed
from kpisite.core.digest import digest
from kpisite.core.memory import gc_paused, heap_set_aside
from kpisite.core.spread import pieces_of, spread
from kpisite.disk.cache import FormCache
from kpisite.disk.files import stamps
from kpisite.disk.staging import Staging
from kpisite.disk.update import Update
from kpisite.examine.kept import KeptOutput, KeptShare, folders_of
from kpisite.examine.load import Loaded
from kpisite.history.authors import NO_AUTHORS, Authors
from kpisite.history.commits import NO_HISTORY, History
from kpisite.pages.page import HtmlPage, Page, ScriptPage, TablePage, WorkbookPage
from kpisite.pages.plan import Selection, SitePlan
from kpisite.pages.shares import Share, Shares
from kpisite.products.answers import Output
from kpisite.products.jobs import jobs_of, made_by
from kpisite.products.output import can_be_updated, staged, updated
from kpisite.products.printing import job_key, lists_of_share, salt_of
from kpisite.products.stands import Files, Prints, Stands
from kpisite.products.why import Reason, reasons
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job
from kpisite.write.table import csv_bytes
from kpisite.write.theme import Theme
from kpisite.write.workbook import xlsx
from kpisite.write.workers import print_all

#: Below so many scorecards a fork costs more than it saves.
WORTH_A_FORK = 300
#: People whose pages a worker makes at a time.
PEOPLE_AT_A_TIME = 25
#: Where one share in so many is to be made anew, the folder is made anew, and exchanged as a whole.
FEW = 8

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


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


def bytes_of(renderer: Renderer, page: Page) -> bytes | None:
    """The bytes of a page; None of one that is printed apart, for that takes longer."""
    match page:
        case HtmlPage():
            return renderer.render(page).encode()
        case WorkbookPage():
            return xlsx(page.workbook)
        case TablePage():
            return csv_bytes(page.rows)
        case ScriptPage():
            return page.text.encode()
        case _:
            return None


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
) -> Built:
    """Builds a site in which no error was found into `output`, whole or not at all.

    Forms say which revision of a record in `history` they show, pages for those who may know it who
    wrote what by its `authors`, and signed copies from `archive`
    go beside their pages.  `store` keeps printed forms from one build to the next, and `why` asks
    about a file, by its path under `output`.  Raises `Unfit`
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
        loaded.all, selection, history=history, authors=authors(history), made_by=made_by()
    )
    if loaded.all.briefs and not plan.briefs:
        raise NothingSelected
    copies = _Noted()
    if archive is not None and selection.pdf:
        plan.signed = publish_signed(plan, archive, copies)
    examined = loaded.examination
    look = digest(examined.inputs.of_ground, *rests_on.values())
    shares = list(Shares(plan, look).all())
    said = reasons(why, stands, shares, rests_on, examined.inputs.all, examined.people)
    clean = {} if before is None else _clean(shares, before)
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
        work = _Work(
            plan=plan,
            renderer=Renderer(theme, plan.language, loaded.ground.site.model),
            shares=[share for share in shares if share.name not in taken],
            staging=staging,
        )
        for place, content in fixed.items():
            staging.write(place, content.encode())
        if copies.places and archive is not None:
            publish_signed(plan, archive, staging)
        with gc_paused():
            made = work.write_all(workers, progress)
        if selection.pdf:
            with heap_set_aside():
                printed = work.print_all(theme, store, workers, progress)
        now = KeptOutput(
            shares={name: clean[name] for name in taken}
            | {name: one for name, (one, _) in made.items()},
            besides=tuple(sorted(fixed.keys() | copies.places)),
            rests_on=rests_on,
            inputs=examined.inputs.all,
            whole=whole,
            scorecards=len(plan.briefs),
            folders={},
        )
        files = {name: places for name, (_, places) in made.items()}
        standing = set(now.besides).union(*files.values())
        if isinstance(staging, Update) and before is not None and gone is not None:
            staging.leave_out(gone.union(before.besides) - standing)
    folders = folders_of(standing.union(*taken.values()))
    folders |= before.folders.keys() if isinstance(staging, Update) and before else set()
    now = replace(now, folders=stamps(output, folders))
    if selection.is_all and selection.pdf:  # a part of the site forgets nothing
        left = () if before is None else before.shares.keys() - taken.keys()
        store.forget(stands.prints_of(left).difference(*work.prints.values()))
    stands.keep(now, files, work.prints)
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
        "theme": digest(*(f"{name}\n{text}" for name, text in sorted(theme.files.items()))),
        "selection": digest(
            *(",".join(sorted(map(str, one))) for one in asked), str(selection.pdf)
        ),
        "press": digest(*(f"{name} {version}" for name, version in made_by().items())),
    }


def _clean(shares: Sequence[Share], before: KeptOutput) -> dict[str, KeptShare]:
    """The shares that are in the folder as they should be."""
    return {
        share.name: before.shares[share.name]
        for share in shares
        if share.name in before.shares and before.shares[share.name].key == share.key
    }


def _folder(
    output: Path, clean: Mapping[str, KeptShare], todo: int
) -> AbstractContextManager[Staging]:
    """Where pages are written to: beside the old ones where few differ."""
    are_few = todo * FEW <= len(clean) + todo
    if clean and are_few and can_be_updated(output):
        return updated(output)
    return staged(output)


def _taken_over(staging: Staging, stands: Stands, clean: Iterable[str]) -> dict[str, Files]:
    """The shares whose files stand where they should, or were brought there: then with these."""
    if isinstance(staging, Update):
        return dict.fromkeys(clean, ())
    known = {share: stands.files_of(share) for share in clean}
    return {
        share: files
        for share, files in known.items()
        if files is not None and all(map(staging.take_over, files))
    }


class _Noted:
    """Where signed copies would be put."""

    def __init__(self) -> None:
        self.places: set[str] = set()
        self.remarks: list[tuple[str, Path]] = []

    def write(self, path: str, _content: bytes) -> bool:
        self.places.add(path)
        return True


Written = tuple[KeptShare, Files]
"""A share that was written, and where its pages stand."""


@dataclass(kw_only=True)
class _Work:
    """All that making pages takes."""

    plan: SitePlan
    renderer: Renderer
    shares: Sequence[Share]
    staging: Staging
    #: By share, the keys of all that was printed of it.
    prints: dict[str, Prints] = field(default_factory=dict)

    def write_all(self, workers: int, progress: Progress) -> dict[str, Written]:
        """Writes the pages of every share but those that are printed."""
        people = [share.person for share in self.shares if share.person]
        pieces = list(_pieces(self.shares))
        if sum(len(self.plan.by_employee[one]) for one in people) < WORTH_A_FORK:
            workers = 1
        done, made = 0, dict[str, Written]()
        answers = spread(lambda piece: self._write(pieces[piece]), len(pieces), workers)
        for piece, written in zip(pieces, answers, strict=True):
            made.update(zip((share.name for share in piece), written, strict=True))
            done += sum(1 for share in piece if share.person)
            progress("pages", done, len(people))
        return made

    def _write(self, shares: Sequence[Share]) -> list[Written]:
        return [self._write_share(share) for share in shares]

    def _write_share(self, share: Share) -> Written:
        counts: Counter[str] = Counter()
        files, forms = [], 0
        for page in share.pages():
            content = bytes_of(self.renderer, page)
            files.append(page.place)
            if content is None:
                forms += 1
            else:
                self.staging.write(page.place, content)
                counts[page.audience.kind] += 1
        return KeptShare(key=share.key, pages=dict(counts), forms=forms), tuple(files)

    def print_all(self, theme: Theme, store: FormCache, workers: int, progress: Progress) -> int:
        """Prints every form once for all trees that hold the same one; how many were not kept."""
        staging, stylesheet = self.staging, theme.files["print.css"]
        salt = salt_of(stylesheet)
        places: dict[str, list[str]] = {}
        lists: dict[str, bytes] = {}  # few and small, and many trees have the same
        people = sum(1 for share in self.shares if share.person)
        printed = 0

        def wanted() -> Iterator[Job]:
            done = 0
            for share in self.shares:
                self.prints[share.name] = ()
                for is_list, job, where in self._jobs(share):
                    key = job_key(salt, job)
                    self.prints[share.name] += (key,)
                    kept = lists.get(key) or store.get(key)
                    if key in places:  # a form without pay is the same for those who see pay
                        places[key] += where
                    elif kept is None:
                        places[key] = where
                        if is_list:
                            lists[key] = b""
                        yield replace(job, key=key)
                    else:
                        _write_to(staging, where, kept)
                done += bool(share.person)
                progress("forms", done, people)

        for key, content in print_all(wanted(), stylesheet=stylesheet, workers=workers):
            store.put(key, content)
            if key in lists:
                lists[key] = content
            _write_to(staging, places.pop(key), content)
            printed += 1
        return printed

    def _jobs(self, share: Share) -> Iterator[tuple[bool, Job, list[str]]]:
        """Each list and form of a share to print, with the places it belongs in."""
        for job, places in lists_of_share(self.plan, self.renderer, share):
            yield True, job, places
        if share.person:
            for job, places in jobs_of(self.plan, self.renderer, share.person):
                yield False, job, places


def _pieces(shares: Sequence[Share]) -> Iterator[Sequence[Share]]:
    """Shares as they are worked off: lists one by one, people several at a time."""
    yield from ([share] for share in shares if not share.person)
    yield from pieces_of([share for share in shares if share.person], PEOPLE_AT_A_TIME)


def _write_to(staging: Staging, places: Sequence[str], content: bytes) -> None:
    for place in places:
        staging.write(place, content)
