"""The code in the foot of a printed form: what it says, written and read in one place.

A scan of a signed form is found again by it: whose form of which month it is, and by the
fingerprint what it showed.  It holds nothing that does not stand beside it in words.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from kpisite.core.month import Month
from kpisite.core.text import Text, canonical_text

#: What every code begins with: the program, and the form of the code.
BEGINNING = "kpisite:1"
_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"
_WRITTEN = re.compile(
    rf"{BEGINNING}:(?P<site>[0-9a-f]{{8}}):(?P<appraisee>{_ID}):(?P<month>\d{{4}}-\d\d)"
    rf"(?::(?P<qualifier>{_ID}))?:(?P<fingerprint>[0-9a-f]{{12}}(?:[0-9a-f]{{12}})?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCode:
    """Which printed form it is: `site` as `site_digits` gives it, `qualifier` what tells
    its record from that of the month itself and otherwise empty, `fingerprint` without its spaces:
    12 digits of a copy without pay, 24 of one with it."""

    site: str
    appraisee: str
    month: Month
    qualifier: str = ""
    fingerprint: str

    @property
    def text(self) -> str:
        """What stands in the code.

        >>> FormCode(site="1a2b3c4d", appraisee="CS017", month=Month(2026, 10),
        ...          fingerprint="27b70f5e14ab").text
        'kpisite:1:1a2b3c4d:CS017:2026-10:27b70f5e14ab'
        """
        beside = [self.qualifier] if self.qualifier else []
        return ":".join(
            (BEGINNING, self.site, self.appraisee, str(self.month), *beside, self.fingerprint)
        )


def parse_code(text: str) -> FormCode | None:
    """The form that the text of a code names; None where it is none of ours.

    >>> code = parse_code("kpisite:1:1a2b3c4d:CS017:2026-10:store:27b70f5e14ab")
    >>> code.qualifier, parse_code("https://example.org")
    ('store', None)
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    try:
        month = Month.parse(found["month"])
    except ValueError:
        return None
    return FormCode(
        site=found["site"],
        appraisee=found["appraisee"],
        month=month,
        qualifier=found["qualifier"] or "",
        fingerprint=found["fingerprint"],
    )


@lru_cache(maxsize=16)
def site_digits(company: Text) -> str:
    """Eight digits that tell the forms of one company from those of another, by its name."""
    return sha256(canonical_text(company.written).encode()).hexdigest()[:8]
