"""Puts a signature into its field: PAdES B-B, B-T or B-LTA, by adding to the end of the file.

The first signature certifies the form: from then on nobody may change it but by signing.  Each
signature locks its own field.  The bytes that were there stay, the description of the file (XMP)
among them, which pyHanko would write anew and no longer in the way that archives ask for.
"""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_byterange import BuildProps
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import (
    PdfSignatureMetadata,
    PdfSigner,
    PdfSigningSession,
    PdfTimeStamper,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, RevokedError

from kpisite import __version__
from kpisite.sign.form import Refused, SignField, SignForm, open_reader
from kpisite.sign.keys import USES, Credential, validation
from kpisite.sign.stamp import Stamp

if TYPE_CHECKING:
    from asn1crypto import x509

#: What a time stamp's field is called; a signer's is `sign-N`.
TIMESTAMP_PREFIX = "timestamp-"
#: How long a time-stamp server may take.
MOST_SECONDS = 20


class SignatureLevel(StrEnum):
    """How much a signature carries with it: nothing but itself; the time, as a server attests it;
    all that is needed to verify it when the certificates are long gone."""

    B = "B-B"
    T = "B-T"
    LTA = "B-LTA"


@dataclass(frozen=True, kw_only=True)
class Signing:
    """What is the same for all the forms that somebody signs in one go."""

    key: Credential
    level: SignatureLevel = SignatureLevel.B
    timestamp: str = ""
    roots: "Sequence[x509.Certificate]" = ()

    @cached_property
    def timestamper(self) -> TimeStamper | None:
        """The server that attests the time, where one is asked for."""
        return (
            None if self.level is SignatureLevel.B else _Clock(self.timestamp, timeout=MOST_SECONDS)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureText:
    """What a signature says in words: the reason that readers show, and in which capacity, on its
    stamp."""

    reason: str
    capacity: str


class _Clock(HTTPTimeStamper):
    """A time-stamp server, of which it is believed only that it is one."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """The server's token; TimestampRequestError where it is not of this digest."""
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            facts = token["content"]["encap_content_info"]["content"].parsed
            if facts["message_imprint"]["hashed_message"].native == message_digest:
                return token
        except TimestampRequestError:
            raise
        except Exception as error:  # whatever nonsense the server sent
            raise TimestampRequestError("no time stamp") from error
        raise TimestampRequestError("a time stamp of something else")


class _Addition(IncrementalPdfFileWriter):
    """What is added to a file; its description is not written anew."""

    def _update_meta(self) -> None:
        """Leaves the XMP as building wrote it."""


class _Signer(PdfSigner):
    """Signs at a moment that it is given, so that the stamp and the signature say the same."""

    moment: datetime

    def init_signing_session(
        self, pdf_out: Any, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        """PyHanko's session, at our moment."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.moment
        return session


def signed(
    form: SignForm, field: SignField, signing: Signing, at: datetime, statement: SignatureText
) -> bytes:
    """The form with a signature in `field`."""
    context = None
    if signing.level is SignatureLevel.LTA:
        context = validation(
            signing.roots, at, allow_fetching=True, revocation_mode="soft-fail",
        )  # fmt: skip
    signer = _signer(form, field, signing, at, statement, context)
    output = io.BytesIO()
    try:
        asyncio.run(_sign(form, signer, output, context))
    except TimestampRequestError as error:
        reason = str(error.__cause__ or error) or type(error.__cause__).__name__
        raise Refused("sign-timestamp", url=signing.timestamp, reason=reason) from error
    except (PathBuildingError, PathValidationError) as error:
        raise Refused("sign-timestamp-untrusted", url=signing.timestamp) from error
    except SigningError as error:
        if _is_of_revocation(error):
            raise Refused("sign-revoked", name=signing.key.name) from error
        if isinstance(error.__cause__, PathBuildingError | PathValidationError):
            name, issuer = signing.key.name, signing.key.issuer
            raise Refused("sign-untrusted", name=name, issuer=issuer) from error
        raise Refused("sign-refused", reason=error) from error
    content = output.getvalue()
    assert content.startswith(form.content), "a signature only adds to a file"
    return content


def _is_of_revocation(error: BaseException | None) -> bool:
    """Whether it came of a certificate that was revoked, however far down."""
    while error is not None and not isinstance(error, RevokedError):
        error = error.__cause__ or error.__context__
    return error is not None


def _signer(
    form: SignForm,
    field: SignField,
    signing: Signing,
    at: datetime,
    statement: SignatureText,
    context: ValidationContext | None,
) -> _Signer:
    when = at.strftime("%Y-%m-%d %H:%M:%S ") + f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:]
    signer = _Signer(
        PdfSignatureMetadata(
            field_name=field.name,
            name=signing.key.name,
            reason=statement.reason,
            certify=not any(one.is_signed for one in form.fields),
            docmdp_permissions=MDPPerm.FILL_FORMS,
            subfilter=SigSeedSubFilter.PADES,
            app_build_props=BuildProps(name="kpisite", revision=__version__),
            validation_context=context,
            signer_key_usage=_key_usage(signing.key),
        ),
        signing.key.signer,
        timestamper=signing.timestamper,
        stamp_style=Stamp(border_width=0, lines=(signing.key.name, statement.capacity, when)),
    )
    signer.moment = at
    return signer


def _key_usage(key: Credential) -> set[str]:
    """Which of the two uses that we accept the certificate states."""
    uses = key.certificate.key_usage_value
    return set() if uses is None else set(sorted(USES & uses.native)[:1])


async def _sign(
    form: SignForm, signer: _Signer, output: io.BytesIO, context: ValidationContext | None
) -> None:
    """Takes the steps of pyHanko one by one, so that the time stamp of the whole is added by a
    writer of ours as well."""
    writer = _Addition.from_reader(open_reader(form.content))
    session = signer.init_signing_session(writer, existing_fields_only=True)
    try:
        checked = await session.perform_presign_validation(writer)
        size = await session.estimate_signature_container_size(checked)
        document = session.prepare_tbs_document(checked, size)
        digest, _ = document.digest_tbs_document(output=output)
        await document.perform_signature(
            digest.document_digest, PdfCMSSignedAttributes(signing_time=signer.moment)
        )
        if context is not None:
            assert checked is not None
            await _attest_the_whole(output, session, context, checked.validation_paths)
    finally:
        if context is not None:
            await context.aclose()


async def _attest_the_whole(
    output: io.BytesIO,
    session: PdfSigningSession,
    context: ValidationContext,
    paths: Sequence[Any],
) -> None:
    """Adds the certificates and what is known of their revocation, and a time stamp of it all."""
    writer = _Addition(output)
    number = len(writer.prev.embedded_timestamp_signatures) + 1
    assert session.timestamper is not None
    stamper = PdfTimeStamper(
        session.timestamper,
        field_name=f"{TIMESTAMP_PREFIX}{number}",
        invis_settings=InvisSigSettings(box_out_of_bounds=True),
        readable_field_name=f"Time stamp {number}",
    )
    await stamper.async_timestamp_pdf(
        writer,
        session.md_algorithm,
        context,
        validation_paths=list(paths),
        in_place=True,
        dss_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
    )
