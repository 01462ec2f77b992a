"""The pages of rules in a tree: a list of the forms and policies that concern its reader, and one
for each version of each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme
from kpisite.pages.audience import Audience
from kpisite.pages.navigation import ways
from kpisite.pages.page import HtmlPage, Link, Page, RulePage
from kpisite.pages.plan import SitePlan
from kpisite.pages.policy_page import policy_view
from kpisite.pages.rule_book import RulesSeen
from kpisite.pages.rule_places import RULES, page_of
from kpisite.pages.seen import Seen
from kpisite.words import month_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a form or a policy in a list: what it is called, and since when it holds."""

    name: str
    held: str
    href: str


def rules_pages(plan: SitePlan, audience: Audience, seen: Seen) -> Iterator[Page]:
    """The list of forms and policies, and a page for each version of each."""
    rules = plan.rules.seen_by(audience, seen.every)
    yield HtmlPage(
        audience=audience,
        path=RULES,
        template="rules.html",
        title=plan.words("rules-title"),
        facts={
            "lists": tuple(
                (plan.words(word), tuple(_version(plan, path) for path in paths))
                for word, paths in (
                    ("rules-forms", rules.schemes),
                    ("rules-policies", rules.policies),
                )
                if paths
            ),
            "up": Link(plan.first_page_of(audience), "index.html"),
            **ways(plan, audience),
        },
    )
    for path in rules.schemes:
        yield _page(plan, audience, path, rules)
    for path in rules.policies:
        yield _page(plan, audience, path, rules)


def _page(plan: SitePlan, audience: Audience, path: str, rules: RulesSeen) -> RulePage:
    version, own = _version(plan, path), plan.rules.at(path)
    is_scheme = isinstance(own, Scheme)
    return RulePage(
        audience=audience,
        path=version.href,
        template="rule.html",
        title=f"{version.name} · {version.held}",
        facts={
            "version": version,
            "of": plan.words("rules-forms" if is_scheme else "rules-policies"),
            "related": tuple(
                (plan.words(word), links)
                for word, links in _related(plan, own, path, rules)
                if links
            ),
            "up": Link(plan.words("rules-title"), RULES),
            **ways(plan, audience),
        },
        piece="scheme.html" if is_scheme else "policy.html",
        rules=plan.rules.scheme(path)
        if is_scheme
        else plan.rules.policy(path, policy_view(audience)),
    )


def _version(plan: SitePlan, path: str) -> Version:
    own, until = plan.rules.at(path), plan.rules.until(path)
    key = "rules-from" if until is None else "rules-until"
    return Version(
        name=own.name.say(plan.language),
        held=plan.words(key).format(
            month=month_in_words(own.from_, plan.language),
            until="" if until is None else month_in_words(until, plan.language),
        ),
        href=page_of(own),
    )


def _related(
    plan: SitePlan, own: Scheme | Policy, path: str, rules: RulesSeen
) -> Iterator[tuple[str, tuple[Link, ...]]]:
    """The policies of a form or the forms of a policy, and the other versions, of those that are
    in the tree."""
    if isinstance(own, Scheme):
        policies = (one for one in rules.policies if own.id in _governs(plan, one))
        yield "rules-governed-by", _links(plan, policies)
    else:
        forms = (one for one in rules.schemes if plan.rules.at(one).id in own.schemes)
        yield "rules-governs", _links(plan, forms)
    alike = rules.schemes if isinstance(own, Scheme) else rules.policies
    others = (one for one in alike if one != path and plan.rules.at(one).id == own.id)
    yield "rules-versions", _links(plan, others)


def _governs(plan: SitePlan, path: str) -> Sequence[str]:
    policy = plan.rules.at(path)
    return policy.schemes if isinstance(policy, Policy) else ()


def _links(plan: SitePlan, paths: Iterable[str]) -> tuple[Link, ...]:
    found = (_version(plan, path) for path in paths)
    return tuple(Link(f"{one.name}{plan.words('dot')}{one.held}", one.href) for one in found)
