"""The last sheet of a scorecard's workbook: the grades of its policy, where each begins, and the
amounts for it."""

from kpisite.pages.cells import Cell, Look, SheetRow, Worksheet
from kpisite.pages.placed import Placed

#: The columns of the grade table that hold amounts.
AMOUNTS = ("salary", "bonus")


def grades_sheet(placed: Placed) -> Worksheet:
    """The grade table, by which grade and amounts are looked up."""
    words = placed.words
    amounts = [
        key for key in AMOUNTS if any(getattr(grade, key) is not None for grade in placed.grades)
    ]
    keys = AMOUNTS if "bonus" in amounts else AMOUNTS[: len(amounts)]
    heads = (words["grade"], words["workbook-from"], *(words[f"grade-{key}"] for key in keys))
    lines = [SheetRow(cells=tuple(Cell(value=head, look=Look.HEAD) for head in heads))]
    for grade in placed.grades:
        figures = (grade.from_, *(getattr(grade, key) for key in keys))
        cells = (
            Cell(value="", look=Look.TEXT)
            if figure is None
            else Cell(value=figure, look=Look.WRITTEN)
            for figure in figures
        )
        lines.append(SheetRow(cells=(Cell(value=placed.say(grade.name)), *cells)))
    widths = (20, 14, *(24 for _ in keys))
    name = words["workbook-grades"]
    return Worksheet(name=name, widths=widths, lines=tuple(lines), frozen=1)
