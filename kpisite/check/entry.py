"""A record with all that it stands on, looked up once."""

from typing import Self

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.core.address import Qualified
from kpisite.core.immutable import immutable
from kpisite.core.issue import Source
from kpisite.core.month import Period
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Employee, Post


@immutable
class Entry(Qualified):
    """A record, and what the ground has for it: whoever it is about, the post, the form by its id
    and in the version that holds, the policy; each None where there is none.  `one_off` is the id
    of the form where it stands beside the one of the month."""

    filed: Filed[Record]
    record: Record
    person: Filed[Employee] | None
    post: Post | None
    scheme_id: str | None
    scheme: Filed[Scheme] | None
    policy: Filed[Policy] | None
    one_off: str | None
    period: Period
    """What the form appraises; the month alone where there is no form."""

    @classmethod
    def of(cls, ground: Ground, filed: Filed[Record]) -> Self:
        """The record on the ground."""
        record = filed.model
        post = ground.post_of(record)
        if record.department is not None:
            id = ground.scheme_id_of(record)
        else:
            id = record.scheme or (None if post is None else post.scheme)
        scheme = None if id is None else ground.scheme(id, record.month)
        return cls(
            filed=filed,
            record=record,
            person=ground.staff.get(record.employee or ""),
            post=post,
            scheme_id=id,
            scheme=scheme,
            policy=None if id is None else ground.policy(id, record.month),
            one_off=ground.one_off_of(record),
            period=Period(record.month, "month" if scheme is None else scheme.model.per),
        )

    @property
    def part(self) -> str | None:
        """The department of a part of the month; None where the record is none of a part."""
        return self.record.part

    @property
    def has_moved(self) -> bool:
        """Whether another post was held within the month, of which there may be a record too."""
        posts = () if self.person is None else self.person.model.post
        return len(posts) > 1 and any(
            post is not self.post
            and self.person is not None
            and self.person.model.days_in(post, self.record.month)
            for post in posts
        )

    @property
    def appraisee_at(self) -> Source:
        """The entry that says whose record it is."""
        return self.filed.at("employee" if self.record.department is None else "department")
