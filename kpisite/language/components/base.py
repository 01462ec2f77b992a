"""What every pay component has in common: its line on the wage, and the grounds it reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from kpisite.core.fault import Issue, Source
from kpisite.core.text import Text
from kpisite.core.working import Working
from kpisite.language.base import Id, Model, Words
from kpisite.language.grade import Grade
from kpisite.language.record import Record
from kpisite.language.staff import Pay


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """All that one person's pay of one month may be reckoned from."""

    record: Record
    record_at: Source
    total: Working
    grade: Grade
    grade_at: Source
    pay: Pay | None
    pay_at: Source


class Component(Model):
    """One line of the wage, in yuan, rounded half up to the cent."""

    #: Stands under the component's name in the documentation.
    says: ClassVar[Text]

    id: Id
    name: Words

    def metrics(self) -> tuple[str, ...]:
        """The ids of the figures of the record that it needs."""
        return ()

    def policy_faults(self, grades: tuple[Grade, ...], at: Source) -> Iterator[Issue]:
        """What is wrong with the parameters, alone or against the grades."""
        return iter(())

    def working(self, grounds: Grounds) -> Working:
        """The amount with its reckoning."""
        raise NotImplementedError
