"""The forms and policies of a site in words, each version put into words once for all trees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kpisite.check.ground import Ground
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme
from kpisite.outcomes.outline import Carded
from kpisite.pages.audience import Audience
from kpisite.pages.consequence_rules import grade_names
from kpisite.pages.policy_page import PolicyRules, PolicyView, policy_rules
from kpisite.pages.scheme_page import SchemeRules, scheme_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesSeen:
    """The versions of forms and of policies that concern a reader, by their paths, in order."""

    schemes: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()


class RuleBook:
    """What every version of a form and of a policy states, in one language."""

    def __init__(self, ground: Ground, language: Language) -> None:
        self._ground = ground
        self._language: Language = language
        self._schemes: dict[str, SchemeRules] = {}
        self._policies: dict[tuple[str, PolicyView], PolicyRules] = {}

    def scheme(self, path: str) -> SchemeRules:
        """What a version of a form states."""
        if path not in self._schemes:
            model = self._ground.scheme_at(path)
            self._schemes[path] = scheme_rules(model, self._language, self._grades_of(model.id))
        return self._schemes[path]

    def _grades_of(self, scheme: str) -> Mapping[str, str]:
        """What the grades are called that a form's policies give; the newest has the last word."""
        policies = (one.model for one in self._ground.policies if scheme in one.model.schemes)
        return grade_names(sorted(policies, key=lambda one: one.from_), self._language)

    def policy(self, path: str, view: PolicyView) -> PolicyRules:
        """What a version of a policy states, as far as a view shows it."""
        if (path, view) not in self._policies:
            made = policy_rules(self._ground, path, self._language, view)
            self._policies[path, view] = made
        return self._policies[path, view]

    def seen_by(self, audience: Audience, seen: Iterable[Carded]) -> RulesSeen:
        """The versions that concern a reader: all of them for whoever reads of the whole company,
        and otherwise those by which anybody was appraised of whom they read."""
        if not audience.scope.person and audience.scope.departments is None:
            return RulesSeen(
                schemes=self._ordered(self._ground.filed_scheme),
                policies=self._ordered(self._ground.rules_at),
            )
        cards = list(seen)
        return RulesSeen(
            schemes=self._ordered({one.scheme for one in cards}),
            policies=self._ordered({one.policy for one in cards if one.policy}),
        )

    def _ordered(self, paths: Iterable[str]) -> tuple[str, ...]:
        """By id, the newest version first."""
        newest_first = sorted(paths, key=lambda path: self.at(path).from_, reverse=True)
        return tuple(sorted(newest_first, key=lambda path: self.at(path).id))

    def at(self, path: str) -> Scheme | Policy:
        """The version that stands at a path."""
        policy = self._ground.policy_at(path)
        return self._ground.scheme_at(path) if policy is None else policy

    def until(self, path: str) -> Month | None:
        """The last month of a version, where another one follows it."""
        own = self.at(path)
        later = [one for one in self._versions[type(own), own.id] if one > own.from_]
        return min(later).plus(-1) if later else None

    @cached_property
    def _versions(self) -> Mapping[tuple[type, str], list[Month]]:
        found: dict[tuple[type, str], list[Month]] = {}
        models: list[Scheme | Policy] = [one.model for one in self._ground.schemes]
        models += [one.model for one in self._ground.policies]
        for model in models:
            found.setdefault((type(model), model.id), []).append(model.from_)
        return found
