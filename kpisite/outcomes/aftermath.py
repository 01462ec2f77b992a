"""What the checks of a month, and of the site, need of one result: small enough to be kept."""

from collections.abc import Mapping
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.immutable import immutable
from kpisite.core.month import Month, Per
from kpisite.core.text import Text
from kpisite.outcomes.result_checks import is_formerly_sealed
from kpisite.outcomes.results import Result


@immutable
class Aftermath:
    """Whose result it is, of which month, on the form at the path `scheme`, under the policy at the
    path `policy`, which is empty where there is none.

    `name` is what it is called among those of its month.  `is_formerly_sealed` says that its closed
    month holds it by a digest of the former kind.
    """

    path: str
    month: Month
    appraisee_id: str
    name: str
    is_person: bool
    one_off: str | None
    department: str
    scheme: str
    policy: str
    is_provisional: bool
    counts: bool
    """Whether it is a person's that is graded and ranked among others."""
    title: Text
    scheme_id: str
    grade: int | None
    superior: str | None
    per: Per
    values: Mapping[str, Decimal]
    """What limits ask for."""
    gives_away: tuple[str, ...]
    """What of its pay would give another's away."""
    is_paid: bool
    is_formerly_sealed: bool


def aftermath_of(ground: Ground, result: Result) -> Aftermath:
    """What the checks of a month need of the result."""
    return Aftermath(
        path=result.card.record.path,
        month=result.month,
        appraisee_id=result.appraisee_id,
        name=result.name_in_month,
        is_person=result.is_person,
        one_off=result.card.one_off,
        department=result.department_id,
        scheme=result.card.scheme.path,
        policy="" if result.policy is None else result.policy.path,
        is_provisional=result.card.is_provisional,
        counts=result.is_person and not result.standing.left_out and result.card.one_off is None,
        title=result.card.appraisee.title,
        scheme_id=result.card.scheme.model.id,
        grade=result.standing.grade,
        superior=result.card.appraisee.superior,
        per=result.card.scheme.model.per,
        values=result.figures.values,
        gives_away=result.standing.gives_away,
        is_paid=result.wage is not None,
        is_formerly_sealed=is_formerly_sealed(ground, result),
    )
