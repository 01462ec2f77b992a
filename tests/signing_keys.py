"""Keys to sign with, and a server on the loopback that attests the time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import MappingProxyType

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
PASSWORD = "静夜思 8"
NOW = datetime.now(UTC)
STAFF = {"CS001": "王敏", "CS017": "李娜", "GM": "张㛃"}


@dataclass(frozen=True)
class Authority:
    """Who issues certificates."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(
        self,
        name: str,
        *,
        first: int = -1,
        last: int = 365,
        signs: bool = True,
        time: bool = False,
        key: Key | None = None,
        crl: str = "",
    ) -> tuple[Key, x509.Certificate]:
        """A certificate that holds from so many days ago to so many from now; `crl` is the address
        of what was revoked."""
        key = key or (_time_key() if time else ec.generate_private_key(ec.SECP256R1()))
        builder = begun(common_name(name), self.name, key.public_key(), first, last).add_extension(
            usage(content_commitment=signs, key_encipherment=not signs), critical=True
        )
        if time:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        if crl:
            place = x509.DistributionPoint([x509.UniformResourceIdentifier(crl)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([place]), critical=False)
        return key, builder.sign(self.key, hashes.SHA256())

    def pkcs12(self, name: str, password: str = PASSWORD, **facts: object) -> bytes:
        """A key file; without a password not encrypted."""
        key, certificate = self.issue(name, **facts)  # type: ignore[arg-type]
        hidden = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        return pkcs12.serialize_key_and_certificates(
            name.encode(), key, certificate, [self.certificate], hidden,
        )  # fmt: skip


@cache
def authority(name: str = "澄湖签发中心") -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = begun(common_name(name), common_name(name), key.public_key(), -2000, 2000)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(common_name(name), key, certificate)


@cache
def _time_key() -> rsa.RSAPrivateKey:
    """The time stamper of pyHanko's own tests signs with RSA alone."""
    return rsa.generate_private_key(65537, 2048)


@cache
def key_files() -> dict[str, bytes]:
    return {id: authority().pkcs12(name) for id, name in STAFF.items()}


def keys_in(folder: Path) -> Path:
    """Writes the keys of the staff, the password and the authority's certificate; the folder."""
    folder.mkdir(exist_ok=True)
    for id, content in key_files().items():
        (folder / f"{id}.p12").write_bytes(content)
    (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    (folder / "ca.pem").write_bytes(authority().pem)
    return folder


def common_name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def begun(
    owner: x509.Name, issuer: x509.Name, key: object, first: int, last: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(owner)
        .issuer_name(issuer)
        .public_key(key)  # type: ignore[arg-type]
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=first))
        .not_valid_after(NOW + timedelta(days=last))
    )


def usage(**uses: bool) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{one: uses.get(one, False) for one in every})


@contextmanager
def time_server(
    issuer: Authority,
    answer: bytes | None = None,
    *,
    is_honest: bool = True,
    lists: Mapping[str, bytes] = MappingProxyType({}),
) -> Iterator[str]:
    """A time-stamp server on the loopback, and its address; it may answer with nonsense, or stamp
    something else than it was asked to.  It also gives out `lists`, by path."""
    key, certificate = issuer.issue("时间戳", time=True)
    loaded = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    store = SimpleCertificateStore()
    store.register(loaded)
    stamper = DummyTimeStamper(
        loaded,
        asn1_keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        certs_to_embed=store,
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            said = answer
            if said is None:
                request = tsp.TimeStampReq.load(asked)
                if not is_honest:
                    request["message_imprint"]["hashed_message"] = bytes(32)
                said = stamper.request_tsa_response(request).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/pkix-crl")
            self.end_headers()
            self.wfile.write(lists[self.path])

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
