"""Reading the text: plain YAML, with a limit; a mistake is refused with its place."""

from typing import Any, Final

import msgspec
import yaml

from deskbell.features.configuration.records import Document
from deskbell.kernel.errors import Invalid

MAX_TEXT: Final = 2_000_000
"""The maximum length of a text, in characters."""


class _Loader(yaml.SafeLoader):
    """Reads plain YAML. Aliases are refused: a few lines of them can make gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


# In YAML 1.1 `on:` is a boolean, as a key too; here it is the key of occasions. A date stays the text that it is.
_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in found
        if tag != "tag:yaml.org,2002:timestamp" and (tag != "tag:yaml.org,2002:bool" or first not in "oOyYnN")
    ]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_document(text: str) -> Document:
    """The parts of a text. Raises `Invalid` for `text`."""
    if len(text) > MAX_TEXT:
        raise Invalid.field("text", "rule.text_too_long", limit=MAX_TEXT)
    try:
        return msgspec.convert(yaml.load(text, _Loader), Document)  # noqa: S506 - the loader is the safe one, narrowed
    except (yaml.YAMLError, msgspec.ValidationError, RecursionError) as error:
        raise Invalid.field("text", "rule.text_unreadable", problem=str(error).splitlines()[0]) from None
