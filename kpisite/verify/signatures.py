"""Who signed a form, with what certificate, and what came after: by pyHanko.

The only thing that is believed is what was signed.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kpisite.paper.pdf import SignatureLine
from kpisite.sign.form import open_reader
from kpisite.verify.changes import Since, since
from kpisite.verify.container import is_tidy
from kpisite.verify.paper import Paper
from kpisite.verify.report import Finding, NoSigning, Signature, Verdict, broken, holds, undecided

if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader

MOST_SIGNATURES = 100


def roots_in(contents: Sequence[bytes]) -> "list[x509.Certificate]":
    """The certificates in some files, PEM or DER; ValueError where one holds none."""
    _needed()
    from asn1crypto import pem, x509

    found = []
    for content in contents:
        ders = [content]
        if pem.detect(content):
            ders = [der for kind, _, der in pem.unarmor(content, multiple=True)
                    if kind == "CERTIFICATE"]  # fmt: skip
        if not ders:
            raise ValueError("no certificate")
        for der in ders:
            certificate = x509.Certificate.load(der, strict=True)
            certificate.native  # noqa: B018  # raises ValueError where it is none
            found.append(certificate)
    return found


def _needed() -> None:
    try:
        import pyhanko.sign.validation  # noqa: F401
    except ImportError:
        raise NoSigning from None


def signatures_of(
    paper: Paper, roots: "Sequence[x509.Certificate]", now: datetime
) -> tuple[Signature, ...]:
    """Every signature and time stamp of a form, in the order in which they were made."""
    _needed()
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        return asyncio.run(_signatures(paper, roots, now))
    except (MemoryError, OSError):
        raise
    except Exception:  # pyHanko stumbles in many ways over what is no sound file
        return (_unreadable(),)


def _unreadable() -> Signature:
    return Signature(name="", capacity="", finding=broken("verify-sign-unreadable"))


async def _signatures(
    paper: Paper, roots: "Sequence[x509.Certificate]", now: datetime
) -> tuple[Signature, ...]:
    reader, lines = open_reader(paper.content), paper.lines
    capacities = {one.name: one.line for one in paper.fields}
    embedded = list(reader.embedded_signatures)
    if not embedded or len(embedded) > MOST_SIGNATURES or len(embedded) < _filled(reader):
        return (_unreadable(),)
    found, moment = list[Signature](), now
    for one in reversed(embedded):
        signature, attested = await _signature(reader, paper.content, one, roots, moment)
        found.append(
            replace(
                signature,
                capacity=capacities.get(one.field_name, one.field_name),
                whom=_somebody_else(one, lines),
            )
        )
        if signature.is_timestamp and attested is not None:
            moment = attested  # what is older than a trusted time stamp was there by then
    found.reverse()
    if not _covers_all(paper.content, embedded[-1]):
        is_revision = reader.xrefs.total_revisions - 1 > embedded[-1].signed_revision
        found[-1] = _with_more_after(found[-1], is_revision=is_revision)
    return tuple(found)


def _filled(reader: "PdfFileReader") -> int:
    """How many fields for signatures hold something; pyHanko passes over one that does not say of
    what kind its signature is."""
    from pyhanko.sign.fields import enumerate_sig_fields

    return sum(value is not None for _, value, _ in enumerate_sig_fields(reader))


def _with_more_after(last: Signature, *, is_revision: bool) -> Signature:
    """The last signature of a file that goes on after it: what signing programs add there is named,
    for no signature covers it; anything else breaks the signature."""
    if not is_revision or last.since not in (Since.SIGNING, Since.DESCRIPTION):
        return replace(last, finding=broken("verify-sign-added"), since=Since.OTHER.value)
    if last.finding.verdict is Verdict.BROKEN:
        return last
    return replace(last, finding=undecided("verify-sign-uncovered"))


def _somebody_else(embedded: Any, lines: Mapping[str, SignatureLine]) -> str:
    """Whom the line names, where the certificate is of somebody else."""
    from kpisite.sign.owner import is_of

    line = lines.get(embedded.field_name)
    return "" if line is None or is_of(line, embedded.signer_cert.subject) else line.name


async def _signature(
    reader: "PdfFileReader",
    content: bytes,
    embedded: Any,
    roots: "Sequence[x509.Certificate]",
    moment: datetime,
) -> tuple[Signature, datetime | None]:
    """One signature, and the time that a trusted server attests for it."""
    from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    is_timestamp = embedded.sig_object_type == "/DocTimeStamp"
    if not is_timestamp and not _is_intact(embedded):
        return _changed(embedded), None
    attested: datetime | None = None
    context = _context(reader, roots, moment)
    status: Any
    if is_timestamp:
        status = await async_validate_pdf_timestamp(embedded, context)
        at = status.timestamp
        attested = at if status.intact and status.valid and status.trusted else None
    else:
        usage = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})
        status = await async_validate_pdf_signature(
            embedded, context, context, key_usage_settings=usage
        )
        at = status.signer_reported_dt
        stamp = status.timestamp_validity
        if stamp is not None and stamp.intact and stamp.valid and stamp.trusted:
            at = attested = stamp.timestamp
            context = _context(reader, roots, attested)
            status = await async_validate_pdf_signature(
                embedded, context, _context(reader, roots, moment), skip_diff=True,
                key_usage_settings=usage,
            )  # fmt: skip
    certificate, after = status.signing_cert, since(embedded)
    return Signature(
        name=str(embedded.field_name),
        capacity="",
        reason=str(embedded.sig_object.get("/Reason", "")),
        at="" if at is None else at.isoformat(timespec="seconds"),
        is_attested=attested is not None,
        is_timestamp=is_timestamp,
        since=after.value,
        finding=_judged(embedded, status, roots, content, at, after),
        **_owner(certificate),
    ), attested


def _is_intact(embedded: Any) -> bool:
    """Whether a signature is of these bytes, which is soon found out: only then it is asked whose
    it is, and what came after it."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    return all(
        validate_sig_integrity(
            embedded.signer_info, embedded.signer_cert, "data", embedded.compute_digest()
        )
    )


def _changed(embedded: Any) -> Signature:
    certificate, at = embedded.signer_cert, embedded.self_reported_timestamp
    return Signature(
        name=str(embedded.field_name),
        capacity="",
        at="" if at is None else at.isoformat(timespec="seconds"),
        finding=broken("verify-sign-changed"),
        **_owner(certificate),
    )


def _owner(certificate: "x509.Certificate") -> dict[str, Any]:
    return {
        "signer": _name(certificate.subject),
        "issuer": _name(certificate.issuer),
        "serial": f"{certificate.serial_number:x}",
        "sha256": certificate.sha256.hex(),
    }


def _context(reader: "PdfFileReader", roots: "Sequence[x509.Certificate]", moment: datetime) -> Any:
    """What certificates are judged by: these roots, at that moment, nothing fetched, and what the
    file itself brings of revocation."""
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError
    from pyhanko_certvalidator import ValidationContext

    given: dict[str, Any] = {
        "trust_roots": list(roots), "moment": moment, "allow_fetching": False,
        "revocation_mode": "soft-fail", "retroactive_revinfo": True,
    }  # fmt: skip
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(given)
    except NoDSSFoundError:
        return ValidationContext(**given)


def _name(name: "x509.Name") -> str:
    common = name.native.get("common_name")
    return common if isinstance(common, str) else str(name.human_friendly)


def _judged(
    embedded: Any,
    status: Any,
    roots: "Sequence[x509.Certificate]",
    content: bytes,
    at: datetime | None,
    after: Since,
) -> Finding:
    if not (status.intact and status.valid):
        return broken("verify-sign-changed")
    stamp = getattr(status, "timestamp_validity", None)
    if stamp is not None and not (stamp.intact and stamp.valid):
        return broken("verify-sign-timestamp")
    if not is_tidy(embedded, roots, content):
        return broken("verify-sign-container")
    is_allowed = embedded.summarise_integrity_info()["docmdp_ok"]
    if not is_allowed or after is Since.OTHER:
        return broken("verify-sign-added")
    certificate = status.signing_cert
    name, issuer = _name(certificate.subject), _name(certificate.issuer)
    if stamp is not None and roots and not stamp.trusted:
        return undecided("verify-sign-time-untrusted", name=name)
    if status.revoked:
        return broken("verify-sign-revoked", name=name)
    if status.trusted:
        return holds("verify-sign-holds", name=name)
    if at is not None and not certificate.not_valid_before <= at <= certificate.not_valid_after:
        until = certificate.not_valid_after.date().isoformat()
        since = certificate.not_valid_before.date().isoformat()
        return broken("verify-sign-not-valid-then", name=name, since=since, until=until)
    if not roots:
        return undecided("verify-sign-no-roots", name=name, issuer=issuer)
    if _is_expired(status):
        until = certificate.not_valid_after.date().isoformat()
        return undecided("verify-sign-expired", name=name, until=until)
    return broken("verify-sign-untrusted", name=name, issuer=issuer)


def _is_expired(status: Any) -> bool:
    from pyhanko.sign.ades.report import AdESIndeterminate

    return status.trust_problem_indic in (
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
    )


def _covers_all(content: bytes, embedded: Any) -> bool:
    """Whether the last signature is of the whole file but its own place in it."""
    start, length, after, rest = (int(one) for one in embedded.byte_range)
    return start == 0 and after + rest == len(content) and length < after
