"""Which records can be scored although errors stand elsewhere: those on which no error bears.

What is found in a result may go away when an error is mended that the result rests on, so results
that rest on one are left out, and the rest are looked at.  An error bears on

- the record that it stands in, or that is on a form, under a policy, of a person or in a month
  whose file it stands in; where it stands in a file that all rest on, on every record;
- whoever is ranked and shares pools with such a record: all under the same policy of its month, and
  where nobody knows which form the record is on, all of the month;
- records that look at others of a month in which one is left out;
- all later months of the same person or department, which know the earlier ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Self

from kpisite.check.ground import Ground
from kpisite.check.kinds import kind_of
from kpisite.check.located import Located
from kpisite.check.roster import Recorded
from kpisite.core.address import appraisee_of, month_of
from kpisite.core.immutable import immutable
from kpisite.examine.rows import Rows as RowsOfMonth
from kpisite.words import has_errors, severity_of

#: After every month.
LATEST = "9999-99"

Rows = Mapping[str, RowsOfMonth]
"""Every record alone, by month and path."""

#: By the kind of a file on which not everything rests, what its name says that does.
_OF_KIND = {
    "scheme": "schemes",
    "policy": "policies",
    "employee": "people",
    "pay": "people",
    "month-pay": "months",
    "month": "months",
    "closed": "months",
    "amendments": "months",
}


@immutable
class Faulty:
    """What of the ground an error stands in, in a file of its own or beside one: ids of schemes, of
    policies and of people, and months; or something that everything rests on."""

    everything: bool = False
    schemes: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()

    @classmethod
    def of(cls, issues: Iterable[Located]) -> Self:
        """What the errors among these bear on, be they of the ground or of the roster; those in
        records are left to `left_out`."""
        named: defaultdict[str, set[str]] = defaultdict(set)
        everything = False
        for issue in issues:
            if severity_of(issue.code) != "error":
                continue
            for path in {issue.at.path, *(one.path for one in issue.also)}:
                kind = kind_of(path)
                if kind is not None and kind.name in _OF_KIND:
                    named[_OF_KIND[kind.name]].update(kind.keys_from_name(path).values())
                elif kind is None or kind.name != "record":
                    everything = True
        return cls(everything=everything, **{name: frozenset(ids) for name, ids in named.items()})

    def bears_on(self, ground: Ground, one: Recorded) -> bool:
        """Whether the record rests on any of it."""
        if self.everything or not one.scheme:
            return True
        scheme = ground.scheme_at(one.scheme).id
        policy = ground.policy(scheme, one.month)
        return (
            scheme in self.schemes
            or one.appraisee in self.people
            or str(one.month) in self.months
            # One that could not be read may be the one that governs the form.
            or (bool(self.policies) if policy is None else policy.model.id in self.policies)
        )

    def hides(self, one: Recorded | None) -> bool:
        """Whether nobody knows on which form a record is, and so who is ranked beside it."""
        return one is None or bool(one.left_out) or not one.scheme or one.appraisee in self.people


def left_out(
    ground: Ground, faulty: Faulty, in_records: Iterable[Located], rows: Rows
) -> frozenset[str]:
    """The paths of the records that are not to be scored; `in_records` are the errors that stand in
    records only when these are taken together."""
    struck = {path for one in in_records for path in (one.at.path, *(at.path for at in one.also))}
    policies = {
        path: _policy(ground, one.recorded)
        for of_month in rows.values()
        for path, one in of_month.items()
    }
    left, whole_months = set[str](), set[str](faulty.months)
    for month, of_month in rows.items():
        for path, one in of_month.items():
            is_struck = path in struck or has_errors(one.issues)
            if is_struck or one.recorded is None or faulty.bears_on(ground, one.recorded):
                left.add(path)
                if faulty.hides(one.recorded):
                    whole_months.add(month)
    while True:
        more = _beside(rows, policies, left, whole_months) | _after(policies, left)
        if more <= left:
            return frozenset(left)
        left |= more


def _policy(ground: Ground, one: Recorded | None) -> str:
    """The id of the policy that a record is under, or nothing."""
    if one is None or not one.scheme:
        return ""
    filed = ground.policy(ground.scheme_at(one.scheme).id, one.month)
    return "" if filed is None else filed.model.id


def _beside(
    rows: Rows, policies: Mapping[str, str], left: Set[str], whole_months: Set[str]
) -> set[str]:
    """Those who are ranked with somebody left out, or look at somebody."""
    found = set[str]()
    for month, of_month in rows.items():
        with_gaps = {policies[path] for path in of_month if path in left}
        if month in whole_months:
            found |= of_month.keys()
        elif with_gaps:
            found |= {
                path
                for path, one in of_month.items()
                if one.looks_around or policies[path] in with_gaps
            }
    return found


def _after(paths: Iterable[str], left: Set[str]) -> set[str]:
    """The later months of whoever is left out of one."""
    since: dict[str, str] = {}
    for path in sorted(left, reverse=True):  # the earliest month comes last
        since[appraisee_of(path)] = month_of(path)
    return {path for path in paths if month_of(path) >= since.get(appraisee_of(path), LATEST)}
