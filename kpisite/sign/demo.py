"""A company's keys for trying: a certificate authority and a certificate for each person.

Worth nothing, and they say so in every name that a reader of a signed form will see.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

#: In every certificate's name, so that whoever opens a signed form reads it.
MARK = "试用 DEMO"
DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The authority's certificate (PEM), and a PKCS#12 file by person.

    The authority's own key is in none of them: nobody can issue another certificate.
    """

    authority: bytes
    keys: Mapping[str, bytes]


def make_demo(company: str, people: Mapping[str, str], password: str, at: datetime) -> Demo:
    """An authority in the name of `company`, and keys for `people` (id → name), valid for a year
    from `at`."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = _name(f"{company} CA（{MARK}）", company)
    root = (
        _begun(root_name, root_name, root_key.public_key(), at)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    keys = {}
    for id, name in people.items():
        key = ec.generate_private_key(ec.SECP256R1())
        owner = _name(f"{name}（{MARK}）", company, id)
        certificate = (
            _begun(owner, root_name, key.public_key(), at)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
                critical=False,
            )
            .sign(root_key, hashes.SHA256())
        )
        keys[id] = pkcs12.serialize_key_and_certificates(
            name.encode(), key, certificate, [root], BestAvailableEncryption(password.encode())
        )
    return Demo(authority=root.public_bytes(Encoding.PEM), keys=keys)


def _name(common: str, company: str, id: str = "") -> x509.Name:
    """A name within the lengths that X.509 allows: 64 characters each."""
    entries = [
        (NameOID.ORGANIZATION_NAME, company),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "DEMO KEYS - WITHOUT LEGAL EFFECT"),
        (NameOID.COMMON_NAME, common),
        *([(NameOID.SERIAL_NUMBER, id)] if id else []),
    ]
    return x509.Name([x509.NameAttribute(kind, text[:64]) for kind, text in entries])


def _begun(
    owner: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(owner)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + timedelta(days=DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(**uses: bool) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{one: uses.get(one, False) for one in every})
