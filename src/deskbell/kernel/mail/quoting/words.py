"""The words that mail programs write around quoted text, read from `words.toml`: a table for each language.

`said`: verbs that end an attribution. `sender`, `to`, `subject`, `date`, `copy`: the labels of a quoted header block.
`original`: the words of a separator line. `forwarded`: those of a forward mark. `device`: how a line about the sending
device begins.
"""

import tomllib
from pathlib import Path
from typing import Final

import msgspec


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language, in lower case; alternatives are separated by `|`."""

    said: str
    sender: str
    to: str
    subject: str
    date: str
    copy: str
    original: str
    forwarded: str
    device: str


LANGUAGES: Final = msgspec.convert(
    tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8")), dict[str, Language]
)


def every(field: str) -> tuple[str, ...]:
    """The words of one field in all languages, longest first."""
    words = {word for language in LANGUAGES.values() for word in getattr(language, field).split("|") if word}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))
