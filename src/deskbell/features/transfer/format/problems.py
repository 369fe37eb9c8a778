"""Plain sentences for the errors of the JSON validator."""

import re
from collections.abc import Callable

from deskbell.features.transfer.format.records import WORDS

_PLACE = re.compile(r"(?P<text>.*?)(?: - at `\$\.?(?P<path>.*)`)?", re.DOTALL)
_TYPE_WORDS = {
    "str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "array": "a list",
    "object": "an object", "datetime": "a time such as 2026-03-01T09:30:00Z", "uuid": "a UUID", "null": "null",
    "bytes": "base64 text",
}  # fmt: skip


def explain(message: str) -> tuple[str, str]:
    """The field path and a plain sentence for a message of the JSON validator."""
    found = _PLACE.fullmatch(message)
    text, path = (found["text"], found["path"] or "") if found else (message, "")
    for pattern, say in _DESCRIPTIONS:
        if match := pattern.match(text):
            return say(path, match)
    return path, text[:1].lower() + text[1:]


def _within(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _word(path: str) -> str:
    return re.sub(r"\[.*?\]$", "", path).rpartition(".")[2]


def _allowed_words(path: str) -> str:
    return f"must be one of {', '.join(WORDS.get(_word(path), ()))}"


def _limit_sentence(kind: str, sign: str, bound: str) -> str:
    unit = {"str": " characters long", "array": " entries long", "object": " entries long"}.get(kind, "")
    return f"must be at {'most' if sign == '<=' else 'least'} {bound}{unit}"


def _shape_sentence(path: str) -> str:
    shape = {
        "sha256": "64 hexadecimal digits in lower case",
        "color": "a colour such as #1f77b4",
    }
    return f"must be {shape.get(_word(path), 'spelled as documented')}"


def _type_sentence(expected: str, got: str | None) -> str:
    wanted = " or ".join(_TYPE_WORDS.get(word, word) for word in expected.split(" | ") if word != "null")
    return f"must be {wanted}" + (f", not {_TYPE_WORDS.get(got, got)}" if got else "")


_Describe = Callable[[str, re.Match[str]], tuple[str, str]]
_DESCRIPTIONS: list[tuple[re.Pattern[str], _Describe]] = [
    (re.compile(pattern, re.DOTALL), say)
    for pattern, say in (
        (r"Object missing required field `(.+)`", lambda path, m: (_within(path, m[1]), "is required")),
        (
            r"Object contains unknown field `(.+)`",
            lambda path, m: (_within(path, m[1]), "is not a field of the format"),
        ),
        (r"Invalid (?:enum )?value", lambda path, _: (path, _allowed_words(path))),
        (
            r"Expected `(\w+)` (?:of length )?(<=|>=) (\S+)",
            lambda path, m: (path, _limit_sentence(m[1], m[2], m[3])),
        ),
        (r"Expected .* matching regex", lambda path, _: (path, _shape_sentence(path))),
        (
            r"Expected .* timezone",
            lambda path, _: (path, "needs a time zone, such as the Z in 2026-03-01T09:30:00Z"),
        ),
        (r"Expected `(.+?)`(?:, got `(\w+)`)?$", lambda path, m: (path, _type_sentence(m[1], m[2]))),
        (r"Invalid RFC3339", lambda path, _: (path, f"must be {_TYPE_WORDS['datetime']}")),
        (r"Invalid UUID", lambda path, _: (path, "must be a UUID")),
        (r"Invalid base64", lambda path, _: (path, "must be base64 text")),
        (r"(.+?): (.+)", lambda path, m: (_within(path, m[1]), m[2])),
    )
]
