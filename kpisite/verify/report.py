"""What is found out about one printed form: four levels, each with a verdict and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class NoSigning(Exception):
    """The libraries for signatures are not installed."""


class Verdict(StrEnum):
    """What may be said of a level."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNDECIDED = "undecided"


class Level(StrEnum):
    """What is asked of a form, from the outside inwards."""

    SIGNATURES = "signatures"
    """Every signature is of these bytes and by a certificate that is trusted, and nothing came
    after it but what it allows."""
    RECORD = "record"
    """The record in the form is the one that git has at that revision."""
    TOTAL = "total"
    """Scoring that record again gives the total and the grade of the form."""
    BYTES = "bytes"
    """Printing it again gives the bytes that were signed."""


class Printing(StrEnum):
    """Where the print is from that a form was held against."""

    NONE = "none"
    """Nothing was printed, for it is known without that what becomes of the form."""
    ANEW = "anew"
    """It was printed to verify the form."""
    KEPT = "kept"
    """A run of this user's on this machine printed it before."""
    KNOWN = "known"
    """So it did, and scored the same state of the site for that."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, why by a code, and the facts for its words in the catalogue."""

    verdict: Verdict
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def holds(code: str, **facts: object) -> Finding:
    """It is as it should be."""
    return Finding(Verdict.HOLDS, code, facts)


def broken(code: str, **facts: object) -> Finding:
    """Somebody changed something."""
    return Finding(Verdict.BROKEN, code, facts)


def undecided(code: str, **facts: object) -> Finding:
    """It cannot be known here and now."""
    return Finding(Verdict.UNDECIDED, code, facts)


def worst(findings: Sequence[Finding]) -> Finding:
    """The first that is broken, or else undecided, or else holds."""
    order = (Verdict.BROKEN, Verdict.UNDECIDED, Verdict.HOLDS)
    return min(findings, key=lambda one: order.index(one.verdict))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature, or time stamp, of a form.

    `at` is the time that the signer claims or, where `is_attested`, that a trusted server does;
    `since` says by a code what was added to the file after it.  `whom` is the person whom the line
    names where the certificate is of somebody else, and `reason` what the signature states.
    """

    name: str
    capacity: str
    signer: str = ""
    whom: str = ""
    reason: str = ""
    issuer: str = ""
    serial: str = ""
    sha256: str = ""
    at: str = ""
    is_attested: bool = False
    is_timestamp: bool = False
    since: str = ""
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is found out about a form; `form` is what it says itself that it is."""

    form: Mapping[str, Any]
    levels: Mapping[Level, Finding]
    signatures: Sequence[Signature] = ()
    unsigned: Sequence[str] = ()
    """The capacities that have not signed yet."""
    remarks: Sequence[Finding] = ()
    printing: Printing = Printing.NONE

    @property
    def verdict(self) -> Verdict:
        """The gravest of all levels."""
        return worst(list(self.levels.values())).verdict
