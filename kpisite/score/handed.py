"""What the records of each month hand on to the later ones of the same person or department."""

from collections import defaultdict
from decimal import Decimal

from kpisite.check.entry import Entry
from kpisite.check.ground import Ground
from kpisite.core.address import appraisee_of
from kpisite.core.captions import caption
from kpisite.core.exact import LARGEST
from kpisite.core.immutable import immutable
from kpisite.core.month import Month, Period
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.figures.earlier import Earlier, MonthBefore, MonthValue
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.score.card import Scorecard
from kpisite.score.eligible import left_out_of


class Handed:
    """What was handed on so far, by whoever the records are of; the months come in time order."""

    def __init__(self) -> None:
        self._of: defaultdict[str, dict[Month, MonthBefore]] = defaultdict(dict)

    def put(self, path: str, handed: MonthBefore | None) -> None:
        """Takes in what the record at `path` hands on, if it hands on anything."""
        if handed is not None:
            self._of[appraisee_of(path)][handed.month] = handed

    def taken_by(self, entry: Entry) -> Earlier | None:
        """What a record takes of the earlier months on its form, and nothing else; None where its
        form takes nothing of any."""
        taking = Taking.of(entry)
        if taking is None or entry.scheme is None:
            return None
        return self.taken(entry.filed.path, taking, entry.scheme.model)

    def taken(self, path: str, taking: "Taking", scheme: Scheme) -> Earlier:
        """The same, once it is known how the record at `path` looks back."""
        period = Period(taking.month, scheme.per)
        months = [
            one
            for month, one in sorted(self._of[appraisee_of(path)].items())
            if month < taking.month and one.form == scheme.id
        ]
        earlier = Earlier(period=period, first=taking.first, months=tuple(months))
        return earlier.kept_to(scheme.plan)


@immutable
class Taking:
    """How a record looks back: from its month, on the form that stands at `scheme`, not before the
    month of joining."""

    month: Month
    scheme: str
    first: Month | None

    @classmethod
    def of(cls, entry: Entry) -> "Taking | None":
        """How a record does; None of one whose form does not."""
        scheme, person = entry.scheme, entry.person
        if scheme is None or not scheme.model.plan.over_months:
            return None
        first = None if person is None else Month.of(person.model.joined)
        return cls(month=entry.record.month, scheme=scheme.path, first=first)


def hands_on(ground: Ground, record: Record) -> bool:
    """Whether later months ask for anything of a record: then so may the record of earlier ones."""
    is_of_none = ground.one_off_of(record) is not None
    return not is_of_none and ground.scheme_id_of(record) in ground.handed_on


def handed_on(ground: Ground, card: Scorecard) -> MonthBefore | None:
    """What a scorecard hands on to later months; nothing of a part of one, nor of a one-off
    appraisal."""
    record, form = card.record.model, card.scheme.model.id
    wanted = ground.handed_on.get(form, frozenset())
    if not wanted or ground.qualifier_of(record) is not None:
        return None
    own = {one.id for one in card.hands_on}
    values = [one.within(LARGEST) for one in card.hands_on]  # what is beyond is reported
    if "total" in wanted - own:
        values.append(MonthValue.of(record.month, "total", card.total))
    if "grade" in wanted - own:
        values += _grade(ground, card)
    return MonthBefore(
        month=record.month,
        form=form,
        is_provisional=card.is_provisional,
        values=tuple(values),
    )


def _grade(ground: Ground, card: Scorecard) -> list[MonthValue]:
    """The grade by the total alone; nothing of a scorecard that counts in no grades."""
    month = card.record.model.month
    filed = ground.policy(card.scheme.model.id, month)
    if filed is None or left_out_of(ground, card, filed.model):
        return []
    index = filed.model.grade_of(card.total.value)
    return [] if index is None else [_as_choice(filed.model, index, month)]


def _as_choice(policy: Policy, index: int, month: Month) -> MonthValue:
    grade = policy.grade[index]
    made = Working(
        id="grade",
        kind=Kind.FIGURE,
        label=caption("grade"),
        value=Decimal(index + 1),
        unit=Unit.CHOICE,
        word=grade.id,
        word_id=grade.id,
    )
    return MonthValue.of(month, "grade", made)
