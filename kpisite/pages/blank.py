"""A form to fill in by hand: what it asks and how each row is marked, and nobody's figures."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from kpisite.check.ground import Ground
from kpisite.core.exact import percent, plain
from kpisite.core.month import Month, Period
from kpisite.core.text import Language
from kpisite.language.methods import Indicator
from kpisite.language.rater import APPRAISEE
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Employee
from kpisite.pages.audience import built_in
from kpisite.pages.form_words import FormWords
from kpisite.pages.page import PrintedList
from kpisite.pages.prose import prose
from kpisite.pages.rubric import Criterion, rubric, rule_of
from kpisite.pages.scorecard import SignatureLine
from kpisite.words import period_in_words

#: The kinds of rules over the total, in the order in which they apply.
RULES = ("deduction", "bonus", "veto", "incident")
NOTHING = Markup("")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankRow:
    """A row: a heading, or an indicator with the most it gives and how it is marked."""

    kind: str
    label: str
    weight: str = ""
    most: str = ""
    text: Markup = NOTHING
    criteria: tuple[Criterion, ...] = ()
    is_marked: bool = True
    """Whether raters mark it; what is computed from figures or events has no boxes for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankFacts:
    """A form without figures; who it is for and when, where that is known."""

    scheme: str
    since: str
    caption: str
    raters: tuple[str, ...]
    most: str
    rows: tuple[BlankRow, ...]
    rules: tuple[tuple[str, tuple[Criterion, ...]], ...]
    has_register: bool
    """Whether anything that happens on a day counts or is recorded."""
    notes: tuple[str, ...]
    signatures: tuple[SignatureLine, ...]
    is_of_person: bool
    name: str
    employee: str
    department: str
    title: str
    month: str


def blank_page(
    book: Ground, scheme: Scheme, language: Language, person: Employee | None, month: Month | None
) -> PrintedList:
    """The form to print; it stands in nobody's tree."""
    facts = blank_facts(book, scheme, language, person, month)
    return PrintedList(
        audience=built_in("hr"),
        path="blank.pdf",
        template="blank.html",
        title=" · ".join(part for part in (facts.name, facts.month, facts.scheme) if part),
        facts={"blank": facts},
    )


def blank_facts(
    book: Ground, scheme: Scheme, language: Language, person: Employee | None, month: Month | None
) -> BlankFacts:
    """The form of `scheme` for `person` in `month`, or for anybody at any time."""
    form = FormWords(scheme, language)
    post = None if person is None or month is None else person.post_in(month)
    department = None if post is None else book.department_by_id.get(post.department)
    superior = None if post is None else book.staff.get(post.superior or "")
    names = {
        APPRAISEE: "" if person is None else person.name,
        "supervisor": "" if superior is None else superior.model.name,
    }
    return BlankFacts(
        scheme=form.say(scheme.name),
        since=form.words["since"].format(month=scheme.from_).strip(),
        caption=form.caption,
        raters=tuple(form.say(scheme.rater_name(rater)) for rater in form.raters),
        most=plain(scheme.points),
        rows=tuple(_rows(form)),
        rules=tuple(_rules(form)),
        has_register=bool(scheme.rules),
        notes=tuple(
            form.say(scheme.rater_name(rater)) for rater in scheme.raters if rater != APPRAISEE
        )
        + tuple(form.say(box) for key, box in scheme.notes.items() if key not in scheme.raters),
        signatures=tuple(
            SignatureLine(
                id=f"sign-{number}",
                rater=one.rater or "",
                capacity=form.say(one.name),
                name=names.get(one.rater or "", ""),
                on="",
            )
            for number, one in enumerate(scheme.signers, 1)
        ),
        is_of_person=scheme.appraises == "employee",
        name="" if person is None else person.name,
        employee="" if person is None else person.id,
        department="" if department is None else form.say(department.name),
        title="" if post is None else form.say(post.title),
        month="" if month is None else period_in_words(Period(month, scheme.per), language),
    )


def _rows(form: FormWords) -> Iterator[BlankRow]:
    for part in form.scheme.part:
        weight = form.words["as-factor"] if part.id in form.factors else _weight(form, part.id)
        most = plain(part.most(form.scheme.scale))
        yield BlankRow(kind="part", label=form.say(part.name), weight=weight, most=most)
        for indicator in part.indicator:
            yield _row(form, indicator)
        for section in part.section:
            most = plain(section.most)
            yield BlankRow(kind="section", label=form.say(section.name), most=most)
            for indicator in section.indicator:
                yield _row(form, indicator)


def _row(form: FormWords, indicator: Indicator) -> BlankRow:
    return BlankRow(
        kind="indicator",
        label=form.say(indicator.name),
        weight=_weight(form, indicator.id),
        most=plain(indicator.most),
        text=prose("" if indicator.text is None else form.say(indicator.text)),
        criteria=rubric(indicator, form.language),
        is_marked=indicator.is_filled_in,
    )


def _weight(form: FormWords, id: str) -> str:
    weight = form.weights.get(id)
    return "" if weight is None else percent(weight)


def _rules(form: FormWords) -> Iterator[tuple[str, tuple[Criterion, ...]]]:
    """What moves or sets the total, kind by kind."""
    scheme, language = form.scheme, form.language
    moving = {"deduction": scheme.deduction, "bonus": scheme.bonus}
    for kind in RULES:
        if kind in moving:
            rules = tuple(rule_of(rule, language) for rule in moving[kind])
        elif kind == "veto":
            rules = tuple(
                Criterion(points=f"≤ {plain(one.total)}", text=form.say(one.name))
                for one in scheme.veto
            )
        else:
            rules = tuple(Criterion(points="", text=form.say(one.name)) for one in scheme.incident)
        if rules:
            yield form.words[f"blank-{kind}"], rules
