"""What `check` finds in the records of a month, for whoever keeps them: what is wrong, where, and
how to mend it.  A site with errors is not built, so that all of it is warnings."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kpisite.check.located import Located
from kpisite.core.address import appraisee_of, is_record
from kpisite.core.month import Month
from kpisite.outcomes.brief import Brief
from kpisite.pages.attention import Phrasing
from kpisite.pages.audience import Audience, Capability
from kpisite.pages.plan import SitePlan
from kpisite.words import worded, worded_in_general

#: So many of a kind are listed; `kpisite check` lists the others.
MOST_LISTED = 100
#: A file of one month: its records, or its pay.
_OF_MONTH = re.compile(r"records/(?:pay/)?([12][0-9]{3}-(?:0[1-9]|1[0-2]))[/.]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One warning: whose scorecard it is about, where that is known, as a link; where it stands,
    what is wrong, and how to mend it."""

    who: Markup
    place: str
    message: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingKind:
    """The warnings of one code, of which `listed` are here, and what they are about in general."""

    code: str
    said: str
    count: int
    listed: tuple[Finding, ...]


def findings(
    plan: SitePlan, audience: Audience, month: Month, href: Callable[[Brief], str]
) -> tuple[FindingKind, ...]:
    """The warnings about a month; the page of the newest has those too that are of no month with a
    page.  `href` is the way to a scorecard."""
    by_code: defaultdict[str, list[Located]] = defaultdict(list)
    for issue in issues_of(plan, audience, month):
        by_code[issue.code].append(issue)
    paths = {one.at.path for several in by_code.values() for one in several[:MOST_LISTED]}
    names = _names(plan, audience, month, paths, href)
    return tuple(_kind(plan, code, by_code[code], names) for code in sorted(by_code))


def issues_of(plan: SitePlan, audience: Audience, month: Month) -> Sequence[Located]:
    """The warnings that an audience is told of on the page of a month."""
    if not audience.can(Capability.ISSUES):
        return ()
    months = plan.months_in(audience)
    newest = months[-1] if months else month
    owned = ((one, _month_of(one)) for one in plan.issues)
    return [one for one, own in owned if (own if own in months else newest) == month]


def _month_of(issue: Located) -> Month | None:
    found = _OF_MONTH.match(issue.at.path)
    return None if found is None else Month.parse(found[1])


def _names(
    plan: SitePlan,
    audience: Audience,
    month: Month,
    paths: Collection[str],
    href: Callable[[Brief], str],
) -> Mapping[str, Markup]:
    """The names that lead to the scorecards of a month, by the paths of their records, as far as
    they are among these."""
    phrasing = Phrasing(plan.book, plan.language, href)
    people = sorted({appraisee_of(path) for path in paths if is_record(path)})
    found = [
        one
        for id in people
        for one in plan.groups.of_person(id)
        if one.month == month and one.path in paths and audience.sees(one)
    ]
    seen = plan.seen_by(audience, "who")
    return {one.path: phrasing.name(one) for one in seen.of(found)}


def _kind(
    plan: SitePlan, code: str, issues: Sequence[Located], names: Mapping[str, Markup]
) -> FindingKind:
    return FindingKind(
        code=code,
        said=worded_in_general(code, plan.language).message,
        count=len(issues),
        listed=tuple(_listed(plan, issues[:MOST_LISTED], names)),
    )


def _listed(
    plan: SitePlan, issues: Sequence[Located], names: Mapping[str, Markup]
) -> Iterator[Finding]:
    for issue in issues:
        wording = worded(issue, plan.language)
        yield Finding(
            who=names.get(issue.at.path, Markup()),
            place=plan.words("line-of").format(path=issue.at.path, line=issue.at.line),
            message=wording.message,
            help=wording.help,
        )
