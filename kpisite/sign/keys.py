"""The key that signs, and the certificate that says whose it is: from a file or from a token."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import Any

from asn1crypto import pem, pkcs12, x509
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

from kpisite.sign.form import Refused

#: What a key may be for, if its certificate says what it is for.
USES = frozenset({"non_repudiation", "digital_signature"})


@dataclass(frozen=True, slots=True)
class Credential:
    """A key that signs, the certificate with its owner's name, and the certificates it goes back
    to where they are known."""

    signer: Signer
    certificate: x509.Certificate

    @property
    def name(self) -> str:
        """Whose key it is, as the certificate says."""
        return _common_name(self.certificate.subject)

    @property
    def issuer(self) -> str:
        """Who says so."""
        return _common_name(self.certificate.issuer)


def _common_name(name: x509.Name) -> str:
    return str(name.native.get("common_name") or name.human_friendly)


def from_pkcs12(content: bytes, password: str) -> Credential:
    """The key in a PKCS#12 file (`.p12`, `.pfx`)."""
    try:
        pkcs12.Pfx.load(content, strict=True)["auth_safe"]["content"].native  # noqa: B018
    except (ValueError, TypeError, KeyError):
        raise Refused("sign-no-pkcs12") from None
    try:
        signer = SimpleSigner.load_pkcs12_data(content, (), password.encode() or None)
    except ValueError:
        raise Refused("sign-password") from None
    except AttributeError:  # pyHanko takes it for granted that there is a key
        raise Refused("sign-no-key") from None
    if signer.signing_cert is None:
        raise Refused("sign-no-key")
    return Credential(signer, signer.signing_cert)


def require_pkcs11() -> None:
    """Refuses tokens where pyHanko's extra for them is not installed."""
    if find_spec("pkcs11") is None:
        raise Refused("sign-no-pkcs11")


def from_pkcs11(module: str, token: str, certificate: str, pin: str) -> Credential:
    """The key on a token (a USB key, a smart card), which never leaves it."""
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

    class TokenSigner(PKCS11Signer):
        async def async_sign_raw(self, *arguments: Any, **options: Any) -> bytes:
            with _of_token(token):
                signature: bytes = await super().async_sign_raw(*arguments, **options)
                return signature

    with _of_token(token):
        session = open_pkcs11_session(
            module, token_criteria=TokenCriteria(label=token), user_pin=pin
        )
        owner = TokenSigner(session, cert_label=certificate).signing_cert
    if owner is None:
        raise Refused("sign-no-key")
    # Few tokens take the digest of what an elliptic curve signs; all sign one that is given.
    is_curve = owner.public_key.algorithm == "ec"
    signer = TokenSigner(session, cert_label=certificate, use_raw_mechanism=is_curve)
    return Credential(signer, owner)


#: What the libraries of tokens call the two things that happen.
_PIN = {"PinIncorrect": "sign-pin", "PinLocked": "sign-pin-locked"}


@contextmanager
def _of_token(token: str) -> Iterator[None]:
    """Refuses what a token does not do, whatever its maker's library raises."""
    try:
        yield
    except Exception as error:
        kind = type(error).__name__
        code = _PIN.get(kind, "sign-token")
        raise Refused(code, token=token, reason=str(error) or kind) from error


def certificates(content: bytes) -> list[x509.Certificate]:
    """The certificates in a file, PEM or DER."""
    try:
        if pem.detect(content):
            found = [der for _, _, der in pem.unarmor(content, multiple=True)]
        else:
            found = [content]
        loaded = [x509.Certificate.load(one, strict=True) for one in found]
        for one in loaded:
            one.native  # noqa: B018
    except (ValueError, TypeError, KeyError):
        raise Refused("sign-no-certificate") from None
    return loaded


def require_fit(key: Credential, at: datetime, roots: Sequence[x509.Certificate]) -> None:
    """Refuses a key whose certificate does not hold at the moment, is not for signing, or goes
    back to none of `roots`; without `roots` nobody asks who issued it."""
    certificate = key.certificate
    validity = certificate["tbs_certificate"]["validity"]
    first, last = validity["not_before"].native, validity["not_after"].native
    if at > last:
        raise Refused("sign-expired", name=key.name, day=_day(last, at))
    if at < first:
        raise Refused("sign-not-yet", name=key.name, day=_day(first, at))
    uses = certificate.key_usage_value
    if uses is not None and not USES & uses.native:
        raise Refused("sign-usage", name=key.name)
    if roots:
        _require_path(key, validation(roots, at))


def _day(moment: datetime, at: datetime) -> str:
    return moment.astimezone(at.tzinfo).date().isoformat()


def validation(roots: Sequence[x509.Certificate], at: datetime, **more: Any) -> ValidationContext:
    """What pyHanko asks whether a certificate is to be trusted."""
    return ValidationContext(
        trust_roots=list(roots),
        moment=None if more.get("allow_fetching") else at,
        **{"allow_fetching": False, **more},
    )


def _require_path(key: Credential, context: ValidationContext) -> None:
    import asyncio

    validator = CertificateValidator(
        key.certificate,
        intermediate_certs=list(key.signer.cert_registry),
        validation_context=context,
    )
    try:
        asyncio.run(validator.async_validate_usage(set()))
    except (PathBuildingError, PathValidationError):
        raise Refused("sign-untrusted", name=key.name, issuer=key.issuer) from None
