"""The ground: everything HR wrote but the records, validated, with the look-ups that rest on it.

Every record stands on it, and none changes it: it is made ready once, and each record is then
checked and scored against it alone.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from kpisite.check.filed import Filed
from kpisite.check.policy_plan import levels_of
from kpisite.core.issue import Outcome, Source
from kpisite.core.money import Money
from kpisite.core.month import Month
from kpisite.language.closing import Amendments, Closed, Closings
from kpisite.language.company import Company
from kpisite.language.components import Component
from kpisite.language.figures.levels import NO_LEVELS, Levels
from kpisite.language.month_file import MonthFile
from kpisite.language.policy import Policy
from kpisite.language.project import MonthPay
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.language.site import SiteFile
from kpisite.language.staff import Department, Departments, Employee, Pay, Post, Seal
from kpisite.language.units import Comparison
from kpisite.read.document import Documents


@dataclass(frozen=True, kw_only=True)
class Ground:
    """All files of a site but the records as models, by what they are called.

    `unread` names files by path that are there but could not be read, so that a reference to one
    is not called unknown.
    """

    documents: Documents
    site: Filed[SiteFile]
    departments: Filed[Departments]
    company: Filed[Company] | None
    staff: Mapping[str, Filed[Employee]]
    pay: Mapping[str, Filed[Pay]]
    month_pay: Mapping[Month, Filed[MonthPay]]
    seal: Filed[Seal] | None
    schemes: tuple[Filed[Scheme], ...]
    policies: tuple[Filed[Policy], ...]
    months: Mapping[Month, Filed[MonthFile]]
    closed: Mapping[Month, Filed[Closed]]
    closings: Filed[Closings]
    amendments: Mapping[Month, Filed[Amendments]]
    unread: frozenset[str] = frozenset()

    @property
    def seal_key(self) -> bytes | None:
        """The key that seals wages, where it is here; it lies among the pay files."""
        return None if self.seal is None else bytes.fromhex(self.seal.model.key)

    @property
    def has_pay(self) -> bool:
        """Whether the pay files are here, which may live in a repository of their own."""
        return bool(self.pay or self.month_pay)

    @cached_property
    def department_by_id(self) -> Mapping[str, Department]:
        """The departments in the order of their file."""
        return {one.id: one for one in self.departments.model.department}

    @cached_property
    def _schemes_by_id(self) -> Mapping[str, tuple[Filed[Scheme], ...]]:
        versions: dict[str, list[Filed[Scheme]]] = {}
        for scheme in self.schemes:
            versions.setdefault(scheme.model.id, []).append(scheme)
        return {id: tuple(several) for id, several in versions.items()}

    @cached_property
    def _policies_by_scheme(self) -> Mapping[str, tuple[Filed[Policy], ...]]:
        named: dict[str, list[Filed[Policy]]] = {}
        for policy in self.policies:
            for scheme in policy.model.schemes:
                named.setdefault(scheme, []).append(policy)
        return {scheme: tuple(policies) for scheme, policies in named.items()}

    @cached_property
    def filed_scheme(self) -> Mapping[str, Filed[Scheme]]:
        """The versions of schemes by their paths."""
        return {filed.path: filed for filed in self.schemes}

    @cached_property
    def rules_at(self) -> Mapping[str, Filed[Policy]]:
        """The versions of policies by their paths."""
        return {filed.path: filed for filed in self.policies}

    def scheme_at(self, path: str) -> Scheme:
        """The version of a scheme that stands at `path`."""
        return self.filed_scheme[path].model

    def policy_at(self, path: str) -> Policy | None:
        """The version of a policy that stands at `path`; none for no path."""
        found = self.rules_at.get(path)
        return None if found is None else found.model

    def levels_at(self, path: str) -> Levels:
        """The figures of the policy at a path."""
        return self.levels_and_issues[path][0]

    @cached_property
    def levels_and_issues(self) -> Mapping[str, Outcome[Levels]]:
        """The figures of every policy, by its path, and what is wrong in them."""
        return {
            filed.path: levels_of(
                filed.model,
                tuple(one for one in self.schemes if one.model.id in filed.model.schemes),
                self.site.model.language,
            )
            if filed.model.figure or filed.model.table
            else (NO_LEVELS, [])
            for filed in self.policies
        }

    @cached_property
    def of_months(self) -> frozenset[str]:
        """The figures of earlier months that any policy asks for."""
        plans = (levels.plan for levels, _ in self.levels_and_issues.values())
        return frozenset[str]().union(*(one.of_earlier for one in plans))

    @cached_property
    def handed_on(self) -> Mapping[str, frozenset[str]]:
        """By the id of a form, what any version of it asks for of earlier months."""
        found: dict[str, frozenset[str]] = {}
        for filed in self.schemes:
            id, plan = filed.model.id, filed.model.plan
            if plan.of_earlier:
                found[id] = found.get(id, frozenset()) | plan.of_earlier
        return found

    @cached_property
    def comparisons_at(self) -> Mapping[str, tuple[Comparison, ...]]:
        """The figures of a record that each scheme and policy holds against one another, by its
        path; none of one that could not be read whole, and none that is amiss by itself."""
        whole: list[Filed[Scheme] | Filed[Policy]] = [*self.schemes, *self.policies]
        return {
            filed.path: tuple(
                one for one in filed.model.comparisons(filed.at()) if one.metrics and not one.odd
            )
            for filed in whole
            if not filed.left_out
        }

    def figures_asked(self, scheme: Filed[Scheme], policy: Filed[Policy] | None) -> frozenset[str]:
        """The figures that a form and its policy look up in a record."""
        paths = scheme.path, "" if policy is None else policy.path
        if paths not in self._figures_asked:
            pay = () if policy is None else policy.model.pay
            of_pay = (component.metrics() for component in pay)
            own = () if policy is None else policy.model.record_figures
            self._figures_asked[paths] = scheme.model.metrics.union(own, *of_pay)
        return self._figures_asked[paths]

    @cached_property
    def paid_from_salary(self) -> Mapping[str, tuple[Component, ...]]:
        """The lines of pay that start from a base salary, by the path of their policy."""
        return {
            filed.path: tuple(
                component
                for index, component in enumerate(filed.model.pay)
                if self._needs_salary(filed.path, component)
                and filed.is_whole(filed.in_file(("pay", index)))
            )
            for filed in self.policies
        }

    def _needs_salary(self, path: str, component: Component) -> bool:
        plan = self.levels_at(path).plan
        needs = (name for id in component.figures() for _, name in plan.rests_on([("", id)]))
        return component.base_salary_needed() or "base-salary" in needs

    @cached_property
    def sound_marks(self) -> defaultdict[str, set[tuple[str, str]]]:
        """By the path of a form, marks on it in which nothing was found: what was checked once
        need not be again, as marks are few and people many.  What a row of marks is made of
        (`Marked.cache_key`) is all that its check looks at beside the form."""
        return defaultdict(set)

    @cached_property
    def sound_forms(self) -> dict[str, bool]:
        """By its path, whether a form adds up, as far as that was asked: once for all checks."""
        return {}

    @property
    def scheme_ids(self) -> frozenset[str]:
        """The schemes that are there in any version."""
        return frozenset(self._schemes_by_id)

    def scheme(self, id: str, month: Month) -> Filed[Scheme] | None:
        """The version of the scheme that holds in `month`."""
        held = self._held_schemes
        if (id, month) not in held:
            held[id, month] = _holding(self._schemes_by_id.get(id, ()), month)
        return held[id, month]

    def policy(self, scheme: str, month: Month) -> Filed[Policy] | None:
        """The policy that governs `scheme` in `month`."""
        held = self._held_policies
        if (scheme, month) not in held:
            held[scheme, month] = _holding(self._policies_by_scheme.get(scheme, ()), month)
        return held[scheme, month]

    def money_of(self, policy: Policy | None) -> Money:
        """The currency in which a policy pays: its own, or the site's."""
        stated = None if policy is None else policy.money
        return (self.site.model.money if stated is None else stated).money

    def waits_in(self, month: Month) -> bool:
        """Whether marks and figures of `month` may still come, so that a record without them is
        provisional and not at fault."""
        filed = self.months.get(month)
        return filed is not None and filed.model.missing == "provisional"

    def qualifier_of(self, record: Record) -> str | None:
        """What tells a record from that of its person's month itself; None for that one."""
        return self.one_off_of(record) or record.part

    def one_off_of(self, record: Record) -> str | None:
        """The id of the form of a one-off appraisal; None for a record of a month or of a part."""
        return record.scheme if record.scheme in self.one_off_forms else None

    @cached_property
    def one_off_forms(self) -> frozenset[str]:
        """The ids of the forms that are filled in beside that of the month."""
        return frozenset(one.model.id for one in self.schemes if one.model.one_off)

    def post_of(self, record: Record) -> Post | None:
        """The post that its employee holds in the record's month; a department holds none."""
        filed = self.staff.get(record.employee or "")
        if filed is None:
            return None
        if record.part is not None and self.one_off_of(record) is None:
            return filed.model.post_within(record.month, record.part)
        return filed.model.post_in(record.month)

    # What was looked up once, by the arguments, or by the paths of these; the ground never changes.

    @cached_property
    def _figures_asked(self) -> dict[tuple[str, str], frozenset[str]]:
        return {}

    @cached_property
    def _held_schemes(self) -> dict[tuple[str, Month], Filed[Scheme] | None]:
        return {}

    @cached_property
    def _held_policies(self) -> dict[tuple[str, Month], Filed[Policy] | None]:
        return {}

    def scheme_of(self, record: Record) -> Filed[Scheme] | None:
        """The form that the record fills in: its own word, or else the post's."""
        id = self.scheme_id_of(record)
        return None if id is None else self.scheme(id, record.month)

    def scheme_id_of(self, record: Record) -> str | None:
        """The id of the form that the record fills in."""
        if record.department is not None:
            department = self.department_by_id.get(record.department)
            return record.scheme or (None if department is None else department.scheme)
        post = self.post_of(record)
        return record.scheme or (None if post is None else post.scheme)

    def department_at(self, id: str) -> Source:
        """The entry of a department."""
        ids = [one.id for one in self.departments.model.department]
        return self.departments.at("department", ids.index(id))


Dated = TypeVar("Dated", Scheme, Policy)


def _holding(versions: tuple[Filed[Dated], ...], month: Month) -> Filed[Dated] | None:
    held = [one for one in versions if one.model.from_ <= month]
    return max(held, key=lambda one: one.model.from_) if held else None
