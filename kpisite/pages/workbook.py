"""What the workbook of a scorecard says: a form to read, and every working as a row to check.

The form's cells and the derived workings are formulas over the figures that somebody wrote, so
that HR can change a mark and watch the total, the grade and the wage move.  A spreadsheet computes
in doubles, to some fifteen digits, where kpisite is exact: formulas drop what binary arithmetic
adds before they round or compare (`CELL_PLACES`), and a written figure of more digits than a
double holds stands in full beside its cell.
"""

from kpisite.check.ground import Ground
from kpisite.core.text import Language
from kpisite.outcomes.results import Result
from kpisite.pages.cells import Workbook
from kpisite.pages.form_sheet import FormSheet
from kpisite.pages.grades_sheet import grades_sheet
from kpisite.pages.placed import Placed
from kpisite.pages.workings_sheet import WorkingsSheet


def scorecard_workbook(ground: Ground, result: Result, language: Language) -> Workbook:
    """The form, the workings of total, grade and wage, and the grade table where a grade was
    earned."""
    placed = Placed(ground, result, language)
    facts = placed.facts
    grades = (grades_sheet(placed),) if placed.grades else ()
    sheets = (FormSheet(placed).sheet(), WorkingsSheet(placed).sheet(), *grades)
    return Workbook(title=f"{facts.scheme} {facts.name} {result.month}", sheets=sheets)
