"""Who signed a form, with what certificate, and what came after: by pyHanko.

The only thing that is believed is what was signed.  What lies in a signature's own place in the
file and is covered by nothing (its padding, superfluous parts) has to be what it would be without
anybody's doing, so that not a single byte of a file can be changed unnoticed.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kpisite.pdf import Line
from kpisite.sign.form import open_reader
from kpisite.verify.paper import Paper
from kpisite.verify.report import Finding, Signature, broken, holds, undecided

if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader

MOST_SIGNATURES = 100


class NoSigning(Exception):
    """The libraries for signatures are not installed."""


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
    if not embedded or len(embedded) > MOST_SIGNATURES:
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
    last = embedded[-1]
    if not _covers_all(paper.content, last):
        found[-1] = replace(found[-1], finding=broken("verify-sign-added"), since="other")
    return tuple(found)


def _somebody_else(embedded: Any, lines: Mapping[str, Line]) -> str:
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
    certificate = status.signing_cert
    return Signature(
        name=str(embedded.field_name),
        capacity="",
        reason=str(embedded.sig_object.get("/Reason", "")),
        at="" if at is None else at.isoformat(timespec="seconds"),
        is_attested=attested is not None,
        is_timestamp=is_timestamp,
        since=_since(embedded),
        finding=_judged(embedded, status, roots, content, at),
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


def _since(embedded: Any) -> str:
    """What came after the signature: nothing, only signing, or something else."""
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
    from pyhanko.sign.validation import SignatureCoverageLevel

    if embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "nothing"
    result = embedded.diff_result
    if isinstance(result, DiffResult) and result.modification_level != ModificationLevel.OTHER:
        return "signing"
    return "other"


def _judged(
    embedded: Any,
    status: Any,
    roots: "Sequence[x509.Certificate]",
    content: bytes,
    at: datetime | None,
) -> Finding:
    if not (status.intact and status.valid):
        return broken("verify-sign-changed")
    stamp = getattr(status, "timestamp_validity", None)
    if stamp is not None and not (stamp.intact and stamp.valid):
        return broken("verify-sign-timestamp")
    if not _is_tidy(embedded, roots, content):
        return broken("verify-sign-container")
    is_allowed = embedded.summarise_integrity_info()["docmdp_ok"]
    if not is_allowed or _since(embedded) == "other":
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


def _is_tidy(embedded: Any, roots: "Sequence[x509.Certificate]", content: bytes) -> bool:
    """Whether a signature's own place in the file holds nothing but the signature: in hexadecimal
    digits of one case, filled up with zeros, every part of it in the one form it can have."""
    from asn1crypto import parser

    if len(embedded.byte_range) != 4:
        return False
    start, length, after, _ = (int(one) for one in embedded.byte_range)
    place = content[length:after]
    if start or place[:1] != b"<" or place[-1:] != b">":
        return False
    digits = place[1:-1]
    if digits not in (digits.lower(), digits.upper()):
        return False
    try:
        held = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return False
    if held != embedded.pkcs7_content:
        return False
    _, _, _, header, body, trailer = parser.parse(held, strict=False)
    whole = header + body + trailer
    return not held[len(whole) :].strip(b"\0") and _is_in_one_form(whole, roots)


def _is_in_one_form(whole: bytes, roots: "Sequence[x509.Certificate]") -> bool:
    """Whether what is not signed of a signature is as it can only be, its time stamp's included."""
    from asn1crypto import cms

    message = cms.ContentInfo.load(whole, strict=True)
    if message["content_type"].native != "signed_data":
        return False
    signed = message["content"]
    if len(signed["signer_infos"]) != 1 or len(signed["digest_algorithms"]) != 1:
        return False
    signer = signed["signer_infos"][0]
    is_data = signed["encap_content_info"]["content_type"].native == "data"
    by_serial = signer["sid"].name == "issuer_and_serial_number"
    return (
        message.copy().dump(force=True) == whole
        and signed["version"].native == ("v1" if is_data and by_serial else "v3")
        and signer["version"].native == ("v1" if by_serial else "v3")
        and signed["digest_algorithms"][0].dump() == signer["digest_algorithm"].dump()
        and _are_proved(_certificates(signed), roots)
        and all(
            _is_in_one_form(value.dump(), roots)
            for attribute in signer["unsigned_attrs"] or ()
            if attribute["type"].native == "signature_time_stamp_token"
            for value in attribute["values"]
        )
    )


def _certificates(signed: Any) -> "list[x509.Certificate]":
    return [one.chosen for one in signed["certificates"] or () if one.name == "certificate"]


def _are_proved(brought: "Sequence[x509.Certificate]", roots: "Sequence[x509.Certificate]") -> bool:
    """Whether each certificate that a signature brings is signed by one of the others, or by a
    root.  Where none of them leads to a root, one whose issuer is not there proves nothing."""
    known = [*brought, *roots]
    is_anchored = any(_has_signed(root, one) for root in roots for one in brought)
    for one in brought:
        issuers = [issuer for issuer in known if issuer.subject == one.issuer]
        if not issuers and is_anchored:
            return False
        if issuers and not any(_has_signed(issuer, one) for issuer in issuers):
            return False
    return True


def _has_signed(issuer: "x509.Certificate", certificate: "x509.Certificate") -> bool:
    from cryptography import x509 as crypto
    from cryptography.exceptions import InvalidSignature

    try:
        above = crypto.load_der_x509_certificate(issuer.dump())
        crypto.load_der_x509_certificate(certificate.dump()).verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def adds_only_signatures(content: bytes, length: int) -> bool:
    """Whether all that was added to the first `length` bytes is signatures and time stamps."""
    _needed()
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
    from pyhanko.sign.fields import MDPPerm

    try:
        base = open_reader(content[:length]).xrefs.total_revisions - 1
        reader = open_reader(content)
        result = _from_the_build_on().review_file(reader, base, doc_mdp=MDPPerm.FILL_FORMS)
        first = next(iter(reader.embedded_signatures))
        permissions = reader.root.get("/Perms")
        is_certified = permissions is None or (
            set(permissions) == {"/DocMDP"} and permissions["/DocMDP"] == first.sig_object
        )
    except MemoryError:
        raise
    except Exception:  # pyHanko stumbles in many ways over what is no sound file
        return False
    signing = (ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)
    return is_certified and isinstance(result, DiffResult) and result.modification_level in signing


def _from_the_build_on() -> Any:
    """What pyHanko lets be added to a signed file, and besides what the first signature brings: it
    certifies the form in the catalogue, and says that from then on things may only be added."""
    from pyhanko.sign.diff_analysis import (
        CatalogModificationRule,
        DocInfoRule,
        DSSCompareRule,
        FormUpdatingRule,
        GenericFieldModificationRule,
        ModificationLevel,
        ObjectStreamRule,
        SigFieldCreationRule,
        SigFieldModificationRule,
        StandardDiffPolicy,
        XrefStreamRule,
    )
    from pyhanko.sign.diff_analysis.constants import (
        ACROFORM_EXEMPT_STRICT_COMPARISON,
        ROOT_EXEMPT_STRICT_COMPARISON,
    )

    level = ModificationLevel.LTA_UPDATES
    rules = (DocInfoRule(), XrefStreamRule(), ObjectStreamRule(), DSSCompareRule())
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule({*ROOT_EXEMPT_STRICT_COMPARISON, "/Perms"}),
            *(rule.as_qualified(level) for rule in rules),
        ],
        form_rule=FormUpdatingRule(
            [SigFieldCreationRule(), SigFieldModificationRule(), GenericFieldModificationRule()],
            ignored_acroform_keys={*ACROFORM_EXEMPT_STRICT_COMPARISON, "/SigFlags"},
        ),
    )
