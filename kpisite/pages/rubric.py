"""What a form says of how each row is marked or computed, set out to be read on paper."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kpisite.core.captions import caption
from kpisite.core.exact import ONE, plain
from kpisite.core.text import Language, Text
from kpisite.language.clause import Clause, clause
from kpisite.language.methods import Indicator
from kpisite.pages.rule_places import place_of
from kpisite.words import page_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A level, a band, a step, a duty or a rule: what it gives or takes, and when."""

    points: str
    text: str
    place: str = ""
    """Its place on the page of rules; empty where it has none of its own."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The language that it is said in, and what the figures of the form are called."""

    language: Language
    names: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: Text | None) -> str:
        """The text, or nothing."""
        return "" if text is None else text.say(self.language)

    def word(self, key: str, **facts: object) -> str:
        """A word of the pages."""
        return page_words(self.language)[key].format(**facts)

    def caption(self, key: str, **facts: object) -> str:
        """What something is called, or stated to be, on forms and in rules alike."""
        return caption(key, **facts).say(self.language)

    def both(self, *texts: Text | None) -> str:
        """Those of the texts that there are."""
        return self.word("dot").join(said for text in texts if (said := self.say(text)))


NO_NAMES: Mapping[str, str] = {}


def rubric(
    indicator: Indicator, language: Language, names: Mapping[str, str] = NO_NAMES
) -> tuple[Criterion, ...]:
    """All that the form says of how the row is marked, in the form's order; `names` are those of
    its figures, by id.  Of a row that states nothing, what its method says of itself."""
    voice = Voice(language, names)
    stated = tuple(indicator.clauses(names)) or (clause(indicator.says),)
    return (*(criterion(one, voice) for one in stated), *_of_any(indicator, voice))


def criterion(of: Clause, voice: Voice) -> Criterion:
    """A clause as it is shown."""
    place = "" if of.about is None else place_of(*of.about)
    return Criterion(points=of.points, text=voice.both(*of.texts), place=place)


def _of_any(indicator: Indicator, voice: Voice) -> Iterator[Criterion]:
    """What holds of any row: its full points where it may come to more or less, the step between
    two marks, and whether raters may correct it."""
    if indicator.points != indicator.most:
        yield _remark(voice.word("rubric-full", points=plain(indicator.points)))
    if indicator.is_marked_in_steps and indicator.step != ONE:
        yield _remark(voice.word("rubric-step", step=plain(indicator.step)))
    if indicator.rated == "nothing" and indicator.takes_marks:
        yield _remark(voice.word("rubric-reviewed"))


def _remark(text: str) -> Criterion:
    return Criterion(points="", text=text)
