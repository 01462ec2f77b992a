"""Who marked and who signs a scorecard, in which capacity."""

from collections.abc import Iterator, Mapping

from kpisite.check.ground import Ground
from kpisite.core.immutable import immutable
from kpisite.language.rater import APPRAISEE
from kpisite.outcomes.results import Result
from kpisite.pages.form_words import FormWords


@immutable
class Signer:
    """Who marked or signs, in which capacity, and when."""

    capacity: str
    name: str
    on: str


@immutable
class SignatureLine:
    """A line to sign on: in which capacity, who where that is known, and when that person marked.

    `id` is the place on the printed form, `sign-1` for the first of them; `rater` is the form's
    rater who signs there, if any.
    """

    id: str
    rater: str
    capacity: str
    name: str
    on: str


def signers_of(book: Ground, result: Result, form: FormWords) -> Mapping[str, Signer]:
    """Whoever marked, by rater: as the record says, or else the person and the superior."""
    record, appraisee = result.record, result.card.appraisee
    signers = {}
    for rater in form.scheme.raters:
        rated = record.rated.get(rater)
        by = None if rated is None else rated.by
        if by is None:
            by = {"self": record.employee, "supervisor": appraisee.superior}.get(rater)
        filed = book.staff.get(by or "")
        if rated is not None or filed is not None:
            signers[rater] = Signer(
                capacity=form.say(form.scheme.rater_name(rater)),
                name="" if filed is None else filed.model.name,
                on="" if rated is None or rated.on is None else str(rated.on),
            )
    return signers


def signature_lines(
    result: Result, form: FormWords, signers: Mapping[str, Signer]
) -> Iterator[SignatureLine]:
    """The lines to sign on, with the names and days that are known."""
    for number, signature in enumerate(form.scheme.signers, 1):
        signer = signers.get(signature.rater or "")
        name = "" if signer is None else signer.name
        if signature.rater == APPRAISEE and result.is_person:
            name = form.say(result.card.appraisee.name)
        yield SignatureLine(
            id=f"sign-{number}",
            rater=signature.rater or "",
            capacity=form.say(signature.name),
            name=name,
            on="" if signer is None else signer.on,
        )
