"""Words that HR writes, in one language or several."""

import json
from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese, English or both; asked for a language it lacks, it gives the other.

    >>> Text(zh="纪律性", en="Discipline").say("en"), Text(zh="纪律性").say("en")
    ('Discipline', '纪律性')
    """

    zh: str = ""
    en: str = ""

    def say(self, language: Language) -> str:
        """The text in `language`, or in the other where it was not written in this one."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


NO_TEXT = Text()


def canonical_text(data: Any) -> str:
    """`data` as text that is the same wherever its entries stand, for taking digests of.

    >>> canonical_text({"b": 1, "a": [2]})
    '{"a": [2], "b": 1}'
    """
    return json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)
