"""What belongs to whom: ids, names, words and amounts, and which of them a reader may meet."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kpisite.check.book import Book
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.income import incomes
from kpisite.outcomes.results import Result
from kpisite.pages.audience import Audience, Capability
from kpisite.pages.site_results import SiteResults

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
#: An amount to the cent; a length in a drawing is none.
_AMOUNT = re.compile(r"(?<![\d.,])-?\d[\d,]*\.\d\d(?![\d%])")
#: An amount that so many digits make one of a kind; others come up twice by chance.
DISTINCT_DIGITS = 5
#: A text of so many characters is somebody's own.
LONG_TEXT = 8


def amounts_in(text: str) -> set[str]:
    """The amounts that a text says and that are not said by chance, without their commas."""
    found = (one.replace(",", "").lstrip("-") for one in _AMOUNT.findall(text))
    return {one for one in found if len(one.replace(".", "").strip("0")) >= DISTINCT_DIGITS}


def ids_in(text: str, known: Iterable[str]) -> set[str]:
    """The ids of people that stand in a text by themselves."""
    return set(_ID.findall(text)) & set(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a reader may meet in their tree: people by id, and texts that may name anybody; amounts,
    or all of them."""

    people: frozenset[str]
    texts: str
    amounts: frozenset[str]
    all_amounts: bool


class Company:
    """Everybody of a site, what is theirs, and what each audience may read."""

    def __init__(self, book: Book, found: SiteResults) -> None:
        self.book = book
        self.found = found
        self.names: Mapping[str, str] = {id: one.model.name for id, one in book.staff.items()}

    @cached_property
    def by_person(self) -> Mapping[str, Sequence[Brief]]:
        """The scorecards of each appraisee."""
        grouped: defaultdict[str, list[Brief]] = defaultdict(list)
        for brief in self.found.briefs:
            grouped[brief.appraisee_id].append(brief)
        return grouped

    @cached_property
    def common(self) -> str:
        """What is everybody's: forms and policies, what departments are called, the notes of
        months."""
        return f"{self.of_all}\n{self._texts_in('records/policies/')}"

    def _texts_in(self, folder: str) -> str:
        return "\n".join(one.text for one in self.book.documents if one.path.startswith(folder))

    @cached_property
    def of_forms(self) -> str:
        """What forms and people's records say, without its spaces."""
        written = (self._written(one) for one in self.found.briefs)
        return "".join("".join((self._texts_in("records/schemes/"), *written)).split())

    @cached_property
    def of_all(self) -> str:
        """The same without policies, which may tell of pay."""
        of_all = [self._texts_in("records/schemes/")]
        of_all += [str(one.name) for one in self.book.departments.model.department]
        of_all += [str(one.model.note) for one in self.book.months.values()]
        return "\n".join(of_all)

    @cached_property
    def texts(self) -> Mapping[str, frozenset[str]]:
        """What was written about each person: notes, remarks, answers, reasons."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for brief in self.found.briefs:
            for text in _texts_of(self.found.results[brief.path]):
                words = "".join(text.split())
                if len(words) >= LONG_TEXT:
                    found[brief.appraisee_id].add(words)
        return {id: frozenset(several) for id, several in found.items()}

    @cached_property
    def amounts(self) -> Mapping[str, frozenset[str]]:
        """The amounts of pay of each person."""
        return {
            id: frozenset(
                amounts_in(
                    " ".join(f"{one.wage.shown} {_shown(one)}" for one in briefs if one.wage)
                )
            )
            for id, briefs in self.by_person.items()
        }

    def allowed_to(self, audience: Audience) -> Allowed:
        """What an audience may meet, from its scope and its capabilities alone."""
        seen = [one for one in self.found.briefs if audience.sees(one)]
        names_people = audience.can(Capability.CARDS) or audience.can(Capability.PAYROLL)
        shown = seen if names_people else []
        written = [self._written(one) for one in shown]
        texts = [self.common, *written]
        people = {one.appraisee_id for one in shown} | ids_in("\n".join(written), self.names)
        people |= {one.superior for one in shown if one.superior is not None}
        people |= {one.appraisee.superior for one in shown if one.appraisee.superior is not None}
        if names_people and not audience.scope.person:  # who has no record is listed as well
            people |= {
                one.id
                for one in self.found.unrecorded
                if audience.scope.takes_department(one.department)
            }
        texts += [self.names[id] for id in people if id in self.names]
        with_pay, with_all = audience.can(Capability.PAY), audience.can(Capability.ALL_PAY)
        is_of_all = audience.scope.departments is None and not audience.scope.person
        return Allowed(
            people=frozenset(people),
            texts="\n".join(texts),
            amounts=frozenset(self._figures(shown, with_pay=with_pay, with_all=with_all)),
            all_amounts=with_pay and with_all and is_of_all,
        )

    def _written(self, brief: Brief) -> str:
        """A record as it stands, and what an amendment of its month says of it."""
        document = self.book.documents.get(brief.path)
        amended = self.book.documents.get(f"records/{brief.month}/amendments.toml")
        entries = () if amended is None else amended.data.get("amendment", ())
        of_it = [
            " ".join(map(str, entry.values()))
            for entry in entries
            if str(entry.get("appraisee", "")).startswith(brief.appraisee_id)
        ]
        return "\n".join(["" if document is None else document.text, *of_it])

    def _figures(self, shown: Sequence[Brief], *, with_pay: bool, with_all: bool) -> Iterator[str]:
        """The amounts in what is shown, `with_all` those too that only payroll and HR see, and sums
        of them."""
        common = self.common if with_pay else self.of_all
        yield from amounts_in(common.replace("_", ""))
        for brief in shown:
            result = self.found.results[brief.path]
            yield from amounts_in(self._written(brief).replace("_", ""))
            wage = result.paid_in_all if with_all else result.wage
            trees = (result.card.total, wage if with_pay else None)
            for tree in trees:
                for one in () if tree is None else tree.walk():
                    yield from amounts_in(f"{one.shown} {one.rule}")
        for income in incomes(self.book, shown) if with_pay else ():
            for one in income.working.walk():
                yield from amounts_in(one.shown)


def _shown(brief: Brief) -> str:
    if brief.wage is None:
        return ""
    amounts = (*brief.wage.amounts, *brief.wage.hidden)
    sums = (brief.wage.shown, brief.wage.in_all_shown)
    return " ".join((*sums, *(f"{one.value:.2f}" for one in amounts)))


def _texts_of(result: Result) -> Iterator[str]:
    record = result.record
    yield from (remark.text for remark in record.remark)
    yield from record.notes.values()
    if record.answer is not None:
        yield record.answer.text
    for appeal in record.appeal:
        yield appeal.reason
        if appeal.ruling is not None:
            yield appeal.ruling.reasons
