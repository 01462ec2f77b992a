"""The book: everything HR wrote, validated, with the look-ups that scoring needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from kpisite.check.shape import Filed
from kpisite.core.fault import Source
from kpisite.core.month import Month
from kpisite.language.policy import Policy
from kpisite.language.project import MonthPay
from kpisite.language.record import Amendments, Closed, Closings, MonthFile, Record
from kpisite.language.scheme import Scheme
from kpisite.language.site import SiteFile
from kpisite.language.staff import Department, Departments, Employee, Pay, Post, Seal
from kpisite.read.document import Documents


@dataclass(frozen=True, kw_only=True)
class Book:
    """All files of a site as models, by what they are called.

    Records stand by month, then employee.  `unread` names files by path that are there but could
    not be read, so that a reference to one is not called unknown.
    """

    documents: Documents
    site: Filed[SiteFile]
    departments: Filed[Departments]
    staff: Mapping[str, Filed[Employee]]
    pay: Mapping[str, Filed[Pay]]
    month_pay: Mapping[Month, Filed[MonthPay]]
    seal: Filed[Seal] | None
    schemes: tuple[Filed[Scheme], ...]
    policies: tuple[Filed[Policy], ...]
    records: tuple[Filed[Record], ...]
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

    @property
    def files(self) -> Iterator[Filed[Any]]:
        """Every file that could be read, whatever it holds."""
        yield self.site
        yield self.departments
        yield self.closings
        for by_id in (self.staff, self.pay):
            yield from by_id.values()
        for shelf in (self.schemes, self.policies, self.records):
            yield from shelf
        for by_month in (self.month_pay, self.months, self.closed, self.amendments):
            yield from by_month.values()

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
    def _by_path(self) -> Mapping[str, Scheme | Policy]:
        schemes = {filed.path: filed.model for filed in self.schemes}
        return {**schemes, **{filed.path: filed.model for filed in self.policies}}

    def scheme_at(self, path: str) -> Scheme:
        """The version of a scheme that stands at `path`."""
        found = self._by_path[path]
        assert isinstance(found, Scheme)
        return found

    def policy_at(self, path: str) -> Policy | None:
        """The version of a policy that stands at `path`; none for no path."""
        found = self._by_path.get(path)
        assert not isinstance(found, Scheme)
        return found

    @property
    def scheme_ids(self) -> frozenset[str]:
        """The schemes that are there in any version."""
        return frozenset(self._schemes_by_id)

    def scheme(self, id: str, month: Month) -> Filed[Scheme] | None:
        """The version of the scheme that holds in `month`."""
        return _holding(self._schemes_by_id.get(id, ()), month)

    def policy(self, scheme: str, month: Month) -> Filed[Policy] | None:
        """The policy that governs `scheme` in `month`."""
        return _holding(self._policies_by_scheme.get(scheme, ()), month)

    def post_of(self, record: Record) -> Post | None:
        """The post that its employee holds in the record's month; a department holds none."""
        filed = self.staff.get(record.employee or "")
        if filed is None:
            return None
        if record.part is not None:
            return filed.model.post_within(record.month, record.part)
        return filed.model.post_in(record.month)

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
