"""Words of a text as rules compare them: without case and accents, whole, in their order; nothing is stemmed."""

import re
import unicodedata
from functools import cached_property, lru_cache
from typing import Final

MAX_LENGTH: Final = 100_000
"""The number of characters of a text that rules look at."""

_WORDS: Final = re.compile(r"[^\W_]+")
_SPELLED: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def folded(text: str) -> str:
    """A text in which letters differ neither in case nor in accents: "Straße" and "STRASSE" are equal."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each)).translate(_SPELLED).casefold()


@lru_cache(maxsize=4_096)
def folded_name(name: str) -> str:
    """A short text that many tickets have, such as a tag, folded once."""
    return folded(name)


def words_of(text: str) -> str:
    """The words of a text, folded, each between two spaces."""
    return f" {' '.join(_WORDS.findall(folded(text)))} "


class Words:
    """A text that rules look at. It is folded once, and only if a rule asks."""

    def __init__(self, text: str) -> None:
        self.text = text[:MAX_LENGTH]

    @cached_property
    def words(self) -> str:
        """Its words, folded, each between two spaces."""
        return words_of(self.text)

    def place_of(self, sought: str) -> int | None:
        """The number of the first word of `sought`, counted from 1; None where it is not found."""
        found = self.words.find(sought)
        return None if found < 0 else self.words.count(" ", 0, found + 1)
