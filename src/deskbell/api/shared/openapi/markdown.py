"""An OpenAPI document as one page for reading."""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from deskbell.api.shared.openapi.examples import Examples
from deskbell.api.shared.openapi.schemas import REF

__all__ = ["reference_page"]

_LINE: Final = 100
_WIDTH: Final = 118
_WRAPPERS: Final = ("Success_", "Listed_", "Whole_", "One_", "Many_", "Listing_", "Numbered_")
_LIMITS: Final = (
    ("minLength", "at least {} characters"), ("maxLength", "at most {} characters"), ("minItems", "at least {} entries"),
    ("maxItems", "at most {} entries"), ("minimum", "from {}"), ("maximum", "to {}"), ("default", "default `{}`"),
)  # fmt: skip


def reference_page(contract: str, document: Mapping[str, Any]) -> str:
    """The page of a contract, in Markdown: operations by tag, then the objects that they take and answer."""
    return "\n".join(_Page(contract, document).lines()) + "\n"


class _Page:
    def __init__(self, contract: str, document: Mapping[str, Any]) -> None:
        self._contract = contract
        self._document = document
        self._schemas: dict[str, Any] = document["components"]["schemas"]
        self._examples = Examples(self._schemas)
        self._answered = set(self._shown())

    def _shown(self) -> Iterator[str]:
        """The objects that an operation answers with: these are shown with an example (bodies have theirs already)."""
        for item in self._document["paths"].values():
            for operation in item.values():
                for answer in operation["responses"].values():
                    for content in answer.get("content", {}).values():
                        yield from re.findall(r"\[(\w+)\]\(", self._kind(content["schema"]))

    def lines(self) -> Iterator[str]:
        info = self._document["info"]
        yield f"# {info['title']}"
        yield ""
        yield f"Made by `deskbell openapi {self._contract} --markdown` from the document at"
        yield f"`/openapi/{self._contract}.json`; a running desk shows it at `/docs/{self._contract}`, to be tried out."
        yield ""
        yield info["description"]
        yield ""
        yield from self._refusals()
        for tag in self._document["tags"]:
            yield ""
            yield f"## {tag['name']}"
            for path, item in self._document["paths"].items():
                for method, operation in item.items():
                    if operation["tags"][0] == tag["name"]:
                        yield ""
                        yield from self._operation(f"{method.upper()} {path}", operation)
        yield ""
        yield "## Objects"
        yield ""
        yield "What may be left out is marked with `?`."
        for name, schema in self._schemas.items():
            if not name.startswith(_WRAPPERS):
                yield ""
                yield from self._object(name, schema)

    def _refusals(self) -> Iterator[str]:
        yield "## Refusals"
        yield ""
        yield "| status | meaning | for example |"
        yield "|---|---|---|"
        statuses = {
            each["$ref"]: status
            for item in self._document["paths"].values()
            for operation in item.values()
            for status, each in operation["responses"].items()
            if "$ref" in each
        }
        for reference, status in sorted(statuses.items(), key=lambda pair: pair[1]):
            answer = self._document["components"]["responses"][reference.rpartition("/")[2]]
            content = answer["content"]["application/json"]
            example = content.get("example") or next(reversed(content["examples"].values()))["value"]
            yield f"| {status} | {_cell(answer['description'])} | `{_cell(_json(example))}` |"

    def _operation(self, heading: str, operation: Mapping[str, Any]) -> Iterator[str]:
        yield f"### {operation['summary']}"
        yield ""
        told, _, door = operation["description"].rpartition("\n\n")
        yield f"`{heading}` · `{operation['operationId']}` · {door.removeprefix('Permission: ')}"
        if told:
            yield ""
            yield told
        parameters = [self._resolved(each) for each in operation.get("parameters", ())]
        own = [each for each in parameters if each["in"] != "header" or "pattern" not in each["schema"]]
        if any(each["in"] != "path" or each["schema"].get("format") != "uuid" for each in own):
            yield ""
            yield "| parameter | in | type | |"
            yield "|---|---|---|---|"
            for each in own:
                mark = "" if each.get("required") else "?"
                told = "; ".join(filter(None, (each.get("description", ""), _limits(each["schema"]))))
                yield f"| `{each['name']}`{mark} | {each['in']} | {self._kind(each['schema'])} | {_cell(told)} |"
        if body := operation.get("requestBody"):
            for media_type, content in body["content"].items():
                yield ""
                kind = self._kind(content["schema"])
                yield f"Body: {kind}" + ("" if media_type == "application/json" else f" as `{media_type}`")
                if media_type == "application/json":
                    yield ""
                    yield from _fenced(content["example"])
        yield ""
        headers = [f"`{each['name']}`" for each in parameters if each["in"] == "header" and "pattern" in each["schema"]]
        yield "Answers: " + "; ".join(self._answers(operation)) + (f". Takes {', '.join(headers)}" if headers else "")

    def _answers(self, operation: Mapping[str, Any]) -> Iterator[str]:
        refused = []
        for status, answer in operation["responses"].items():
            if "$ref" in answer:
                refused.append(status)
                continue
            kinds = {
                self._kind(content["schema"]) if media_type == "application/json" else f"`{media_type}`": None
                for media_type, content in answer.get("content", {}).items()
            }
            yield f"**{status}** " + (" or ".join(kinds) or "(empty)")
        if refused:
            yield ", ".join(refused)

    def _object(self, name: str, schema: Mapping[str, Any]) -> Iterator[str]:
        yield f"### {name}"
        yield ""
        if told := schema.get("description"):
            yield " ".join(told.split())
            yield ""
        if "enum" in schema:
            yield f"One of {_words(schema['enum'])}."
            return
        if not schema.get("properties"):
            return
        required = schema.get("required", ())
        fields = (
            f"`{field}`{'' if field in required else '?'} {self._field(each)}"
            for field, each in schema["properties"].items()
        )
        yield from textwrap.wrap("; ".join(fields), _WIDTH, break_long_words=False, break_on_hyphens=False)
        if name in self._answered:
            yield ""
            yield from _fenced(self._examples.of({"$ref": REF + name}))

    def _field(self, schema: Mapping[str, Any]) -> str:
        told = "; ".join(filter(None, (schema.get("description", ""), _limits(schema))))
        return f"{self._kind(schema)} ({told})" if told else self._kind(schema)

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        if (reference := part.get("$ref")) is None:
            return part
        found: dict[str, Any] = self._document["components"]["parameters"][reference.rpartition("/")[2]]
        return found

    def _kind(self, schema: Mapping[str, Any]) -> str:
        """A schema's type in a few words, linked to the object where it is one."""
        if (target := schema.get("$ref")) is not None:
            name = target.removeprefix(REF)
            if name.startswith(_WRAPPERS):
                return f"{name.partition('_')[0]} of {self._kind(self._inner(name))}"
            return f"[{name}](#{name.lower()})"
        if options := schema.get("anyOf") or schema.get("oneOf"):
            return " or ".join(dict.fromkeys(self._kind(each) for each in options))
        if "enum" in schema:
            return _cell(_words(schema["enum"]))
        kind = schema.get("format") or schema.get("type") or "anything"
        if kind == "array":
            return f"list of {self._kind(schema.get('items') or {})}"
        inner = schema.get("additionalProperties")
        if kind == "object" and isinstance(inner, dict):
            return f"object of {self._kind(inner)}"
        return str(kind)

    def _inner(self, wrapper: str) -> Mapping[str, Any]:
        properties = self._schemas[wrapper]["properties"]
        found: dict[str, Any] = properties.get("data") or properties["items"]
        return found


def _limits(schema: Mapping[str, Any]) -> str:
    parts = [schema, *(each for each in schema.get("anyOf", ()) if each.get("type") != "null")]
    told = [words.format(_plain(part[name])) for part in parts for name, words in _LIMITS if name in part]
    return ", ".join(dict.fromkeys(told))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and value else _json(value)


def _words(words: Iterable[Any]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _fenced(value: Any) -> Iterator[str]:
    """JSON in a fence: in one line where it is short, else one line for each of its members."""
    yield "```json"
    line = _json(value)
    if len(line) <= _LINE or not isinstance(value, dict):
        yield line
    else:
        yield "{"
        members = [f"  {_json(name)}: {_json(each)}" for name, each in value.items()]
        yield ",\n".join(members)
        yield "}"
    yield "```"
