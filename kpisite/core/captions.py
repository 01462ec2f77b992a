"""What numbers, methods and entries are called where HR gives them no name of their own."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from kpisite.core.text import LANGUAGES, Language, Text


@cache
def _captions() -> Mapping[str, Mapping[Language, str]]:
    return tomllib.loads((files("kpisite") / "words/captions.toml").read_text(encoding="utf-8"))


def caption(key: str, **facts: object) -> Text:
    """The words of the catalogue under `key`, with the facts in them; a text among these is said in
    the language of the words.

    >>> caption("month-total", month="2026-10").say("en")
    '2026-10 total'
    """
    zh, en = (
        _captions()[key][language].format_map(
            {name: _said(fact, language) for name, fact in facts.items()}
        )
        for language in LANGUAGES
    )
    return Text(zh=zh, en=en)


def _said(fact: object, language: Language) -> object:
    return fact.say(language) if isinstance(fact, Text) else fact


def listed(several: Iterable[Text]) -> Text:
    """The texts one after the other.

    >>> listed((Text(zh="甲", en="a"), Text(zh="乙"))).say("zh")
    '甲、乙'
    """
    comma, texts = _captions()["list-comma"], tuple(several)
    zh, en = (comma[language].join(one.say(language) for one in texts) for language in LANGUAGES)
    return Text(zh=zh, en=en)
