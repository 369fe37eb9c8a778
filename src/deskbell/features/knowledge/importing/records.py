"""Articles found in files, and the results of their import."""

from pathlib import Path
from typing import Final

from msgspec import Struct

LONGEST_CONTENT: Final = 500_000  # characters, the limit of the API
LONGEST_TITLE: Final = 255
LONGEST_CATEGORY: Final = 100
LONGEST_TAG: Final = 50
MOST_TAGS: Final = 50


class Unreadable(Exception):
    """A file cannot become an article; the message is a sentence that follows the file's name."""


class Source(Struct, frozen=True):
    """A file to read. `key` identifies the article: its path without the language."""

    path: Path
    shown: str
    key: str
    locale: str | None
    folder: str


class FoundArticle(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An article read from a file. `published` is None if neither the file nor the command sets it.

    What is internal is for the staff alone, whatever `published` says. `pictures` are the files that the text shows, by the
    digests of their contents.
    """

    source: str
    locale: str
    title: str
    content: str
    category: str
    tags: list[str]
    slug: str
    published: bool | None
    internal: bool = False
    pictures: dict[str, str] = {}


class FileProblem(Struct, frozen=True):
    """A refused file, with the reason."""

    file: str
    sentence: str

    def __str__(self) -> str:
        """The problem as shown to users."""
        return f"{self.file}: {self.sentence}"


class LeftOut(Struct, frozen=True):
    """A valid file that is no article: included by others, or empty."""

    file: str
    sentence: str

    def __str__(self) -> str:
        """The reason as shown to users."""
        return f"{self.file}: {self.sentence}; left out"


class Summary(Struct):
    """The numbers of added, updated and unchanged articles, and of files that were not imported."""

    made: int = 0
    updated: int = 0
    unchanged: int = 0
    left_out: int = 0
    refused: int = 0
