"""A version of a form as a page to read: who marks, its rows and how each is scored, what moves the
total, and the figures that it asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpisite.core.exact import percent, plain
from kpisite.core.text import Language
from kpisite.language.rater import Rater
from kpisite.language.scheme import Scheme
from kpisite.pages.figure_rules import FigureRule, figure_rules, points_of, rounded_to
from kpisite.pages.form_rules import FormRow, FormRules
from kpisite.pages.form_words import FormWords
from kpisite.pages.rubric import Criterion, Voice

NO_GRADES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRules:
    """A version of a form in words; the same for everybody who may read it."""

    said: tuple[str, ...]
    """What is appraised how often, and what follows from the form."""
    raters: tuple[tuple[str, str], ...]
    most: str
    rows: tuple[FormRow, ...]
    total: str
    """What the total is made of, in the order in which it is computed."""
    bounds: tuple[str, ...]
    moving: tuple[tuple[str, tuple[Criterion, ...]], ...]
    figures: tuple[FigureRule, ...]


def scheme_rules(
    scheme: Scheme, language: Language, grades: Mapping[str, str] = NO_GRADES
) -> SchemeRules:
    """All that a version of a form states; `grades` are the names of those that its policies
    give."""
    form = FormWords(scheme, language)
    rules = FormRules(form)
    voice = rules.voice
    return SchemeRules(
        said=tuple(_said(scheme, voice)),
        raters=tuple(
            (form.say(scheme.rater_name(id)), voice.word("comma").join(_rater(one, voice)))
            for id, one in scheme.raters.items()
        ),
        most=plain(scheme.points),
        rows=tuple(rules.rows()),
        total=" ".join(_made_of(scheme, voice)),
        bounds=tuple(_bounds(scheme, voice)),
        moving=tuple(rules.moving()),
        figures=tuple(figure_rules((*scheme.figure, *scheme.table), scheme.list_, voice, grades)),
    )


def _said(scheme: Scheme, voice: Voice) -> Iterator[str]:
    yield voice.word("rules-per", per=voice.word(f"per-{scheme.per}"))
    if scheme.missing != "error":
        yield voice.word(f"rules-missing-{scheme.missing}")
    if scheme.scored_only:
        yield voice.word("rules-scored-only")
    if scheme.one_off:
        yield voice.word("rules-one-off")


def _rater(rater: Rater, voice: Voice) -> Iterator[str]:
    """How somebody's marks count."""
    if rater.weight is not None:
        yield voice.word("rater-counted", weight=percent(rater.weight))
    else:
        yield voice.word(f"rater-{rater.role}")
    if rater.is_several:
        yield voice.word("rater-votes" if rater.votes else "rater-peers", least=rater.least)
    if rater.drop is not None:
        yield voice.word(
            "rater-drop",
            highest=rater.drop.highest,
            lowest=rater.drop.lowest,
            least=rater.drop.least,
        )


def _made_of(scheme: Scheme, voice: Voice) -> Iterator[str]:
    """The parts added up, then what that is multiplied by, what comes on top, off and on."""
    yield voice.word("rules-sum")
    for part in scheme.part:
        if part.role == "factor":
            yield voice.word("rules-factor", part=voice.say(part.name))
    for part in scheme.part:
        if part.role == "extra":
            yield voice.word("rules-plus", what=voice.say(part.name))
    for key, sign in (("deduction", "minus"), ("liability", "minus"), ("bonus", "plus")):
        if getattr(scheme, key):
            yield voice.word(f"rules-{sign}", what=voice.word(f"blank-{key}"))


def _bounds(scheme: Scheme, voice: Voice) -> Iterator[str]:
    """Between what the total is kept, and where it is rounded."""
    yield voice.word("rules-bounds-floor", floor=points_of(scheme.floor))
    if scheme.cap is not None:
        yield voice.word("rules-bounds-cap", cap=points_of(scheme.cap))
    for key in ("indicator", "part"):
        places = getattr(scheme.rounding, key)
        if places is not None:
            rounded = rounded_to(places, voice)
            yield voice.word(f"rules-rounding-{key}", rounded=rounded)
    yield rounded_to(scheme.rounding.total, voice)
