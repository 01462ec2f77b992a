"""What a month's pay is made of.  A new component is a class here and a line in `COMPONENTS`."""

from kpisite.language.components.amounts import Awards, BaseSalary, PoolShare
from kpisite.language.components.base import Component, Grounds, MonthFigures, Share, SplitAmong
from kpisite.language.components.by_grade import ByGrade
from kpisite.language.components.figure import FigurePay, Split
from kpisite.language.components.other import Other
from kpisite.language.components.per_unit import PerPoint, PerUnit
from kpisite.language.components.proportion import Proportion
from kpisite.language.components.share_of import ShareOf
from kpisite.language.components.tiers import Tiers

COMPONENTS: tuple[type[Component], ...] = (
    BaseSalary,
    ByGrade,
    Proportion,
    Tiers,
    PerUnit,
    PerPoint,
    Awards,
    PoolShare,
    ShareOf,
    FigurePay,
    Split,
    Other,
)

__all__ = [
    "COMPONENTS",
    "Component",
    "FigurePay",
    "Grounds",
    "MonthFigures",
    "Other",
    "PerPoint",
    "Share",
    "ShareOf",
    "Split",
    "SplitAmong",
    "Tiers",
]
