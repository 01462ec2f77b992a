"""Words in several languages: those of the catalogue, and those that HR writes.

Every text has Chinese and English. A further language is a folder of `kpisite/words`, called by its
ISO 639-1 code, with the words of pages and captions in it; and a text may be in it too.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kpisite.core.immutable import immutable

#: The code of a language, `zh`, `en` or that of a further one.
Language = str

WORDS = Path(__file__).parents[1] / "words"


def _folders(folder: Path) -> tuple[Language, ...]:
    """The languages that have a folder of words."""
    with os.scandir(folder) as entries:
        return tuple(sorted(one.name for one in entries if len(one.name) == 2 and one.is_dir()))


#: The languages besides Chinese and English.
FURTHER: tuple[Language, ...] = _folders(WORDS)
LANGUAGES: tuple[Language, ...] = ("zh", "en", *FURTHER)

#: What is said in further languages, in their order.
Others = tuple[tuple[Language, str], ...]


@immutable(kw_only=False)
class Text:
    """A text in Chinese, English or both, and maybe in further languages; asked for a language that
    it lacks, it gives the English, or else whatever it has.

    `others` are the further languages that HR wrote, and are part of what a text is, as Chinese and
    English are. `ours` is what the catalogue says in further languages: with another version of the
    program there may be more of these, so nothing is bound to them.

    >>> Text(zh="纪律性", en="Discipline").say("en"), Text(zh="纪律性").say("en")
    ('Discipline', '纪律性')
    >>> Text(zh="纪律性", others=(("ja", "規律性"),)).say("ja")
    '規律性'
    """

    zh: str = ""
    en: str = ""
    others: Others = ()
    ours: Others = ()

    def say(self, language: Language) -> str:
        """The text in `language`, or in another where it was not written in this one."""
        if language == "zh":
            return self.zh or self.en or self._any()
        if language != "en":
            for known, said in (*self.others, *self.ours):
                if known == language:
                    return said
        return self.en or self.zh or self._any()

    def _any(self) -> str:
        return self.others[0][1] if self.others else ""

    @property
    def written(self) -> list[Any]:
        """The text as plain data, for taking digests of: all that makes it what it is.

        >>> Text(zh="甲", en="a").written
        ['甲', 'a']
        """
        return [self.zh, self.en, *([language, said] for language, said in self.others)]

    @property
    def words(self) -> tuple[str, ...]:
        """What it says in each language that it has, each once."""
        said = (self.zh, self.en, *(one for _, one in self.others))
        return tuple(dict.fromkeys(one for one in said if one))


NO_TEXT = Text()


def composed(say: Callable[[Language], str], of: Sequence[Text] = ()) -> Text:
    """The text that `say` gives in each language, of other texts.

    In a further language it is HR's where HR wrote one of these in it.

    >>> name = Text(zh="甲", en="a", others=(("ja", "ア"),))
    >>> composed(lambda language: f"{name.say(language)} 1", (name,)).say("ja")
    'ア 1'
    """
    if not FURTHER:
        return Text(say("zh"), say("en"))
    written = {language for one in of for language, _ in one.others} if of else None
    said = tuple((language, say(language)) for language in FURTHER)
    if not written:
        return Text(say("zh"), say("en"), ours=said)
    others = tuple(one for one in said if one[0] in written)
    return Text(say("zh"), say("en"), others, tuple(one for one in said if one not in others))


def canonical_text(data: Any) -> str:
    """`data` as text that is the same wherever its entries stand, for taking digests of.

    >>> canonical_text({"b": 1, "a": [2]})
    '{"a": [2], "b": 1}'
    """
    return _CANONICAL.encode(data)


#: A string alone as canonical text.
canonical_string: Callable[[str], str] = json.encoder.encode_basestring
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)
