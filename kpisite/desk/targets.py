"""What a column of a table may be, by what the table is taken into."""

from collections.abc import Iterator
from dataclasses import dataclass

from kpisite.check.filed import Filed
from kpisite.core.issue import Fact, Issue, nearest
from kpisite.language.mapping import NOT_TAKEN, Into
from kpisite.language.mapping import Mapping as TableMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The names of what a column may be, and the words before a dot behind which more is named."""

    names: tuple[str, ...]
    dotted: tuple[str, ...] = ()

    def has(self, target: str) -> bool:
        """Whether a column may be that."""
        before, dot, _ = target.partition(".")
        return target in self.names or (bool(dot) and before in self.dotted)

    @property
    def known(self) -> tuple[str, ...]:
        """All of them, to be shown."""
        return (*self.names, *(f"{one}.…" for one in self.dotted))


_WHOSE = ("id", "name", "month", "part")
TARGETS: dict[Into, Targets] = {
    "records": Targets(
        names=(*_WHOSE, "by"), dotted=("metrics", "marks", "notes", "event")
    ),
    "events": Targets(
        names=(*_WHOSE, "rule", "date", "count", "points", "source", "reason"),
    ),
    "survey": Targets(names=(*_WHOSE, "by"), dotted=("answers",)),
    "absence": Targets(names=("id", "name", "kind", "from", "to")),
    "staff": Targets(
        names=(
            "id", "name", "department", "department-id", "title", "scheme", "superior", "joined",
            "left", "probation", "salary", "from",
        ),
    ),
}  # fmt: skip
#: What the mapping may say of all rows besides what columns may be.
_FIXED = {"records": ("date", "source", "reason"), "survey": ("of",)}


def unfit_targets(filed: Filed[TableMapping]) -> Iterator[Issue]:
    """Names in a mapping that no column can be, which would be passed over in silence."""
    mapping = filed.model
    targets = TARGETS[mapping.into]
    named = [
        (("columns", head), target)
        for head, several in mapping.columns.items()
        for target in ((several,) if isinstance(several, str) else several)
        if target != NOT_TAKEN and not targets.has(target)
    ]
    fixed = (*targets.names, *_FIXED.get(mapping.into, ()))
    named += [(("fixed", one), one) for one in mapping.fixed if one not in fixed]
    named += [(("values", one), one) for one in mapping.values if one not in targets.names]
    for keys, target in named:
        known = targets.known if keys[0] != "fixed" else fixed
        facts: dict[str, Fact] = {"target": target, "into": mapping.into, "known": known}
        facts["meant"] = nearest(target, [*targets.names, *targets.dotted])
        yield Issue(code="import-no-target", at=filed.at(*keys), facts=facts)
