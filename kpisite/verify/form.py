"""All that can be found out about a form: its signatures, and whether the records say the same."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from kpisite.verify.paper import Paper, read_paper
from kpisite.verify.past import Past
from kpisite.verify.proof import proved
from kpisite.verify.report import Finding, Level, Report, Signature, undecided, worst

if TYPE_CHECKING:
    from asn1crypto import x509


def verify_form(
    content: bytes, past: Past, roots: "Sequence[x509.Certificate]", now: datetime
) -> Report:
    """All that can be found out about a form: held against the site's history, and its signatures
    by the trust in `roots` at the moment `now`.

    Raises Unreadable where the file is no form, and NoSigning where it is signed and the libraries
    for that are not installed.
    """
    paper = read_paper(content)

    def signatures() -> tuple[Signature, ...]:
        if not paper.is_signed:
            return ()
        from kpisite.verify.signatures import signatures_of

        return signatures_of(paper, roots, now)

    return report_on(paper, past, signatures)


def report_on(
    paper: Paper, past: Past, find_signatures: Callable[[], tuple[Signature, ...]]
) -> Report:
    """The report on a form; its signatures are asked for when the site was read, for somebody else
    may be looking at them meanwhile."""
    find_signatures = cache(find_signatures)
    proof = proved(paper, past, lambda: _first_signed(find_signatures()))
    signatures = find_signatures()
    level = undecided(f"verify-{paper.kind or 'unsigned'}")
    if signatures:
        level = worst([one.finding for one in signatures])
    return Report(
        form=paper.facts,
        levels={Level.SIGNATURES: level, **proof.levels},
        signatures=signatures,
        unsigned=[one.line for one in paper.fields if not one.is_signed],
        remarks=[*proof.remarks, *_for_others(signatures)],
        printing=proof.printing,
    )


def _for_others(signatures: Sequence[Signature]) -> Iterator[Finding]:
    """Who signed on somebody else's line, and whether the signature states that."""
    for one in signatures:
        if one.whom:
            facts = {"line": one.capacity, "person": one.whom, "name": one.signer}
            is_stated = one.signer in one.reason
            code = "verify-signed-for" if is_stated else "verify-other-signer"
            yield undecided(code, **facts, reason=one.reason)


def _first_signed(signatures: Sequence[Signature]) -> datetime | None:
    times = [datetime.fromisoformat(one.at) for one in signatures if one.at]
    return min(times, default=None)
