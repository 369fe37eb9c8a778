"""Requests drawn from a contract's own document: what it allows, and what it forbids."""

import contextlib
import random
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from deskbell.app import openapi_document

SHARE = 16
"""A profile's examples are for one property; here each operation of each role is one, and gets this part of them."""

LONGEST = 255
_OWN_HEADERS = frozenset({"idempotency-key", "if-match", "x-signature", "content-type"})


def examples_of_profile() -> int:
    """The number of valid requests for each operation and role: 3, or 125 with `make fuzz`."""
    return max(settings.get_profile(settings.get_current_profile_name()).max_examples // SHARE, 1)


@cache
def contract_schema(contract: str) -> Any:
    """The contract's document as schemathesis reads it."""
    return schemathesis.openapi.from_dict(_with_short_texts(openapi_document(contract)))


def _with_short_texts(node: Any) -> Any:
    """Long texts take seconds to draw and say no more than short ones."""
    if isinstance(node, list):
        return [_with_short_texts(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: min(each, LONGEST) if name == "maxLength" and isinstance(each, int) else _with_short_texts(each)
        for name, each in node.items()
    }


@cache
def drawn(contract: str, label: str, count: int) -> list[Any]:
    """Cases of one operation: `count` that keep to the document and half as many that break it."""
    operation = contract_schema(contract).find_operation_by_label(label)
    good = _cases(operation, GenerationMode.POSITIVE, count)
    return [*good, *_cases(operation, GenerationMode.NEGATIVE, (count + 1) // 2)]


def _cases(operation: Any, mode: GenerationMode, count: int) -> list[Any]:
    found: list[Any] = []

    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:
        found.append(case)

    with contextlib.suppress(Unsatisfiable):  # an operation without parameters has nothing to break
        collect()
    return found[:count]


def request_of(case: Any, ids: Mapping[str, str], choice: random.Random) -> dict[str, Any]:
    """A case as httpx sends it. Mostly its ids are exchanged for ids of things that are there."""
    sent = case.as_transport_kwargs(base_url="http://desk.test")
    headers = {name: value for name, value in sent["headers"].items() if name.lower() in _OWN_HEADERS}
    if choice.random() < 0.7:  # the version of a thing that changes all the time is hardly ever guessed
        headers = {name: value for name, value in headers.items() if name.lower() != "if-match"}
    request: dict[str, Any] = {
        "method": sent["method"],
        "url": _placed(case, sent["url"].removeprefix("http://desk.test"), ids, choice),
        "headers": headers,
        "params": list(_pairs(sent.get("params") or {})),
    }
    if "json" in sent:
        request["json"] = _with_ids(sent["json"], ids, choice)
    elif sent.get("files") or sent.get("data"):
        form = requests.Request("POST", "http://desk.test", files=sent.get("files"), data=sent.get("data")).prepare()
        request["content"] = form.body or b""
        request["headers"] = {
            **headers,
            "Content-Type": form.headers.get("Content-Type") or headers.get("Content-Type", ""),
        }
    return request


def _placed(case: Any, path: str, ids: Mapping[str, str], choice: random.Random) -> str:
    parts = path.split("/")
    for i, place in enumerate(case.operation.path.split("/")):
        if (name := place.strip("{}")) != place and name in ids and choice.random() < 0.8:
            parts[i] = ids[name]
    return "/".join(parts)


def _pairs(params: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in params.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            yield name, each


def _with_ids(value: Any, ids: Mapping[str, str], choice: random.Random, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _with_ids(each, ids, choice, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_ids(each, ids, choice, name.removesuffix("s")) for each in value]
    if isinstance(value, str) and name in ids and choice.random() < 0.7:
        return ids[name]
    return value
