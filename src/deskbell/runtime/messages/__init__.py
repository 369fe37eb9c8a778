"""The message catalogue: one gettext file per language turns a problem's code into a sentence.

A message's id is its code. If a contract's document prescribes its own wording, the message has the contract's name as
gettext context. Texts hold parameters in braces, as for `str.format`; a list is joined by commas, or with
`{allowed:quoted}` as `'a' | 'b'`.
"""

from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from babel.messages.pofile import read_po

from deskbell.kernel.errors import DeskbellError, Invalid, Problem

LANGUAGES: Final = ("en", "de")
Say = Callable[[Problem], str]
"""Formats a problem in one language and one contract's terms."""


class _Words(tuple[str, ...]):
    """A list of words as a parameter of a message."""

    def __format__(self, spec: str) -> str:
        return " | ".join(f"'{word}'" for word in self) if spec == "quoted" else ", ".join(self)


def sentence(problem: Problem, language: str = "en", contract: str = "") -> str:
    """The sentence for a problem. Raises KeyError for an unknown code; a test checks that all codes are known."""
    texts = _texts(language)
    text = texts.get((contract, problem.code)) or texts["", problem.code]
    params = {name: _shown(name, value, language) for name, value in problem.params.items()}
    return text.format(**params)


def say_in(language: str = "en", contract: str = "") -> Say:
    """`sentence` for one language and contract."""
    return lambda problem: sentence(problem, language, contract)


def sentences(error: DeskbellError, language: str = "en") -> str:
    """A refusal as one line of text with the names of the fields, for the command line and logs."""
    if not isinstance(error, Invalid):
        return sentence(error.reason, language)
    return "; ".join(f"{each.path or 'body'}: {sentence(each, language)}" for each in error.problems)


def language_of(accept_language: str | None) -> str:
    """The best language of `Accept-Language` that the catalogue has; English otherwise."""
    wanted = (tag.partition("-")[0] for tag in languages_in(accept_language))
    return next((tag for tag in wanted if tag in LANGUAGES), "en")


def first_known(tags: Iterable[str | None]) -> str:
    """The first of these language tags whose language the catalogue has; English if it has none of them."""
    return next((tag for tag in tags if tag and tag.partition("-")[0].lower() in LANGUAGES), "en")


def languages_in(accept_language: str | None) -> list[str]:
    """The language tags of `Accept-Language` (RFC 9110, 12.5.4) in lower case, the most wanted first."""
    wanted: list[tuple[float, str]] = []
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        name, _, weight = parameters.strip().partition("=")
        try:
            quality = float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        wanted.append((-quality, tag.strip().lower()))
    return [tag for quality, tag in sorted(wanted, key=lambda each: each[0]) if quality < 0 and tag]


def _shown(name: str, value: object, language: str) -> object:
    if not isinstance(value, tuple | list):
        return value
    if name != "expected":
        return _Words(value)
    texts = _texts(language)
    return texts["", "or"].join(texts["", f"type.{kind}"] for kind in value)


@cache
def _texts(language: str) -> dict[tuple[str, str], str]:
    """Each message's text by contract and code."""
    with files(__package__).joinpath(f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {(each.context or "", str(each.id)): str(each.string) for each in catalogue if each.id}
