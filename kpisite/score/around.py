"""What lies around a record in its month: other records, the department's total, the mean of its
people's.  Each is found once, and only when a form asks for it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.core.address import address_of
from kpisite.core.captions import caption
from kpisite.core.exact import compare, quotient, settle, total
from kpisite.core.formula import Operand, Rounded
from kpisite.core.working import Kind, Working, derive
from kpisite.language.methods.sheet import Figures
from kpisite.language.record import Record
from kpisite.score.card import Scorecard
from kpisite.score.totals import out_of, ruled

UNROUNDED = caption("mean-before-rounding")

Group = tuple[str, str | None]


class Around:
    """One month: its records, as `records` gives them in their order, and what `score` makes of
    those that others rest on."""

    def __init__(
        self,
        ground: Ground,
        records: Callable[[], Sequence[Filed[Record]]],
        score: Callable[[Filed[Record]], Scorecard],
    ) -> None:
        self._ground = ground
        self._records = records
        self._score = score
        self._cards: dict[str, Scorecard] = {}
        self._averages: dict[tuple[str, Decimal], Working | None] = {}
        self._waiting: dict[str, bool] = {}
        self._models: dict[Group, tuple[Record, ...]] = {}
        self._figures: dict[tuple[str, str, str], Figures] = {}

    @cached_property
    def records(self) -> Sequence[Filed[Record]]:
        """All records of the month."""
        return self._records()

    @cached_property
    def _groups(self) -> Mapping[Group, tuple[Filed[Record], ...]]:
        groups: defaultdict[Group, list[Filed[Record]]] = defaultdict(list)
        for filed in self.records:
            record, post = filed.model, self._ground.post_of(filed.model)
            one_off = self._ground.one_off_of(record)
            if one_off is not None:
                groups["scheme", one_off].append(filed)
                if post is not None:
                    among = address_of(post.department, one_off)
                    groups["department", among].append(filed)
                continue
            if post is not None:
                groups["department", post.department].append(filed)
                groups["reports", post.superior].append(filed)
            groups["scheme", self._ground.scheme_id_of(record)].append(filed)
            groups["appraisee", record.appraisee].append(filed)
        return {name: tuple(several) for name, several in groups.items()}

    def group(self, within: str, id: str) -> Sequence[Record]:
        """The records of a `department`'s people, on a `scheme`, of an `appraisee`, or of those
        who report to somebody (`reports`); one-off ones meet on their form alone, those of a
        department's people as `department@form`."""
        name = (within, id)
        if name not in self._models:
            self._models[name] = tuple(one.model for one in self._groups.get(name, ()))
        return self._models[name]

    def figures(self, within: str, id: str, metric: str) -> Figures:
        """A figure of a group of records."""
        name = (within, id, metric)
        if name not in self._figures:
            records = self.group(within, id)
            having = [one.metrics[metric].value for one in records if metric in one.metrics]
            self._figures[name] = Figures(
                values=tuple(sorted(map(settle, having))), lacking=len(records) - len(having)
            )
        return self._figures[name]

    def other_parts(self, id: str) -> Sequence[Filed[Record]]:
        """The records of the parts of the month that a person served elsewhere."""
        return [one for one in self._groups.get(("appraisee", id), ()) if one.model.part]

    def department(self, id: str) -> Scorecard | None:
        """The department's own scorecard, as rulings left it, with the total on its record alone;
        none where it was not appraised."""
        for filed in self._groups.get(("appraisee", id), ()):
            if filed.model.department is not None:
                card = ruled(self.card(filed))
                return replace(card, total=replace(card.total, sources=(filed.at(),)))
        return None

    def average(self, department: str, full: Decimal) -> Working | None:
        """The mean of the totals of a department's people, each brought to the `full` points of the
        form that asks; none while anybody's is provisional: a mean of those who are final would
        tell their totals, and change with every one that follows."""
        name = (department, full)
        if name not in self._averages:
            waits, cards = self.waits(department), self._people(department)
            totals = [] if waits else [out_of(ruled(one).total, full) for one in cards]
            self._averages[name] = _mean(totals) if totals else None
        return self._averages[name]

    def waits(self, department: str) -> bool:
        """Whether the total of anybody in a department is provisional."""
        if department not in self._waiting:
            people = self._people(department)
            self._waiting[department] = any(one.is_provisional for one in people)
        return self._waiting[department]

    def _people(self, department: str) -> Sequence[Scorecard]:
        people = self._groups.get(("department", department), ())
        return [self.card(filed) for filed in people]

    def found(self, filed: Filed[Record]) -> Scorecard | None:
        """What `card` would give, where it was asked before."""
        return self._cards.get(filed.path)

    def card(self, filed: Filed[Record]) -> Scorecard:
        """The scorecard of a record that others rest on, before averages, rulings and parts."""
        if filed.path not in self._cards:
            self._cards[filed.path] = self._score(filed)
        return self._cards[filed.path]


def _mean(totals: Sequence[Decimal]) -> Working:
    """The mean of totals as they are shown, and as rulings left them, half up to two places.

    It is held against steps as it is shown, so that 90.00 is never below 90; where rounding changed
    it, it stands on what it was before.
    """
    label = caption("department-mean", count=len(totals))
    mean = quotient(total(totals), Decimal(len(totals)))
    exact = Working(id="mean-before-rounding", kind=Kind.FIGURE, label=UNROUNDED, value=mean)
    rounded = Rounded(Operand(0), 2)
    made = derive("department-average", Kind.FIGURE, label, rounded, (exact,), places=2)
    return made if compare(mean, made.value) else replace(made, formula=None, parts=())
