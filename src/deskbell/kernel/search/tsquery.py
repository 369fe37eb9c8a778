"""Search terms as text for PostgreSQL's `to_tsquery`.

Each term becomes one quoted operand. PostgreSQL splits a quoted operand with the parser that it uses for indexing and
joins the parts by `<->`. So "foo-bar", an address or a phrase matches exactly as written, and nothing inside the quotes is
an operator.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

_TATWEEL: Final = "\u0640"  # stretches Arabic words; Unicode classifies it as a letter
_FIRST_PICTURE: Final = "\u2190"  # the first of arrows, symbols and emoji, each of which is a word


class Term(Struct, frozen=True):
    """A word, phrase or prefix that a ticket's text must contain, or must not if `negated`."""

    kind: Literal["word", "phrase", "prefix"]
    text: str
    negated: bool = False


def is_searchable(text: str) -> bool:
    """Whether `text` contains a letter, a digit or a symbol that the index holds."""
    return any(
        (character.isalnum() and character != _TATWEEL)
        or (character >= _FIRST_PICTURE and unicodedata.category(character) in {"So", "Sm", "Sk"})
        for character in text
    )


def to_tsquery_text(terms: Iterable[Term]) -> str:
    """All of `terms` as one argument for `to_tsquery('simple', …)`, valid and free of injected operators for any input.

    Returns "" if nothing searchable remains; leave the condition out then, as an empty query matches nothing.
    """
    return " & ".join(_operand(term) for term in terms if is_searchable(term.text))


def _operand(term: Term) -> str:
    # PostgreSQL rejects NUL and lone surrogates; its parser reads other control characters as spaces.
    printable = "".join(
        " " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in term.text
    )
    escaped = printable.replace("\\", "\\\\").replace("'", "''")
    # An empty operand is a syntax error, a blank one is not.
    return f"{'!' * term.negated}'{escaped} '{':*' * (term.kind == 'prefix')}"
