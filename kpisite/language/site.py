"""`kpisite.toml`: the site itself."""

from typing import Annotated, Literal

from pydantic import Field

from kpisite.language.base import Flag, Id, Model, Positive, Words, Written
from kpisite.language.file import FileModel


class ManagersSee(Model):
    """What a department's manager may see besides marks and grades."""

    pay: Flag = False


class Legal(Model):
    """The legal tier of checks, which HR switches on by writing this table."""

    minimum_wage: Positive | None = Field(default=None, description="Monthly minimum wage, in yuan")
    fines: Flag = Field(default=True, description="Warn of amounts kept back from pay")


class Retention(Model):
    """For how many years archived copies are kept, from the end of the month that they are about;
    what shows pay for two at least, as the rules on paying wages have it
    (《工资支付暂行规定》第六条)."""

    scores: Annotated[int, Field(ge=1, le=100, strict=True)] = 1
    pay: Annotated[int, Field(ge=2, le=100, strict=True)] = 2


class SiteFile(FileModel):
    """The company, the language of its pages, and its theme."""

    company: Words
    language: Literal["zh", "en"] = "zh"
    theme: Id = "default"
    legal: Legal | None = None
    archive: Written | None = Field(
        default=None, description="The folder of the archive, from the site's folder"
    )
    retention: Retention = Field(
        default=Retention(), description="How long archived copies are kept"
    )
    managers: ManagersSee = Field(default=ManagersSee(), description="What managers may see")
