"""Which of all pages stand in the folder as they should.

It is asked from the top down: a group of people whose digest is that of the build before is as it
was, with all its shares, none of which is looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpisite.pages.shares import Share, Shares
from kpisite.products.kept import KeptGroupInBrief, KeptShare
from kpisite.products.stands import Stands


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The groups that are as they were, the shares of all others and of lists, and those of these
    that are in the folder as they should be; `before` are all that were there but for the groups
    that are the same."""

    same: Mapping[str, KeptGroupInBrief]
    shares: Sequence[Share]
    before: Mapping[str, KeptShare]
    clean: Mapping[str, KeptShare]

    @property
    def is_any(self) -> bool:
        """Whether anything stands as it should."""
        return bool(self.same or self.clean)

    @property
    def todo(self) -> int:
        """How many shares are to be made."""
        return len(self.shares) - len(self.clean)

    @property
    def gone(self) -> Mapping[str, KeptShare]:
        """The shares that stood there, and do not stand there as they should."""
        return {name: one for name, one in self.before.items() if name not in self.clean}


def standing(cut: Shares, stands: Stands, ground: str, *, by_group: bool = True) -> Standing:
    """What stands in the folder as it should; not `by_group` everybody is looked at."""
    before, names = stands.before, list(cut.groups)
    if before is None:
        return nothing_stands(cut)
    is_on_ground = before.ground == ground
    same = {
        name: one
        for name, one in before.groups.items()
        if by_group and is_on_ground and name in names and one.key == cut.group_key(name)
    }
    others = [name for name in before.groups if name not in same]
    pages = {name: stands.group(name) for name in others}
    known = {name: one for name, one in pages.items() if one is not None}
    if len(known) < len(others):
        return nothing_stands(cut)
    anew = None
    if is_on_ground:
        looked_at = {*others, *names}.difference(same)
        answered = {name: known[name].cells if name in known else {} for name in looked_at}
        anew = cut.asked_anew(answered)
    shares = list(cut.lists())
    for name in names:
        shares += cut.of_group(name) if name not in same else ()
    of_groups = (one.shares for one in known.values())
    there = {name: one for each in (before.shares, *of_groups) for name, one in each.items()}
    clean = {
        share.name: one
        for share in shares
        if (one := there.get(share.name)) is not None
        and one.key == share.key
        and (one.answers == cut.answers(one.asked) if anew is None else anew.isdisjoint(one.asked))
    }
    return Standing(same=same, shares=shares, before=there, clean=clean)


def nothing_stands(cut: Shares, before: Mapping[str, KeptShare] | None = None) -> Standing:
    """Everything is to be made; `before` is what is known to have been there."""
    return Standing(same={}, shares=list(cut.all()), before=before or {}, clean={})
