"""By what a state of a site is known, and which prints a build made of it.

A build prints each form from all that the site's files say.  Where it is known that a state of the
site is the very one that was built, by this program, and a form is one of those prints, nobody need
read and score the site again to know that it would be printed so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
    """The keys of all that the last whole build printed, of which state of the site, and `whole`, a
    digest of all that its folder rests on, its history too."""

    state: str
    whole: str
    keys: frozenset[str] = frozenset()

    def of_next(
        self, state: str, whole: str, left: Iterable[str], used: Iterable[str]
    ) -> "BuiltPrints":
        """Those of the build after it, which has no more use for some prints, and uses others."""
        keys = self.keys.difference(left).union(used)
        return BuiltPrints(state=state, whole=whole, keys=keys)


NOTHING_BUILT = BuiltPrints(state="", whole="")


def built_prints(store: FormCache) -> BuiltPrints | None:
    """What the last whole build kept, where it is known to be this user's."""
    content = store.get(BUILT) if store.is_authentic else None
    if content is None:
        return None
    state, whole, *keys = content.decode().split("\n")
    return BuiltPrints(state=state, whole=whole, keys=frozenset(keys))


def keep_built(store: FormCache, built: BuiltPrints) -> None:
    """Keeps which prints there are, for `built_prints`."""
    if store.is_authentic:
        store.put(BUILT, "\n".join([built.state, built.whole, *sorted(built.keys)]).encode())
