"""How a number came about, written once and read four ways.

A formula refers to the workings that it stands on by position, and says the same thing as a
value, as text with the actual figures in it, and as a spreadsheet formula.  Because the value is
computed from the very formula that is shown, the page cannot explain a number that it did not
compute.  Formulas hold no figures of a person, so that one serves everybody on a scheme.
"""

from kpisite.core.formula.arithmetic import (
    Constant,
    Difference,
    Operand,
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
from kpisite.core.formula.bounds import Clamp, Floor, Minimum, Rounded
from kpisite.core.formula.lookup import Edge, Lookup, LookupRow

__all__ = [
    "CELL_PLACES",
    "Binding",
    "Cells",
    "Clamp",
    "Constant",
    "Difference",
    "Edge",
    "Figure",
    "Figures",
    "Floor",
    "Formula",
    "Lookup",
    "LookupRow",
    "Minimum",
    "Operand",
    "Product",
    "Quotient",
    "Rounded",
    "Sum",
    "mean",
    "readable",
    "sum_of_parts",
]
