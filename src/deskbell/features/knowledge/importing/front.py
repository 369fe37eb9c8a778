"""Front matter: metadata before a text, in YAML between `---` or in TOML between `+++`."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

import yaml

from deskbell.features.knowledge.importing.records import LONGEST_TAG, MOST_TAGS, Unreadable

_YAML: Final = re.compile(r"---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_TOML: Final = re.compile(r"\+\+\+[ \t]*\n(.*?)(?:^|\n)\+\+\+[ \t]*(?:\n|$)", re.DOTALL)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The metadata, keys in lower case, and the text after it. Raises `Unreadable`."""
    if found := _YAML.match(text):
        facts = _yaml(found[1])
    elif found := _TOML.match(text):
        facts = _toml(found[1])
    else:
        return {}, text
    return {str(key).lower(): value for key, value in facts.items()}, text[found.end() :]


def _yaml(text: str) -> dict[str, Any]:
    try:
        facts = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        where = f" in line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise Unreadable(f"has front matter that is not valid YAML{where}: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(f"has front matter that is not valid YAML: {error}") from error
    if facts is None:
        return {}
    if not isinstance(facts, dict):
        raise Unreadable("has front matter that is not a list of names and values")
    return facts


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable(f"has front matter that is not valid TOML: {error}") from error


def text_in(facts: Mapping[str, Any], *names: str) -> str:
    """The first of these values that is a text or a number, or a list that begins with one; "" for none."""
    for name in names:
        value = facts.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def words_in(value: object) -> list[str]:
    """A list of texts, or a text split_front_matter by commas."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    texts = (str(part).strip() for part in parts if isinstance(part, str | int | float))
    return [text for text in texts if text]


def tags_in(facts: Mapping[str, Any]) -> list[str]:
    """Tags and keywords, each once, within an article's limits."""
    words = [*words_in(facts.get("tags")), *words_in(facts.get("keywords"))]
    return list(dict.fromkeys(word[:LONGEST_TAG].strip() for word in words))[:MOST_TAGS]


def internal_in(facts: Mapping[str, Any]) -> bool:
    """Whether the article is for the staff alone: `visibility: internal`, or `internal: true`."""
    return facts.get("internal") is True or text_in(facts, "visibility").casefold() == "internal"


def published_in(facts: Mapping[str, Any]) -> bool | None:
    """Whether the article is published: `published`, or the opposite of `draft`; None if neither is set."""
    for name, meaning in (("published", True), ("draft", False)):
        value = facts.get(name)
        if isinstance(value, bool):
            return value is meaning
    return None
