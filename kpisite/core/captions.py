"""What numbers, methods and entries are called where HR gives them no name of their own."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from kpisite.core.catalogue import table, words_in
from kpisite.core.text import LANGUAGES, Language, Text, composed


@cache
def _captions() -> Mapping[str, Mapping[Language, str]]:
    by_language = {language: words_in("captions", language) for language in LANGUAGES}
    return {
        key: {language: words[key] for language, words in by_language.items()}
        for key in table("captions")
    }


def caption(key: str, **facts: object) -> Text:
    """The words of the catalogue under `key`, with the facts in them; a text among these is said in
    the language of the words.

    >>> caption("month-total", month="2026-10").say("en")
    '2026-10 total'
    """
    if not facts:
        return _without_facts(key)
    return _filled(_captions()[key].__getitem__, facts)


def signs(pattern: str, **facts: object) -> Text:
    """The facts between signs that are the same in every language.

    >>> signs("{name} ≥ {edge}", name=Text(zh="销量", en="Sold"), edge=3).say("en")
    'Sold ≥ 3'
    """
    return _filled(lambda _: pattern, facts)


def _filled(words: Callable[[Language], str], facts: Mapping[str, object]) -> Text:
    texts = tuple(fact for fact in facts.values() if isinstance(fact, Text))
    if not texts:
        return composed(lambda language: words(language).format_map(facts))

    def say(language: Language) -> str:
        return words(language).format_map(
            {name: _said(fact, language) for name, fact in facts.items()}
        )

    return composed(say, texts)


@cache
def _without_facts(key: str) -> Text:
    return composed(_captions()[key].__getitem__)


def _said(fact: object, language: Language) -> object:
    return fact.say(language) if isinstance(fact, Text) else fact


def listed(several: Iterable[Text], comma: str = "list-comma") -> Text:
    """The texts one after the other.

    >>> listed((Text(zh="甲", en="a"), Text(zh="乙"))).say("zh")
    '甲、乙'
    """
    between, texts = _captions()[comma], tuple(several)
    return composed(
        lambda language: between[language].join(one.say(language) for one in texts), texts
    )
