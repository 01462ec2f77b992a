"""By what a state of the site is known, and which prints a build made of it.

A build prints each form from all that the site's files say.  Where it is known that a state of the
site is the very one that was built, by this program, and a form is one of those prints, nobody need
read and score the site again to know that it would be printed so.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kpisite.core.digest import digest
from kpisite.disk.cache import FormCache
from kpisite.write.pdf import versions_of_libraries

#: What the prints of the last whole build are kept under, beside them.
BUILT = "built"
#: What ends the key of a print that typefaces of the machine may have drawn.  Nothing is known of
#: one: others may be there by now.
OF_THE_MACHINE = "+"


def state_of(program: str, ids: Mapping[str, str]) -> str:
    """What tells one state of a site from every other: the program and the libraries that are
    linked to it, and of each file that a build may read, by path, by what git knows its content."""
    libraries = (f"{name} {version}" for name, version in versions_of_libraries().items())
    files = (f"{path} {id}" for path, id in sorted(ids.items()))
    return digest(program, *libraries, "", *files)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPrints:
    """The keys of all that the last whole build printed, by the share of the site that each is in,
    and of which state of the site."""

    state: str = ""
    of_shares: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def as_text(self) -> str:
        """As it is kept."""
        return json.dumps([self.state, self.of_shares], separators=(",", ":"))

    @property
    def id(self) -> str:
        """What tells it from any other, by which the output that it is of names it: of what an
        earlier build kept nothing is handed on that was not its own."""
        return digest(self.as_text)

    def gives(self, state: str, key: str) -> bool:
        """Whether that state of the site gives what is printed under the key."""
        return self.state == state and any(key in keys for keys in self.of_shares.values())


def built_prints(store: FormCache) -> BuiltPrints:
    """What the last whole build kept; nothing where it is not known to be this user's, or where
    another version kept it, in another shape."""
    content = store.get(BUILT) if store.is_authentic else None
    try:
        state, of_shares = json.loads(content or b"")
        kept = {name: tuple(keys) for name, keys in of_shares.items()}
    except (ValueError, TypeError, AttributeError):
        return BuiltPrints()
    return BuiltPrints(state=state, of_shares=kept)


def keep_built(
    store: FormCache,
    state: str,
    made: Mapping[str, tuple[str, ...]],
    taken: Iterable[str],
    before: str,
) -> str:
    """Keeps which prints there are of a state, for `built_prints`: those of the shares that were
    `made`, and those of the shares that were `taken` over from the build `before`, by its id, as
    far as they are known; the id of all that."""
    known = built_prints(store)
    of_shares = known.of_shares if known.id == before else {}
    built = BuiltPrints(
        state=state, of_shares={name: of_shares.get(name, ()) for name in taken} | dict(made)
    )
    if store.is_authentic:
        store.put(BUILT, built.as_text.encode())
    return built.id
