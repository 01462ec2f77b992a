"""`kpisite.toml`: the site itself."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from kpisite.language.base import ID, Flag, Id, LanguageOf, Model, Positive, Words, Written
from kpisite.language.file import FileModel
from kpisite.language.money import MoneyRules


class ManagersSee(Model):
    """What a department's manager may see besides marks and grades."""

    pay: Flag = False


#: The audiences that every site has, by the folders of their trees under the output folder, and
#: the folder of those that a site declares: an id that a build is asked for means one of them.
AUDIENCE_FOLDERS = ("employees", "managers", "hr", "payroll", "audiences")


def _departments(value: Any) -> Any:
    """None for `"all"`, so that no list can ever come to mean all, not even an empty one."""
    if value == "all":
        return None
    if not isinstance(value, list):
        raise PydanticCustomError("departments", 'a list of departments, or "all"')
    if not value:
        raise PydanticCustomError("too_short", "at least one department")
    return value


DepartmentIds = Annotated[
    tuple[Id, ...] | None,
    BeforeValidator(_departments),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "all"},
                {
                    "type": "array",
                    "items": {"type": "string", "pattern": f"^{ID}$"},
                    "minItems": 1,
                },
            ]
        }
    ),
]


class DeclaredAudience(Model):
    """Somebody who reads of several departments: their head, the general manager, the works
    council, an auditor.

    Sums of departments are always shown; of people what is said here, and else nothing.
    """

    id: Id
    name: Words
    departments: DepartmentIds
    cards: Flag = False
    pay: Flag = False
    reviews: Flag = False
    readers: tuple[Id, ...] = ()

    @property
    def scope(self) -> frozenset[str] | None:
        """The ids of its departments; None for all there are and will be."""
        return None if self.departments is None else frozenset(self.departments)


class Legal(Model):
    """The legal tier of checks, which HR switches on by writing this table."""

    minimum_wage: Positive | None = Field(default=None, description="Monthly minimum wage")
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
    language: LanguageOf = "zh"
    theme: Id = "default"
    money: MoneyRules = Field(default=MoneyRules(), description="The currency of all pay")
    legal: Legal | None = None
    archive: Written | None = Field(
        default=None, description="The folder of the archive, from the site's folder"
    )
    retention: Retention = Field(
        default=Retention(), description="How long archived copies are kept"
    )
    managers: ManagersSee = Field(default=ManagersSee(), description="What managers may see")
    audience: tuple[DeclaredAudience, ...] = Field(
        default=(), description="Who reads of several departments"
    )
