"""A row of a form or of a wage, and what unfolds under it."""

from dataclasses import field

from markupsafe import Markup

from kpisite.core.immutable import immutable
from kpisite.core.issue import Source

NOTHING = Markup("")


@immutable
class Leaf:
    """A figure that a working stands on, at its depth below it: what it is, its value, and how
    it came or what the form says of it."""

    label: str
    value: str
    meaning: str = ""
    depth: int = 0
    is_event: bool = False
    source: Source | None = None
    """The entry that somebody wrote it in; that of the scorecard's own record names no file."""


@immutable
class Work:
    """How one number came about, for unfolding: the calculation, and its figures."""

    calculation: str
    leaves: tuple[Leaf, ...]
    note: Markup
    computed: str = ""
    """The calculation without what is remarked on it."""
    remarks: tuple[str, ...] = ()


@immutable
class Row:
    """A row of the form."""

    kind: str
    label: str
    most: str
    marks: tuple[str, ...]
    value: str
    bar: str
    text: Markup
    work: Work | None
    weight: str = ""
    picture: Markup = NOTHING
    """How full the row is, and where each rater stands: a small picture beside its figures."""
    place: str = ""
    """Where its rule stands on the page of the form or the policy, if anywhere."""
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """A row that many scorecards have is looked up by all that is in it for each of them."""
        said = (self.kind, self.label, self.value, self.marks, self.work, self.weight, self.place)
        object.__setattr__(self, "_hash", hash(said))

    def __hash__(self) -> int:
        return self._hash

    @property
    def events(self) -> tuple[Leaf, ...]:
        """The dated happenings that its number rests on."""
        return () if self.work is None else tuple(one for one in self.work.leaves if one.is_event)
