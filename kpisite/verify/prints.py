"""The prints that a run of this user's on this machine made before: they need not be made again to
know that they are what the records give.

Printing is a function of the job and of what the print key is made of.  So where the store holds
the very bytes of a form under the key of the very job, sealed by this user, a build or an earlier
`verify` printed them from it.  A store that came with the folder bears no such seal, and nothing
that disagrees with a form is taken from any: then it is printed anew.
"""

from pathlib import Path

from kpisite.disk.cache import CACHE, FORMS, FormCache, mark_of

#: What ends a file, or the part of it that was there before somebody signed.
END = b"%%EOF\n"
#: What the keys begin with of forms that no build printed, and how many of these are kept.
SEEN, MOST_SEEN = "verified ", 200


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
        return self._may_take and self._store.is_marked(mark_of(as_printed(content)))

    def found(self, key: str, form: bytes) -> bytes | None:
        """What was printed under that key, where the form begins with it."""
        for name in (key, SEEN + key) if self._may_take else ():
            printed = self._store.get(name)
            if printed and form.startswith(printed):
                return printed
        return None

    def keep(self, key: str, printed: bytes) -> None:
        """Keeps what was printed to verify a form, beside what builds keep; not without end."""
        if not self._store.is_authentic:
            return
        seen = [name for name in self._store.names() if name.startswith(SEEN)]
        for name in seen if len(seen) >= MOST_SEEN else ():
            self._store.drop(name)
        self._store.put(SEEN + key, printed)
