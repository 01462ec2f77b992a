"""`records/company.toml`: figures of the company as a whole, such as its coefficient of a year."""

from typing import Annotated

from pydantic import Field

from kpisite.language.dated import DatedFigure
from kpisite.language.file import FileModel


class Company(FileModel):
    """What holds of everybody, from a month on."""

    figure: Annotated[tuple[DatedFigure, ...], Field(min_length=1)]
