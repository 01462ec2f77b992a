"""Figures that rest on themselves, and those that ask for what is not known yet."""

from collections.abc import Iterator, Mapping

from kpisite.core.issue import Fact, Issue
from kpisite.language.figures.plan import Name, Planned, Scope


def circles_in(
    made: Mapping[Name, Planned], around: Scope
) -> Iterator[tuple[tuple[Name, ...], Issue]]:
    """Figures that rest on themselves, once for each circle, with the way around it."""
    rests_on: dict[Name, tuple[Name, ...]] = {
        ("", row): tuple(("", one) for one in names) for row, names in around.rows.items()
    }
    rests_on |= {("", id): tuple(("", row) for row in around.rows) for id in around.of_earlier}
    rests_on |= {name: one.operands for name, one in made.items()}
    done: set[Name] = set()
    for start in made:
        for circle in _walk(rests_on, start, [], done):
            facts: dict[str, Fact] = {"chain": " → ".join(id for _, id in (*circle, circle[0]))}
            first = next(name for name in circle if name in made)
            yield circle, Issue(code="figure-circle", at=made[first].at.at("id"), facts=facts)


def not_yet(made: Mapping[Name, Planned], around: Scope) -> Iterator[Issue]:
    """Folds up to this month of what is known of earlier months alone."""
    for one in made.values():
        for _, id in one.operands:
            if id in around.of_earlier:
                facts: dict[str, Fact] = {"figure": one.label, "id": id}
                yield Issue(code="figure-not-yet", at=one.at.at("over"), facts=facts)


def _walk(
    rests_on: Mapping[Name, tuple[Name, ...]], name: Name, chain: list[Name], done: set[Name]
) -> Iterator[tuple[Name, ...]]:
    """The circles to which one comes from `name`, which was come to by `chain`."""
    if name in chain:
        yield tuple(chain[chain.index(name) :])
    elif name not in done:
        for operand in rests_on.get(name, ()):
            yield from _walk(rests_on, operand, [*chain, name], done)
        done.add(name)
