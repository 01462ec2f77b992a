"""Making the pages of shares: written by several processes where they are many, and printed."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self

from kpisite.core.spread import pieces_of, spread
from kpisite.disk.cache import FormCache
from kpisite.disk.staging import Staging
from kpisite.pages.page import HtmlPage, Page, ScriptPage, TablePage, WorkbookPage
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.shares import Part, Share
from kpisite.products.kept import PARTS, KeptPart, KeptShare
from kpisite.products.print_key import job_key, salt_of
from kpisite.products.printing import jobs_of_part
from kpisite.products.stands import Parts
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job
from kpisite.write.table import csv_bytes
from kpisite.write.theme import Theme
from kpisite.write.workers import print_all

#: Below so many scorecards a fork costs more than it saves; below so many in lists, likewise.
WORTH_A_FORK, LINES_WORTH_A_FORK = 300, 4000
#: People whose pages a worker makes at a time.
PEOPLE_AT_A_TIME = 25

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


def bytes_of(renderer: Renderer, page: Page) -> bytes | None:
    """The bytes of a page; None of one that is printed apart, for that takes longer."""
    match page:
        case HtmlPage():
            return renderer.render(page).encode()
        case WorkbookPage():
            from kpisite.write.workbook import xlsx  # late: only payroll has any

            return xlsx(page.workbook)
        case TablePage():
            return csv_bytes(page.rows, page.lists)
        case ScriptPage():
            return page.text.encode()
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Made:
    """A share that was made, part by part; a part that stands already as it should is among
    them."""

    share: KeptShare
    parts: Parts


@dataclass(frozen=True, slots=True)
class _Packed:
    """The same with its parts packed, as they are many, and held while others are being made."""

    share: KeptShare
    parts: bytes

    @classmethod
    def of(cls, one: Made) -> Self:
        return cls(one.share, zlib.compress(PARTS.as_bytes(dict(one.parts)), zlib.Z_BEST_SPEED))

    def unpacked(self) -> Made:
        return Made(self.share, PARTS.from_bytes(zlib.decompress(self.parts)))


@dataclass(kw_only=True)
class Work:
    """All that making pages takes; `stays` are the parts of people's shares that stand already."""

    plan: PagePlan
    renderer: Renderer
    shares: Sequence[Share]
    staging: Staging
    stays: Mapping[str, Parts]
    #: By share and part, the keys of all that was printed of it.
    prints: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    #: Likewise what was asked for that.
    asked: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def write_all(self, workers: int, progress: Progress) -> dict[str, Made]:
        """Writes the pages of every share but those that are printed: lists first.  Where people
        are many, theirs are made by processes forked anew, which hold nothing of the lists."""
        people = [share for share in self.shares if share.person]
        lines = sum(share.scorecards for share in self.shares if not share.person)
        cards = sum(share.scorecards for share in people)
        if cards < WORTH_A_FORK and lines < LINES_WORTH_A_FORK:
            workers = 1
        of_lists = [[share] for share in self.shares if not share.person]
        of_people = pieces_of(people, PEOPLE_AT_A_TIME)
        rounds = (of_lists, of_people) if cards >= WORTH_A_FORK else ([*of_lists, *of_people],)
        done, made = 0, dict[str, _Packed]()
        for pieces in rounds:
            answers = spread(partial(self._write_piece, pieces), len(pieces), workers)
            for piece, written in zip(pieces, answers, strict=True):
                made.update(zip((share.name for share in piece), written, strict=True))
                done += sum(1 for share in piece if share.person)
                progress("pages", done, len(people))
        return {name: one.unpacked() for name, one in made.items()}

    def _write_piece(self, pieces: Sequence[Sequence[Share]], piece: int) -> list[_Packed]:
        return [_Packed.of(self._write_share(share)) for share in pieces[piece]]

    def _write_share(self, share: Share) -> Made:
        parts = {
            part.name: self._standing(share, part) or self._write_part(part, share)
            for part in share.parts()
        }
        if not share.person:
            self.plan.memory.forget_rest(share.name)
        counts: Counter[str] = Counter()
        for one in parts.values():
            counts.update(one.pages)
        kept = KeptShare(
            key=share.key,
            pages=dict(counts),
            forms=sum(one.forms for one in parts.values()),
        )
        return Made(kept, parts)

    def _standing(self, share: Share, part: Part) -> KeptPart | None:
        return self.stays.get(share.name, {}).get(part.name)

    def _write_part(self, part: Part, share: Share) -> KeptPart:
        counts: Counter[str] = Counter()
        files, forms = [], 0
        with self.plan.questions.taken() as asked:
            for page in part.pages():
                content = bytes_of(self.renderer, page)
                files.append(page.place)
                if content is None:
                    forms += 1
                else:
                    self.staging.write(page.place, content)
                    counts[page.audience.kind] += 1
        return KeptPart(
            key=part.key,
            asked=share.left_to_ask(asked),
            answers="",
            files=tuple(files),
            pages=dict(counts),
            forms=forms,
        )

    def print_all(self, theme: Theme, store: FormCache, workers: int, progress: Progress) -> int:
        """Prints every form once for all trees that hold the same one; how many were not kept."""
        stylesheet = theme.files["print.css"]
        salt = salt_of(stylesheet)
        places: dict[str, list[str]] = {}
        lists: dict[str, bytes] = {}  # few and small, and many trees have the same
        people = sum(1 for share in self.shares if share.person)
        printed = 0

        def wanted() -> Iterator[Job]:
            done = 0
            for share in self.shares:
                for part in share.parts():
                    if self._standing(share, part) is None:
                        yield from wanted_of(share, part)
                done += bool(share.person)
                progress("forms", done, people)

        def wanted_of(share: Share, part: Part) -> Iterator[Job]:
            keys = []
            with self.plan.questions.taken() as asked:
                found = list(jobs_of_part(self.plan, self.renderer, part))
            self.asked[share.name, part.name] = share.left_to_ask(asked)
            for is_list, job, where in found:
                key = job_key(salt, job)
                keys.append(key)
                kept = lists.get(key) or store.get(key)
                if key in places:  # a form without pay is the same for those who see pay
                    places[key] += where
                elif kept is None:
                    places[key] = where
                    if is_list:
                        lists[key] = b""
                    yield replace(job, key=key)
                else:
                    self._put(where, kept)
            self.prints[share.name, part.name] = tuple(keys)

        for key, content in print_all(wanted(), stylesheet=stylesheet, workers=workers):
            store.put(key, content)
            if key in lists:
                lists[key] = content
            self._put(places.pop(key), content)
            printed += 1
        return printed

    def _put(self, places: Sequence[str], content: bytes) -> None:
        for place in places:
            self.staging.write(place, content)

    def with_prints(self, name: str, made: Made) -> Made:
        """A share, with what was printed of it and asked for that."""
        parts = {
            part: replace(
                one,
                prints=self.prints.get((name, part), one.prints),
                asked=tuple(sorted({*one.asked, *self.asked.get((name, part), ())})),
            )
            for part, one in made.parts.items()
        }
        asked = {one for part in parts.values() for one in part.asked}
        return Made(replace(made.share, asked=tuple(sorted(asked))), parts)
