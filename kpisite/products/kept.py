"""What a build left in its folder, as one run hands it on to the next: plain values, as those of
`examine/kept.py` are."""

from collections.abc import Iterable, Mapping

from kpisite.core.immutable import immutable
from kpisite.language.serial import Serial


@immutable
class KeptPart:
    """Some pages of a share as they stand in an output: where, how many for each kind of audience,
    and by which keys those that are printed are known; and what was asked while they were made,
    with a digest of the answers."""

    key: str
    asked: tuple[str, ...]
    answers: str
    files: tuple[str, ...]
    pages: Mapping[str, int]
    forms: int
    prints: tuple[str, ...] = ()


@immutable
class KeptShare:
    """The pages of one share as they stand in an output: how many for each kind of audience, and
    how many printed; what was asked for while they were made, and a digest of the answers.  The
    parts are kept apart, for they are many."""

    key: str
    pages: Mapping[str, int]
    forms: int
    asked: tuple[str, ...] = ()
    answers: str = ""


@immutable
class KeptGroupPages:
    """The pages of all who are of a group as they stand in an output: the shares by name, the files
    besides in their trees, and what the group's part of departments' months answered to each
    question, by which it is seen who was asked about something that has changed."""

    shares: Mapping[str, KeptShare]
    besides: tuple[str, ...]
    cells: Mapping[str, Mapping[str, str]]


@immutable
class KeptGroupInBrief:
    """A digest that stands for all of that: where it is the same, none of it is looked at; and how
    many pages there are, as of a share."""

    key: str
    pages: Mapping[str, int]
    forms: int


@immutable
class KeptOutput:
    """What a build left in its folder: the shares of lists by name, the groups of people in brief,
    the files besides, and what every folder was like, by which it is seen that somebody else was at
    it since.

    The digests are of what all rests on, of the site's files by folder, and of all of that; and of
    the ground.  By `prints` is known what was kept of the forms in it.
    """

    shares: Mapping[str, KeptShare]
    groups: Mapping[str, KeptGroupInBrief]
    besides: tuple[str, ...]
    rests_on: Mapping[str, str]
    inputs: Mapping[str, str]
    whole: str
    ground: str
    scorecards: int
    folders: Mapping[str, tuple[int, ...]]
    prints: str = ""


def folders_of(files: Iterable[str]) -> set[str]:
    """The folders that files of an output stand in, and those above."""
    found = {""}
    for place in files:
        folder = place.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


OUTPUT = Serial(KeptOutput)
PARTS = Serial(dict[str, KeptPart])
GROUP_PAGES = Serial(KeptGroupPages)
FILES = Serial(dict[str, str])
