"""What a month's pay is made of.  A new component is a class here and a line in `COMPONENTS`."""

from kpisite.language.components.base import Component, Grounds
from kpisite.language.components.by_grade import ByGrade
from kpisite.language.components.other import Other
from kpisite.language.components.tiers import Tiers

COMPONENTS: tuple[type[Component], ...] = (ByGrade, Tiers, Other)

__all__ = ["COMPONENTS", "ByGrade", "Component", "Grounds", "Other", "Tiers"]
