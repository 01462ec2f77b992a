"""`kpisite.toml`: the site itself."""

from typing import Literal

from pydantic import Field

from kpisite.language.base import Id, Model, Words


class ManagersSee(Model):
    """What a department's manager may see besides marks and grades."""

    pay: bool = False


class Site(Model):
    """The company, the language of its pages, and its theme."""

    company: Words
    language: Literal["zh", "en"] = "zh"
    theme: Id = "default"
    managers: ManagersSee = Field(default=ManagersSee(), description="What managers may see")
