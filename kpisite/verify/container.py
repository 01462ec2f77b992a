"""What lies in a signature's own place in the file, and is covered by nothing.

It has to be as it would be without anybody's doing, so that not a single byte of a file can be
changed unnoticed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asn1crypto import x509


def is_tidy(embedded: Any, roots: "Sequence[x509.Certificate]", content: bytes) -> bool:
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
        _encoded(whole) == whole
        and signed["version"].native == ("v1" if is_data and by_serial else "v3")
        and signer["version"].native == ("v1" if by_serial else "v3")
        and signed["digest_algorithms"][0].dump() == signer["digest_algorithm"].dump()
        and _are_proved(_certificates(signed), roots)
        and all(
            attribute["type"].native == "signature_time_stamp_token"
            and all(_is_in_one_form(value.dump(), roots) for value in attribute["values"])
            for attribute in signer["unsigned_attrs"] or ()
        )
    )


def _encoded(whole: bytes) -> bytes:
    """The signature in the one form that it can have."""
    from asn1crypto import cms

    message = cms.ContentInfo.load(whole, strict=True)
    message._parse_children(recurse=True)
    _say_nothing_was_changed(message)
    encoded: bytes = message.dump(force=True)
    return encoded


def _say_nothing_was_changed(value: Any) -> None:
    """asn1crypto takes a value that it filled in by default for one that we changed, and encodes
    all around it anew at each level, whenever it is asked for: hundreds of times in a signature,
    with the same outcome."""
    from asn1crypto import core

    if isinstance(value, core.Any | core.Choice):
        value = value.parsed if isinstance(value, core.Any) else value.chosen
    if isinstance(value, core.Sequence | core.SequenceOf):
        value._mutated = False
        for index, child in enumerate(value.children or ()):
            if child is not None:
                _say_nothing_was_changed(value._lazy_child(index))


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
