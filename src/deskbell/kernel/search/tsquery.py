"""Search terms as text for PostgreSQL's `to_tsquery`.

Each term becomes one quoted operand. PostgreSQL takes a quoted operand apart with the same parser that it indexed the
tickets with and joins the pieces by `<->`, so "foo-bar", an address or a phrase is found exactly as it was written, and
nothing inside the quotes is ever read as an operator.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

_TATWEEL: Final = "\u0640"  # stretches Arabic words; a letter to Unicode
_FIRST_PICTURE: Final = "\u2190"  # arrows, symbols and emoji, which are words of their own


class Term(Struct, frozen=True):
    """Something that the text of a ticket must hold, or must not when `negated`."""

    kind: Literal["word", "phrase", "prefix"]
    text: str
    negated: bool = False


def is_searchable(text: str) -> bool:
    """Whether anything in `text` can be found: a letter, a digit or a picture."""
    return any(
        (character.isalnum() and character != _TATWEEL)
        or (character >= _FIRST_PICTURE and unicodedata.category(character) in {"So", "Sm", "Sk"})
        for character in text
    )


def to_tsquery_text(terms: Iterable[Term]) -> str:
    """All of `terms` as one argument for `to_tsquery('simple', …)`: valid for any input, and inert.

    "" when nothing searchable remains (then leave the condition out: in PostgreSQL an empty query matches nothing).
    """
    return " & ".join(_operand(term) for term in terms if is_searchable(term.text))


def _operand(term: Term) -> str:
    # NUL and lone surrogates cannot travel to PostgreSQL at all; other control characters are spaces to its parser.
    printable = "".join(
        " " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in term.text
    )
    escaped = printable.replace("\\", "\\\\").replace("'", "''")
    # Text of which nothing is left in comparable form must not leave an empty operand, which is an error; a blank one is not.
    return f"{'!' * term.negated}'{escaped} '{':*' * (term.kind == 'prefix')}"
