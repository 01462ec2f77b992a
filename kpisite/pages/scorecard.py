"""The facts of one scorecard page, HTML or print, ready to be shown: no template computes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from kpisite.check.awaited import awaited
from kpisite.check.ground import Ground
from kpisite.core.code import FormCode, site_digits
from kpisite.core.exact import fixed, plain, signed
from kpisite.core.immutable import immutable
from kpisite.core.text import NO_TEXT, Language
from kpisite.core.working import Kind, Working
from kpisite.history.commits import UNKNOWN, Revision
from kpisite.language.grade import Grade
from kpisite.outcomes.after import version_of
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import fingerprint, without_pay
from kpisite.pages.afterwards import Afterwards, afterwards
from kpisite.pages.compared import Changed, changed_rows
from kpisite.pages.form_rows import FormRows
from kpisite.pages.form_words import FormWords
from kpisite.pages.pay import wage_name
from kpisite.pages.pay_rows import pay_rows
from kpisite.pages.prose import prose
from kpisite.pages.row import Row, Work
from kpisite.pages.rule_places import page_of
from kpisite.pages.scale import Scale, scale
from kpisite.pages.signers import SignatureLine, Signer, signature_lines, signers_of
from kpisite.pages.unfold import Unfolding
from kpisite.words import page_words, period_in_words

#: So many rows say the same, or each says it.
FEWEST_ALIKE = 2
#: So many digits of a commit are shown, as git shows it.
COMMIT_DIGITS = 8


@immutable
class GradeFacts:
    """A grade and what it means."""

    id: str
    name: str
    meanings: tuple[tuple[str, str], ...]


@immutable
class Note:
    """What somebody wrote under the form."""

    who: str
    on: str
    html: Markup


@immutable
class ScorecardFacts:
    """All that a scorecard page shows, in words and figures of one language."""

    name: str
    employee: str
    is_of_person: bool
    department: str
    title: str
    month: str
    month_note: str
    scheme: str
    form_beside: str
    """What the form of a one-off appraisal is called; empty for that of the month."""
    caption: str
    said_of_all: tuple[str, ...]
    """What would be remarked alike on every row that is marked, to be said once."""
    raters: tuple[str, ...]
    rated: tuple[Signer, ...]
    rows: tuple[Row, ...]
    total: str
    most: str
    total_work: Work
    is_provisional: bool
    awaited: str
    """Whose marks and which figures a provisional total waits for."""
    grade: GradeFacts | None
    change: str
    before: str
    since: tuple[Changed, ...]
    """The rows that changed since then."""
    to_next: str
    next_grade: str
    figures: tuple[str, ...]
    """The figures of the policy that stand on the scorecard, each with how it came."""
    grade_why: tuple[str, ...]
    """Why the grade is not that of the total alone."""
    set_by: str
    """What set the total, and on which days, where a veto holds."""
    scale: Scale | None
    pay: tuple[Row, ...]
    wage: str
    wage_name: str
    notes: tuple[Note, ...]
    after: Afterwards
    signatures: tuple[SignatureLine, ...]
    fingerprint: str
    code: FormCode
    """What the code in the foot of the printed form says."""
    version: str
    """Open, closed, or amended for the how manieth time, in words."""
    revised: str
    """Since when the record is as it is here, and in which commit, where that is known."""
    scheme_since: str
    scheme_page: str
    """Where the form is set out, from the root of the tree, and the policy, where there is one."""
    policy_page: str
    sources: tuple[str, ...]

    def without_pay(self) -> "ScorecardFacts":
        """The same page with no trace of an amount in it."""
        after = replace(self.after, answer=self.after.answer_to_marks)
        bare = without_pay(self.fingerprint)
        code = replace(self.code, fingerprint=bare.replace(" ", ""))
        return replace(self, pay=(), wage="", after=after, fingerprint=bare, code=code)


def scorecard_facts(
    book: Ground,
    result: Result,
    language: Language,
    forms: dict[str, FormWords] | None = None,
    revision: Revision = UNKNOWN,
    before: Result | None = None,
) -> ScorecardFacts:
    """The page of `result`, with the pay where there is any; `forms` keeps from one to the next
    what they have in common, `revision` is that of the record, and `before` what its change is
    from."""
    card, scheme = result.card, result.card.scheme.model
    form = form_words(result, language, {} if forms is None else forms)
    unfolding = Unfolding(result=result, language=language)
    places = card.total.places or 0
    month_file = book.months.get(result.month)
    month_note = None if month_file is None else month_file.model.note
    signers = signers_of(book, result, form)
    content = fingerprint(book, result)
    since = form.words["since"].format(month=scheme.from_)
    rows = tuple(FormRows(form, unfolding).all(card.total))
    return ScorecardFacts(
        name=form.say(card.appraisee.name),
        employee=result.appraisee_id,
        is_of_person=result.is_person,
        department=form.say(book.department_by_id[result.department_id].name),
        title=form.say(card.appraisee.title),
        month=period_in_words(result.period, language),
        month_note="" if month_note is None else form.say(month_note),
        scheme=form.say(scheme.name),
        form_beside="" if result.card.one_off is None else form.say(scheme.name),
        caption=form.caption,
        said_of_all=_said_of_all(rows),
        raters=tuple(form.say(scheme.rater_name(rater)) for rater in form.raters),
        rated=tuple(signers.values()),
        rows=rows,
        total=card.shown,
        most=plain(scheme.points),
        total_work=unfolding.work(card.total, ()),
        is_provisional=card.is_provisional,
        awaited=_awaited(book, result, form, signers) if card.is_provisional else "",
        grade=None if result.grade is None else _grade(result.grade, form),
        change="" if result.change is None else signed(result.change, places),
        before=period_in_words(result.period.before, language, with_year=False),
        since=() if before is None else changed_rows(before, result, language),
        to_next="" if result.to_next is None else fixed(result.to_next, places),
        next_grade="" if result.next_grade is None else form.say(result.next_grade.name),
        figures=tuple(figure_line(one, language) for one in result.figures.shown),
        grade_why=tuple(form.say(why) for why in result.standing.why),
        set_by=_set_by(result, form),
        scale=None
        if result.policy is None or result.grade is None or result.policy.model.quota is not None
        else scale(result.policy.model, scheme.points, card.total.value, language),
        pay=() if result.wage is None else tuple(pay_rows(result.wage.parts, unfolding)),
        wage="" if result.wage is None else result.wage.shown,
        wage_name=""
        if result.policy is None
        else wage_name(result.policy.model, book.money_of(result.policy.model), language),
        notes=tuple(_notes(book, result, form, signers)),
        after=afterwards(book, result, language),
        signatures=tuple(signature_lines(result, form, signers)),
        fingerprint=content,
        code=_code(book, result, content),
        version=_version(book, result, form),
        revised=_revised(revision, form),
        scheme_since=since.strip(),
        scheme_page=page_of(scheme),
        policy_page="" if result.policy is None else page_of(result.policy.model),
        sources=(card.record.path, f"{scheme.id}{since}"),
    )


def figure_line(working: Working, language: Language) -> str:
    """A figure with how it came: `Balance 210: 93 + 117 = 210`."""
    said = f"{working.label.say(language)} {working.shown}"
    if not working.calculation:
        return said
    return page_words(language)["written-figure"].format(figure=said, said=working.calculation)


def _said_of_all(rows: Sequence[Row]) -> tuple[str, ...]:
    """What is remarked alike on all rows with marks, where there are several."""
    said = [row.work.remarks for row in rows if row.work is not None and any(row.marks)]
    if len(said) < FEWEST_ALIKE:
        return ()
    return tuple(one for one in said[0] if all(one in other for other in said))


def _code(book: Ground, result: Result, content: str) -> FormCode:
    return FormCode(
        site=site_digits(book.site.model.company),
        appraisee=result.appraisee_id,
        month=result.month,
        qualifier=result.qualifier or "",
        fingerprint=content.replace(" ", ""),
    )


def _version(book: Ground, result: Result, form: FormWords) -> str:
    kind, _, number = version_of(book, result).partition("-")
    return form.words[f"version-{kind}"].format(number=number)


def _revised(revision: Revision, form: FormWords) -> str:
    if revision.is_uncommitted:
        return form.words["record-uncommitted"]
    if not revision.commit:
        return ""
    said = form.words["record-of"].format(day=revision.day, commit=revision.commit[:COMMIT_DIGITS])
    return said.strip()


def _set_by(result: Result, form: FormWords) -> str:
    """The events that set the total, each with its day, and the gates that cap it and the vetoes by
    a condition, each with its reason; empty where nothing does."""
    scheme = result.card.scheme.model
    met = {one.id for one in scheme.gate} | {one.id for one in scheme.veto if one.if_ is not None}
    causes = [
        form.say(cause.label)
        for one in result.card.set_by
        for cause in ((one,) if one.id in met else one.walk())
        if one.id in met or cause.kind is Kind.EVENT
    ]
    listed = form.words["list-comma"].join(causes)
    return form.words["total-set"].format(by=listed) if causes else ""


def form_words(result: Result, language: Language, forms: dict[str, FormWords]) -> FormWords:
    """The words of the result's form, made when it is met first."""
    filed = result.card.scheme
    if filed.path not in forms:
        forms[filed.path] = FormWords(filed.model, language)
    return forms[filed.path]


def _awaited(book: Ground, result: Result, form: FormWords, signers: Mapping[str, Signer]) -> str:
    """Whose marks are to come, rater by rater, then which figures and entries.

    Where nothing that may be named here is, all such scorecards say the same, be it a figure of a
    line that only payroll and HR see, or something of other people's: none gives the line away.
    """
    found = [one for one in awaited(book, result.card.record) if not one.is_of_payroll]
    of_raters = Counter(rater for one in found for rater in one.raters)
    told = []
    for rater, count in of_raters.items():
        name = "" if rater not in signers else signers[rater].name
        who = f"{form.say(form.scheme.rater_name(rater))} {name}".strip()
        told.append(form.words["awaited-marks"].format(rater=who, count=count))
    told += [form.say(one.name) for one in found if one.what != "mark"]
    if not told:
        return form.words["awaited-elsewhere"]
    return form.words["list-comma"].join(dict.fromkeys(told))


def awaited_of_payroll(book: Ground, result: Result, language: Language) -> str:
    """Which figures are to come that only lines of the pay ask for which payroll and HR alone
    see."""
    found = [one for one in awaited(book, result.card.record) if one.is_of_payroll]
    names = (one.name.say(language) for one in found if result.card.is_provisional)
    return page_words(language)["list-comma"].join(dict.fromkeys(names))


def _grade(grade: Grade, form: FormWords) -> GradeFacts:
    meanings = [
        (form.words[f"grade-{key}"], form.say(said))
        for key in ("training", "promotion", "level", "text")
        if (said := getattr(grade, key)) is not None
    ]
    return GradeFacts(id=grade.id, name=form.say(grade.name), meanings=tuple(meanings))


def _notes(
    book: Ground, result: Result, form: FormWords, signers: Mapping[str, Signer]
) -> Iterator[Note]:
    """What was noted through the month, by day, then what raters wrote at its end."""
    for remark in sorted(result.record.remark, key=lambda one: one.on):
        filed = book.staff.get(remark.by or "")
        who = "" if filed is None else filed.model.name
        yield Note(who=who, on=str(remark.on), html=prose(remark.text))
    for rater, text in result.record.notes.items():
        html, signer = prose(text), signers.get(rater)
        if html:
            box = form.scheme.notes.get(rater)
            named = form.scheme.rater_name(rater) if rater in form.scheme.raters else None
            who = form.say(box or named or NO_TEXT)
            if signer is not None:
                who = f"{signer.capacity} {signer.name}".strip()
            yield Note(who=who, on="" if signer is None else signer.on, html=html)
