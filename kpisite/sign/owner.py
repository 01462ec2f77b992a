"""Whether a certificate is that of the person whom a line to sign on names."""

import re
from collections.abc import Sequence
from unicodedata import normalize

from asn1crypto import x509

from kpisite.paper.pdf import SignatureLine

#: Letters that stand together, and digits that do: authorities write numbers beside names.
_WORD = re.compile(r"[^\W\d_]+|\d+")
#: What of a certificate's owner may be an employee's id.
_NUMBERS = ("serial_number", "user_id")


def is_of(line: SignatureLine, owner: x509.Name) -> bool:
    """Whether the line is its owner's: it names nobody, or it names the owner.

    The owner is named when every word of the name is in the certificate's, in any order and
    whatever stands besides (`041@周敏@01`, `Zhou, Min`), or when the certificate has the person's
    id.
    """
    if not line.name:
        return True
    said = owner.native
    common = _texts(said.get("common_name"))
    ids = {text.casefold() for key in _NUMBERS for text in _texts(said.get(key))}
    return any(_names(line.name, text) for text in common) or (
        bool(line.person)
        and line.person.casefold() in ids | {word for text in common for word in _ids(text)}
    )


def _texts(value: object) -> Sequence[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _names(name: str, text: str) -> bool:
    wanted, found = _words(name), _words(text)
    return bool(wanted) and (wanted <= found or "".join(_WORD.findall(_plain(name))) in found)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    return normalize("NFKC", text).casefold()


def _ids(text: str) -> list[str]:
    return re.findall(r"[a-z0-9_-]+", text.casefold())
