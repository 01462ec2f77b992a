"""`kpisite.toml`: the site itself."""

from typing import Literal

from pydantic import Field

from kpisite.language.base import Flag, Id, Model, Positive, Words
from kpisite.language.file import FileModel


class ManagersSee(Model):
    """What a department's manager may see besides marks and grades."""

    pay: Flag = False


class Legal(Model):
    """The legal tier of checks, which HR switches on by writing this table."""

    minimum_wage: Positive | None = Field(default=None, description="Monthly minimum wage, in yuan")
    fines: Flag = Field(default=True, description="Warn of amounts kept back from pay")


class Site(FileModel):
    """The company, the language of its pages, and its theme."""

    company: Words
    language: Literal["zh", "en"] = "zh"
    theme: Id = "default"
    legal: Legal | None = None
    managers: ManagersSee = Field(default=ManagersSee(), description="What managers may see")
