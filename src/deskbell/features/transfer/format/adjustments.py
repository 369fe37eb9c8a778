"""Adjustments: changes that an import makes to a line to keep it."""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """The kinds of adjustments, each counted in the report."""

    SHORTENED = "shortened"
    """A text over its limit. For a ticket, the full text is in an attached file."""
    FIELD = "kept_as_fields"
    """A word that the format does not know, kept as a custom field."""
    FILE = "kept_as_files"
    """A link that does not lead to the web, kept as a text file."""
    CORRECTED = "corrected"
    """An address, a number, a time or an empty text that was replaced."""


class Adjustment(NamedTuple):
    """One value of a line that was changed; `field` is a path such as `comments[2].body`."""

    line: int
    field: str
    sentence: str
    kind: Kind

    def __str__(self) -> str:
        """The adjustment as shown to users."""
        return f"line {self.line}, {self.field}: {self.sentence}"
