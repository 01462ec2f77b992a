"""What the build before left in its folder, share by share."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from kpisite.core.digest import digest
from kpisite.disk.files import stamps
from kpisite.examine.kept import LINES, OUTPUT, PARTS, Kept, KeptOutput, KeptPart

Parts = Mapping[str, KeptPart]


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

    def parts_of(self, share: str) -> Parts | None:
        """The pages of a share, part by part; None where they are not known."""
        if self.before is None or share not in self.before.shares:
            return None
        return self._kept.get(self._parts(share), self.before.shares[share].key, PARTS)

    def files_of(self, share: str) -> tuple[str, ...] | None:
        """The places of a share's pages; None where they are not known."""
        parts = self.parts_of(share)
        return None if parts is None else files_in(parts)

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
        found = (self.parts_of(share) or {} for share in shares)
        return {key for parts in found for part in parts.values() for key in part.prints}

    def keep(self, now: KeptOutput, made: Mapping[str, Parts]) -> None:
        """Keeps what stands there now; `made` are the parts of the shares that were."""
        before = {} if self.before is None else self.before.shares
        with self._kept.together():
            for share in before.keys() - now.shares.keys():
                self._kept.drop(self._parts(share))
                self._kept.drop(f"{LINES} {share}")
            for share, parts in made.items():
                self._kept.put(self._parts(share), now.shares[share].key, PARTS, dict(parts))
            self._kept.put(f"output {self._id}", "", OUTPUT, now)

    def _parts(self, share: str) -> str:
        return f"parts {self._id} {share}"


def files_in(parts: Parts) -> tuple[str, ...]:
    """Where all pages of some parts stand."""
    return tuple(place for part in parts.values() for place in part.files)
