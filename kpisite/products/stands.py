"""What the build before left in its folder, share by share."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from kpisite.core.digest import digest
from kpisite.disk.files import stamps
from kpisite.examine.kept import FILES, OUTPUT, PRINTS, Kept, KeptOutput

Files = tuple[str, ...]
Prints = tuple[str, ...]


class Stands:
    """What stands in the folder `output`, as far as it is known and nobody else was at it since."""

    def __init__(self, kept: Kept, output: Path) -> None:
        self._kept = kept
        self._output = output
        self._id = digest(str(output))

    @cached_property
    def before(self) -> KeptOutput | None:
        """The shares that stand there."""
        found = self._kept.get(f"output {self._id}", "", OUTPUT)
        if found is None or stamps(self._output, found.folders) != found.folders:
            return None
        return found

    def files_of(self, share: str) -> Files | None:
        """The places of a share's pages; None where they are not known."""
        if self.before is None:
            return None
        return self._kept.get(self._files(share), self.before.shares[share].key, FILES)

    def files_of_all(self, shares: Iterable[str]) -> set[str] | None:
        """The places of the pages of several; None where some are not known."""
        found: set[str] = set()
        for share in shares:
            files = self.files_of(share)
            if files is None:
                return None
            found.update(files)
        return found

    def prints_of(self, shares: Iterable[str]) -> set[str]:
        """The keys of what was printed of several shares, as far as they are known."""
        found = (self._kept.get(self._prints(share), "", PRINTS) for share in shares)
        return {key for keys in found for key in keys or ()}

    def keep(
        self, now: KeptOutput, files: Mapping[str, Files], prints: Mapping[str, Prints]
    ) -> None:
        """Keeps what stands there now; `files` and `prints` are those of the shares that were
        made."""
        before = {} if self.before is None else self.before.shares
        with self._kept.together():
            for share in before.keys() - now.shares.keys():
                self._kept.drop(self._files(share))
                self._kept.drop(self._prints(share))
            for share, places in files.items():
                self._kept.put(self._files(share), now.shares[share].key, FILES, places)
            for share, keys in prints.items():
                self._kept.put(self._prints(share), "", PRINTS, keys)
            self._kept.put(f"output {self._id}", "", OUTPUT, now)

    def _files(self, share: str) -> str:
        return f"files {self._id} {share}"

    def _prints(self, share: str) -> str:
        return f"prints {self._id} {share}"
