"""Forms from which neither grade nor pay follows: those that say so, and those that no policy
governs, as where its file was deleted."""

from collections import defaultdict
from collections.abc import Iterator

from kpisite.check.book import Book
from kpisite.check.known import has_unread
from kpisite.core.fault import Fact, Issue
from kpisite.core.month import Month


def forms_without_policy(book: Book) -> Iterator[Issue]:
    """Forms with records in months that no policy governs, once a form, where the form does not
    say that it is scored only; and those that say so and are governed all the same."""
    months: defaultdict[str, set[Month]] = defaultdict(set)
    for filed in book.records:
        scheme = book.scheme_of(filed.model)
        if scheme is not None:
            months[scheme.path].add(filed.model.month)
    are_known = are_policies_known(book)
    for scheme in book.schemes:
        filled_in, form = sorted(months[scheme.path]), scheme.model
        if scheme.lacks("scored-only"):
            continue
        governed = [month for month in filled_in if book.policy(form.id, month) is not None]
        alone = [month for month in filled_in if month not in governed]
        facts: dict[str, Fact] = {"name": form.name, "scheme": form.id}
        if form.scored_only and governed:
            policy = book.policy(form.id, governed[0])
            assert policy is not None
            facts |= {"policy": policy.model.name, "month": governed[0]}
            at, also = scheme.at("scored-only"), (policy.at("schemes"),)
            yield Issue(code="scored-only-governed", at=at, facts=facts, also=also)
        elif alone and are_known and not form.scored_only:
            facts |= {"months": tuple(str(month) for month in alone), "first": alone[0]}
            yield Issue(code="no-policy", at=scheme.at("id"), facts=facts)


def are_policies_known(book: Book) -> bool:
    """Whether every policy could be read, and no form that one names may have meant another."""
    return (
        not has_unread(book, "records/policies/")
        and all(one.is_whole(("schemes",)) for one in book.policies)
        and all(id in book.scheme_ids for one in book.policies for id in one.model.schemes)
    )
