"""How a number came about, written once and read four ways.

A formula refers to the workings that it stands on by position, and says the same thing as a
value, as text with the actual figures in it, and as a spreadsheet formula.  Because the value is
reckoned from the very formula that is shown, the page cannot explain a number that it did not
compute.  Formulas hold no figures of a person, so that one serves everybody on a scheme.
"""

from kpisite.core.formula.arithmetic import (
    Difference,
    Given,
    Part,
    Product,
    Quotient,
    Sum,
    mean,
    sum_of_parts,
)
from kpisite.core.formula.base import (
    CELL_PLACES,
    Binding,
    Cells,
    Figure,
    Figures,
    Formula,
    readable,
)
from kpisite.core.formula.bounds import Least, Rounded, Whole, Within
from kpisite.core.formula.ladder import Edge, Ladder, Rung

__all__ = [
    "CELL_PLACES",
    "Binding",
    "Cells",
    "Difference",
    "Edge",
    "Figure",
    "Figures",
    "Formula",
    "Given",
    "Ladder",
    "Least",
    "Part",
    "Product",
    "Quotient",
    "Rounded",
    "Rung",
    "Sum",
    "Whole",
    "Within",
    "mean",
    "readable",
    "sum_of_parts",
]
