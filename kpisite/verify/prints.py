"""The prints that a run of this user's on this machine made before: they need not be made again to
know that they are what the records give.

Printing is a function of the job and of what the print key is made of.  So where the store holds
the very bytes of a form under the key of the very job, sealed by this user, a build or an earlier
`verify` printed them from it.  A store that came with the folder bears no such seal, and nothing
that disagrees with a form is taken from any: then it is printed anew.

Nor need the site be scored again, where the store says, sealed likewise, that this program made
that print from the very state of the site that is asked about.
"""

from pathlib import Path

from kpisite.disk.cache import CACHE, FORMS, FormCache, mark_of
from kpisite.products.state import OF_THE_MACHINE, built_prints

#: What ends a file, or the part of it that was there before somebody signed.
END = b"%%EOF\n"
#: What the keys begin with of forms that no build printed, and of what these were printed from; and
#: how many of each are kept.
SEEN, SEEN_OF, MOST_SEEN = "verified ", "verified-of ", 200


def as_printed(content: bytes) -> bytes:
    """A file up to where it seems to end for the first time: as it was before it was signed."""
    return content[: content.find(END) + len(END)]


class Prints:
    """The prints kept in the site at `root`; none is taken where they `may_be_taken` not."""

    def __init__(self, root: Path, *, may_be_taken: bool = True) -> None:
        self._place = root / CACHE / FORMS
        self._store = FormCache(root)
        self._may_be_taken = may_be_taken

    @property
    def _may_take(self) -> bool:
        return self._may_be_taken and self._place.is_file() and self._store.is_authentic

    def may_have(self, content: bytes) -> bool:
        """Whether this seems to be a print that is kept: a hint, by which nothing is decided."""
        return self._may_take and bool(self._store.marked(mark_of(as_printed(content))))

    def found(self, key: str, form: bytes) -> bytes | None:
        """What was printed under that key, where the form begins with it."""
        for name in (key, SEEN + key) if self._may_take else ():
            printed = self._store.get(name)
            if printed and form.startswith(printed):
                return printed
        return None

    def of_state(self, state: str, form: bytes) -> bytes | None:
        """What the form begins with, where it was printed from that state of the site: by the last
        whole build, or as an earlier `verify` found."""
        if not self._may_take:
            return None
        for name in self._store.marked(mark_of(as_printed(form))):
            key = name.removeprefix(SEEN)
            printed = self._store.get(name)
            if printed and form.startswith(printed) and self._is_of_state(state, key):
                return printed
        return None

    def _is_of_state(self, state: str, key: str) -> bool:
        if key.endswith(OF_THE_MACHINE):
            return False
        if self._store.get(f"{SEEN_OF}{state} {key}") is not None:
            return True
        return built_prints(self._store).gives(state, key)

    def keep_of_state(self, state: str, key: str) -> None:
        """Keeps that a state of the site gives what is printed under `key`."""
        if self._store.is_authentic:
            self._keep(SEEN_OF, f"{state} {key}", b"")

    def keep(self, key: str, printed: bytes) -> None:
        """Keeps what was printed to verify a form, beside what builds keep; not without end."""
        if self._store.is_authentic:
            self._keep(SEEN, key, printed)

    def _keep(self, kind: str, name: str, content: bytes) -> None:
        self._store.make_room(kind, MOST_SEEN)
        self._store.put(kind + name, content)
