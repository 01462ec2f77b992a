"""Which part of a site is asked for."""

from dataclasses import dataclass

from kpisite.core.month import Month
from kpisite.outcomes.outline import Carded


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a build is asked for; nothing named means all of it."""

    months: frozenset[Month] = frozenset()
    departments: frozenset[str] = frozenset()
    employees: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    pdf: bool = True

    def takes(self, brief: Carded) -> bool:
        """Whether the scorecard is asked for."""
        return (
            (not self.months or brief.month in self.months)
            and (not self.departments or brief.department_id in self.departments)
            and (not self.employees or brief.appraisee_id in self.employees)
        )

    @property
    def has_whole_years(self) -> bool:
        """Whether no month of a year is left out, so that the year can be added up."""
        return not self.months

    @property
    def is_all(self) -> bool:
        """Whether every page is asked for."""
        return not (self.months or self.departments or self.employees or self.audiences)
