"""The scoring methods.  A new one is a class here and a line in `METHODS`; the scheme's schema,
the checks, the documentation and the law tests follow from it."""

from kpisite.language.methods.bands import Bands
from kpisite.language.methods.base import Marked, Measured, Planned
from kpisite.language.methods.benchmarks import Benchmarks
from kpisite.language.methods.checklist import Checklist
from kpisite.language.methods.department_average import DepartmentAverage
from kpisite.language.methods.department_score import DepartmentScore
from kpisite.language.methods.distance import Distance
from kpisite.language.methods.events import Deduction, EventRule
from kpisite.language.methods.figure import FigureIndicator
from kpisite.language.methods.indicator import Indicator
from kpisite.language.methods.levels import Levels
from kpisite.language.methods.metric_bands import MetricBands
from kpisite.language.methods.rank import Rank
from kpisite.language.methods.ratio import Ratio
from kpisite.language.methods.sheet import Sheet
from kpisite.language.methods.steps import Steps
from kpisite.language.methods.survey import SurveyMean
from kpisite.language.methods.tally import Tally
from kpisite.language.methods.tasks import Tasks

METHODS: tuple[type[Indicator], ...] = (
    Bands,
    Levels,
    Checklist,
    Tally,
    Steps,
    Ratio,
    Distance,
    FigureIndicator,
    MetricBands,
    Benchmarks,
    Rank,
    SurveyMean,
    Tasks,
    DepartmentScore,
    DepartmentAverage,
)

__all__ = [
    "METHODS",
    "Benchmarks",
    "Deduction",
    "DepartmentAverage",
    "DepartmentScore",
    "EventRule",
    "Indicator",
    "Marked",
    "Measured",
    "Planned",
    "Rank",
    "Sheet",
    "SurveyMean",
    "Tally",
]
