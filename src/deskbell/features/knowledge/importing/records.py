"""What reading files gives, and what became of them."""

from pathlib import Path
from typing import Final

from msgspec import Struct

__all__ = ["FileProblem", "FoundArticle", "LeftOut", "Source", "Summary", "Unreadable"]

LONGEST_CONTENT: Final = 500_000  # characters, as when an article is written by hand
LONGEST_TITLE: Final = 255
LONGEST_CATEGORY: Final = 100
LONGEST_TAG: Final = 50
MOST_TAGS: Final = 50


class Unreadable(Exception):
    """A file cannot become an article; the message is a sentence that follows the file's name."""


class Source(Struct, frozen=True):
    """A file to read. `key` is what the article is known by: its path without the language."""

    path: Path
    shown: str
    key: str
    locale: str | None
    folder: str


class FoundArticle(Struct, frozen=True, kw_only=True):
    """An article as a file tells it. `published` is None where neither the file nor the command says."""

    source: str
    locale: str
    title: str
    content: str
    category: str
    tags: list[str]
    slug: str
    published: bool | None


class FileProblem(Struct, frozen=True):
    """A file that was refused, and why."""

    file: str
    sentence: str

    def __str__(self) -> str:
        """The problem as it is shown to people."""
        return f"{self.file}: {self.sentence}"


class LeftOut(Struct, frozen=True):
    """A file that is in order and yet no article: a part of others, or empty."""

    file: str
    sentence: str

    def __str__(self) -> str:
        """The reason as it is shown to people."""
        return f"{self.file}: {self.sentence}; left out"


class Summary(Struct):
    """How many articles were made, brought up to date or found unchanged, and what was not imported."""

    made: int = 0
    updated: int = 0
    unchanged: int = 0
    left_out: int = 0
    refused: int = 0
