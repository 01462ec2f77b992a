"""The catalogue of words in `kpisite/words`: by what they are about, key and language.

Chinese and English stand side by side in one file, entry by entry. A further language has a folder
of its own with files of the same names, in each of which a key has its words: a language is added
by adding files. Where it lacks a file or a key, the English stands in.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import toml_rs

from kpisite.core.text import WORDS, Language


@cache
def table(name: str) -> Mapping[str, Any]:
    """All of a file of the catalogue, entry by entry."""
    found: Mapping[str, Any] = toml_rs.loads((WORDS / f"{name}.toml").read_text(encoding="utf-8"))
    return found


@cache
def words_in(name: str, language: Language) -> Mapping[str, Any]:
    """The words of a file by their keys, in one language."""
    entries = table(name).items()
    if language in ("zh", "en"):
        return {key: entry[language] for key, entry in entries if language in entry}
    own = further(name, language)
    return {key: own.get(key, entry.get("en")) for key, entry in entries if "en" in entry}


@cache
def further(name: str, language: Language) -> Mapping[str, Any]:
    """What a further language has of a file; nothing where it has none."""
    file = WORDS / language / f"{name}.toml"
    found: Mapping[str, Any] = (
        toml_rs.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    )
    return found


def message_language(language: Language) -> Language:
    """The language in which faults and the command line are to be said: English where the catalogue
    has neither in this one."""
    return language if language == "zh" or further("faults", language) else "en"
