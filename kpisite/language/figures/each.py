"""Something found of every figure of a plan, each once, from what is found of its operands."""

from collections.abc import Callable
from typing import Generic, TypeVar

from kpisite.language.figures.plan import Name, Plan, Planned

Found = TypeVar("Found")


class OfEach(Generic[Found]):
    """What is found of the figures of a plan; `others` gives it of what is no figure."""

    def __init__(self, plan: Plan, others: Callable[[str], Found]) -> None:
        self._plan = plan
        self._others = others
        self._found: dict[Name, Found] = {}

    def of(self, name: Name) -> Found:
        """What is found of a figure."""
        if name not in self._found:
            own = self._plan.figures.get(name)
            self._found[name] = self._others(name[1]) if own is None else self._new(own)
        return self._found[name]

    def named(self, of: str, id: str) -> Name:
        """What an id names among the rows of a list, or, where they have none such, elsewhere."""
        return (of, id) if of and (of, id) in self._plan.figures else ("", id)

    def operands(self, own: Planned) -> list[Found]:
        """What is found of those that a figure rests on."""
        return [self.of(one) for one in own.operands]

    def _new(self, own: Planned) -> Found:
        raise NotImplementedError
