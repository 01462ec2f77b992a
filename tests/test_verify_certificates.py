"""Revoked and intermediate certificates, a time that nobody trusts, and what other programs add."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation.dss import DocumentSecurityStore

from kpisite.verify.changes import Since
from kpisite.verify.form import verify_form
from kpisite.verify.past import Past
from kpisite.verify.report import Level, Report
from kpisite.verify.signatures import roots_in
from tests.signed_forms import form
from tests.signing_keys import (
    NOW,
    PASSWORD,
    Authority,
    authority,
    begun,
    common_name,
    time_server,
    usage,
)
from tests.sites import run

NOBODY = Path("/nowhere")


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A form that nobody has signed, beside the authority's certificate."""
    monkeypatch.setenv("KPISITE_KEY_PASSWORD", PASSWORD)
    (tmp_path / "ca.pem").write_bytes(authority().pem)
    (tmp_path / "form.pdf").write_bytes(form())
    return tmp_path / "form.pdf"


def signed(paper: Path, key: bytes, *more: str | Path, code: int = 0) -> str:
    """Signs the form as its first signer; what the command said."""
    (paper.parent / "key.p12").write_bytes(key)
    words = ("--as", "1", "--key", paper.parent / "key.p12", "--language", "en", *more)
    ran = run("sign", paper, *words)
    assert ran.code == code, ran.errors
    return ran.errors


def report(content: bytes, trusted: bytes) -> Report:
    return verify_form(content, Past(NOBODY), roots_in([trusted]), datetime.now(UTC))


def signatures_level(content: bytes, trusted: bytes | None = None) -> str:
    return report(content, trusted or authority().pem).levels[Level.SIGNATURES].code


# A chain.


def chained() -> tuple[bytes, Authority]:
    """The certificate of a root that lets others issue, and one that does."""
    root_key, branch_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, branch_name = common_name("澄湖根"), common_name("澄湖分中心")
    root = _authority(root_name, root_name, root_key.public_key(), root_key, 1)
    below = _authority(branch_name, root_name, branch_key.public_key(), root_key, 0)
    return root.public_bytes(Encoding.PEM), Authority(branch_name, branch_key, below)


def _authority(
    owner: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    by: ec.EllipticCurvePrivateKey,
    path_length: int,
) -> x509.Certificate:
    return (
        begun(owner, issuer, public, -10, 400)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(by, hashes.SHA256())
    )


def test_a_chain_goes_by_an_intermediate_that_the_key_file_brings(paper: Path) -> None:
    root, branch = chained()
    (paper.parent / "ca.pem").write_bytes(root)
    signed(paper, branch.pkcs12("周敏"), "--trust", paper.parent / "ca.pem")
    content = paper.read_bytes()
    assert signatures_level(content, root) == "verify-sign-holds"
    assert signatures_level(content) == "verify-sign-untrusted"
    assert report(content, root).signatures[0].issuer == "澄湖分中心"


def test_a_chain_without_its_intermediate_is_no_chain(paper: Path) -> None:
    root, branch = chained()
    (paper.parent / "ca.pem").write_bytes(root)
    key, certificate = branch.issue("周敏")
    alone = pkcs12.serialize_key_and_certificates(
        b"alone", key, certificate, None, BestAvailableEncryption(PASSWORD.encode())
    )
    said = signed(paper, alone, "--trust", paper.parent / "ca.pem", code=2)
    assert "chain" in said and "澄湖分中心" in said
    assert paper.read_bytes() == form()


# Revoked.


def revoking(certificate: x509.Certificate, *, days: int) -> asn1_crl.CertificateList:
    """A list by our authority that has the certificate revoked so many days from now."""
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(certificate.serial_number)
        .revocation_date(NOW + timedelta(days=days))
        .build()
    )
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority().name)
        .last_update(NOW - timedelta(days=1))
        .next_update(NOW + timedelta(days=30))
        .add_revoked_certificate(entry)
        .sign(authority().key, hashes.SHA256())
    )
    return asn1_crl.CertificateList.load(made.public_bytes(Encoding.DER))


def issued(address: str) -> tuple[x509.Certificate, bytes]:
    """A certificate whose revocation is said at that address, and its key file."""
    key, certificate = authority().issue("周敏", crl=address)
    held = pkcs12.serialize_key_and_certificates(
        b"key", key, certificate, [authority().certificate],
        BestAvailableEncryption(PASSWORD.encode()),
    )  # fmt: skip
    return certificate, held


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "verify-sign-revoked"), (20, "verify-sign-uncovered")]
)
def test_a_certificate_that_was_revoked_before_it_signed_is_broken(
    paper: Path, days: int, code: str
) -> None:
    """What is known of it stands in the file, for nothing is fetched."""
    certificate, held = issued("http://127.0.0.1:9/none.crl")
    signed(paper, held, "--trust", paper.parent / "ca.pem")
    content = paper.read_bytes()
    assert signatures_level(content) == "verify-sign-holds"
    with_list = io.BytesIO(content)
    DocumentSecurityStore.add_dss(
        with_list, None, certs=[_loaded(certificate)], crls=[revoking(certificate, days=days)]
    )
    found = report(with_list.getvalue(), authority().pem)
    assert found.levels[Level.SIGNATURES].code == code
    assert found.signatures[0].signer == "周敏"


def test_a_revoked_certificate_signs_nothing_for_years(paper: Path) -> None:
    lists = dict[str, bytes]()
    with time_server(authority(), lists=lists) as url:
        certificate, held = issued(f"{url}list.crl")
        lists["/list.crl"] = revoking(certificate, days=-1).dump()
        more = ("--timestamp", url, "--level", "B-LTA", "--trust", paper.parent / "ca.pem")
        said = signed(paper, held, *more, code=2)
    assert "the certificate of 周敏 was revoked" in said
    assert paper.read_bytes() == form()


def _loaded(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


# The time.


def test_a_time_by_a_server_that_nobody_trusts_is_not_believed(paper: Path) -> None:
    with time_server(authority("别的时间")) as url:
        signed(paper, authority().pkcs12("周敏"), "--timestamp", url, "--level", "B-T")
    found = report(paper.read_bytes(), authority().pem)
    assert found.levels[Level.SIGNATURES].code == "verify-sign-time-untrusted"
    assert not found.signatures[0].is_attested


# What other programs add.


def described(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The form with its description changed after signing: in XMP, in the document information."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    old = writer.root["/Metadata"].data
    assert b"2026" in old
    stream = generic.StreamObject(
        {
            generic.NameObject("/Type"): generic.NameObject("/Metadata"),
            generic.NameObject("/Subtype"): generic.NameObject("/XML"),
        },
        stream_data=old.replace(b"2026", b"2027"),
    )
    writer.root["/Metadata"] = writer.add_object(stream)
    writer.update_root()
    yield "xmp", _written(writer)
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    writer.set_info(
        writer.add_object(
            generic.DictionaryObject({generic.NameObject("/Title"): generic.pdf_string("改过")})
        )
    )
    yield "info", _written(writer)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_description_that_was_changed_after_signing_is_named(paper: Path) -> None:
    signed(paper, authority().pkcs12("周敏"))
    for name, content in described(paper.read_bytes()):
        found = report(content, authority().pem)
        assert [one.since for one in found.signatures] == [Since.DESCRIPTION], name
        assert found.levels[Level.SIGNATURES].code == "verify-sign-uncovered", name
        paper.write_bytes(content)
        (paper.parent / "other.p12").write_bytes(authority().pkcs12("李娜"))
        words = ("--as", "2", "--key", paper.parent / "other.p12")
        assert run("sign", paper, *words).code == 0
        found = report(paper.read_bytes(), authority().pem)
        assert [one.since for one in found.signatures] == [Since.DESCRIPTION, Since.NOTHING], name
        assert found.levels[Level.SIGNATURES].code == "verify-sign-holds", name


def test_what_is_neither_signing_nor_a_description_breaks_the_signature(paper: Path) -> None:
    signed(paper, authority().pkcs12("周敏"))
    writer = IncrementalPdfFileWriter(io.BytesIO(paper.read_bytes()))
    writer.root["/PageMode"] = generic.NameObject("/FullScreen")
    writer.update_root()
    found = report(_written(writer), authority().pem)
    assert found.levels[Level.SIGNATURES].code == "verify-sign-added"
    assert [one.since for one in found.signatures] == [Since.OTHER]
