"""A month as two states of a site give it, file by file.

A page, a table and a workbook are compared by their bytes, a printed form by all that it is printed
from, on which its bytes depend alone.  What only says which commit was built is left out of both:
the revision of a record, and who wrote its figures.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from kpisite.core.month import Month
from kpisite.examine.load import Loaded
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.selection import Selection
from kpisite.pages.shares import Shares
from kpisite.products.jobs import made_by
from kpisite.products.printing import jobs_of_part
from kpisite.products.trees import renderer_of
from kpisite.products.work import bytes_of
from kpisite.write.theme import Theme


def month_of(loaded: Loaded, theme: Theme, month: Month) -> Mapping[str, str]:
    """A digest of each file of a month, by its place under the output folder."""
    return dict(_files(loaded, theme, month))


def _files(loaded: Loaded, theme: Theme, month: Month) -> Iterator[tuple[str, str]]:
    plan = PagePlan(loaded.all, Selection(months=frozenset({month})), made_by=made_by())
    renderer = renderer_of(loaded, theme)
    for share in Shares(plan, "").all():
        for page in share.pages():
            content = bytes_of(renderer, page)
            if content is not None:
                yield page.place, sha256(content).hexdigest()
        for part in share.parts():
            for _, job, places in jobs_of_part(plan, renderer, part):
                digest = sha256(repr(job).encode()).hexdigest()
                yield from ((place, digest) for place in places)


def differences(then: Mapping[str, str], now: Mapping[str, str]) -> list[tuple[str, str]]:
    """The places of which the files differ, each with a word for how."""
    found = []
    for place in sorted(then.keys() | now.keys()):
        if then.get(place) != now.get(place):
            word = "gone" if place not in now else "new" if place not in then else "changed"
            found.append((word, place))
    return found
