"""A form to fill in by hand: what it asks and how each row is marked, and nobody's figures."""

from dataclasses import dataclass

from kpisite.check.ground import Ground
from kpisite.core.exact import plain
from kpisite.core.month import Month, Period
from kpisite.core.text import Language
from kpisite.language.rater import APPRAISEE
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Employee
from kpisite.pages.audience import built_in
from kpisite.pages.form_rules import FormRow, FormRules
from kpisite.pages.form_words import FormWords
from kpisite.pages.page import PrintedList
from kpisite.pages.rubric import Criterion
from kpisite.pages.signers import SignatureLine
from kpisite.words import period_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankFacts:
    """A form without figures; who it is for and when, where that is known."""

    scheme: str
    since: str
    caption: str
    raters: tuple[str, ...]
    most: str
    rows: tuple[FormRow, ...]
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
    rules = FormRules(form)
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
        rows=tuple(rules.rows()),
        rules=tuple(rules.moving()),
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
