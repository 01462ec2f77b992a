"""What the build before left in its folder, share by share."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path

from kpisite.core.digest import digest
from kpisite.disk.files import stamps
from kpisite.examine.kept import LINES, Kept
from kpisite.products.kept import (
    FILES,
    GROUP_PAGES,
    OUTPUT,
    PARTS,
    KeptGroupPages,
    KeptOutput,
    KeptPart,
    KeptShare,
)

Parts = Mapping[str, KeptPart]


class Stands:
    """What stands in the folder `output`, as far as it is known and nobody else was at it since."""

    def __init__(self, kept: Kept, output: Path) -> None:
        self._kept = kept
        self._output = output
        self._id = digest(str(output))
        self._groups: dict[str, KeptGroupPages | None] = {}

    @cached_property
    def before(self) -> KeptOutput | None:
        """The lists that stand there, and the groups in brief."""
        found = self._kept.get(f"output {self._id}", "", OUTPUT)
        if found is None or stamps(self._output, found.folders) != found.folders:
            return None
        return found

    def group(self, name: str) -> KeptGroupPages | None:
        """The pages of those who are of a group; None where they are not known."""
        if name not in self._groups:
            assert self.before is not None
            key = self.before.groups[name].key
            self._groups[name] = self._kept.get(self._group(name), key, GROUP_PAGES)
        return self._groups[name]

    def parts_of(self, share: str, key: str) -> Parts | None:
        """The pages of a share of that key, part by part; None where they are not known."""
        return self._kept.get(self._parts(share), key, PARTS)

    def files_of(self, shares: Mapping[str, KeptShare]) -> set[str] | None:
        """The places of the pages of several; None where some are not known."""
        found: set[str] = set()
        for share, one in shares.items():
            parts = self.parts_of(share, one.key)
            if parts is None:
                return None
            found.update(files_in(parts))
        return found

    def prints_of(self, shares: Mapping[str, KeptShare]) -> set[str]:
        """The keys of what was printed of several shares, as far as they are known."""
        found = (self.parts_of(share, one.key) or {} for share, one in shares.items())
        return {key for parts in found for part in parts.values() for key in part.prints}

    @property
    def besides(self) -> set[str]:
        """The places of the files besides, in people's own trees as well."""
        if self.before is None:
            return set()
        groups = (self.group(name) for name in self.before.groups)
        of_groups = (one.besides for one in groups if one is not None)
        return set(self.before.besides).union(*of_groups)

    @property
    def inputs(self) -> Mapping[str, str] | None:
        """The digest of every file of the site then; None where not all are known."""
        found: dict[str, str] = {}
        for folder, key in ({} if self.before is None else self.before.inputs).items():
            files = self._kept.get(self._files(folder), key, FILES)
            if files is None:
                return None
            found |= files
        return found

    def keep(
        self,
        now: KeptOutput,
        groups: Mapping[str, KeptGroupPages],
        made: Mapping[str, Parts],
        gone: Iterable[str],
        digests_in: Callable[[str], Mapping[str, str]],
    ) -> None:
        """Keeps what stands there now; `groups` are those that are not as they were, `made` the
        parts of the shares that were, `gone` the shares that are there no more, and `digests_in`
        gives those of each file in one of the folders of `now.inputs`."""
        before = self.before
        keys = dict(now.shares) | {
            name: one for group in groups.values() for name, one in group.shares.items()
        }
        with self._kept.together():
            for share in gone:
                self._kept.drop(self._parts(share))
                for name in self._kept.names(f"{LINES} {share} "):
                    self._kept.drop(name)
            for share, parts in made.items():
                self._kept.put(self._parts(share), keys[share].key, PARTS, dict(parts))
            for name in () if before is None else before.groups.keys() - now.groups.keys():
                self._kept.drop(self._group(name))
            for name, group in groups.items():
                self._kept.put(self._group(name), now.groups[name].key, GROUP_PAGES, group)
            self._keep_files(now.inputs, digests_in)
            self._kept.put(f"output {self._id}", "", OUTPUT, now)

    def _keep_files(
        self, now: Mapping[str, str], digests_in: Callable[[str], Mapping[str, str]]
    ) -> None:
        before = {} if self.before is None else self.before.inputs
        for folder in before.keys() - now.keys():
            self._kept.drop(self._files(folder))
        for folder, key in now.items():
            if before.get(folder) != key:
                self._kept.put(self._files(folder), key, FILES, dict(digests_in(folder)))

    def _parts(self, share: str) -> str:
        return f"parts {self._id} {share}"

    def _group(self, name: str) -> str:
        return f"group {self._id} {name}"

    def _files(self, folder: str) -> str:
        return f"files {self._id} {folder}"


def files_in(parts: Parts) -> tuple[str, ...]:
    """Where all pages of some parts stand."""
    return tuple(place for part in parts.values() for place in part.files)
