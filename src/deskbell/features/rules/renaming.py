"""Rules by the present names of the objects that they name: an object may have been renamed since a rule was saved."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from deskbell.features.rules.checking import names_of
from deskbell.features.rules.records import NewRule
from deskbell.features.tickets.rules import Action, Meaning
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid
from deskbell.kernel.rules.matching import Name, names_in
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.search.groups import parse_group

A = TypeVar("A")

_PLAIN: Final = re.compile(r'[^\s",]+')
_Renames = Mapping[tuple[str, str], str]


@step("exports and imports, which authorise their actor")
def renames_of(names: Iterable[Meaning], present: Mapping[UUID, str]) -> dict[tuple[str, str], str]:
    """The present names of objects that have another one now, by kind and name as written."""
    return {
        (each.kind, each.name): now
        for each in names
        if (now := present.get(each.id)) is not None and now.casefold() != each.name.casefold() and '"' not in now
    }


@step("exports and imports, which authorise their actor")
def with_present_names(rule: NewRule, renames: _Renames) -> NewRule:
    """A rule as it would be written with the present names."""
    if not renames:
        return rule
    timing = rule.timing
    if timing is not None and timing.last_actions:
        last = renamed(timing.last_actions, names_of(timing.last_actions, "do"), renames, list[Action])
        timing = replace(timing, last_actions=last)
    actions = renamed(rule.actions, names_of(rule.actions, "do"), renames, list[Action])
    return replace(rule, when=_renamed_condition(rule.when, renames), actions=actions, timing=timing)


@step("exports and imports, which authorise their actor")
def renamed(actions: A, names: Iterable[Name], renames: _Renames, kind: type[A]) -> A:
    """Actions with the present names; `names` lead to those in them, below `do`."""
    written = {"do": msgspec.to_builtins(actions)}
    for name in names:
        if (now := renames.get((name.kind, name.value))) is not None:
            _put(written, name.path.split("."), now)
    return msgspec.convert(written["do"], kind)


def _renamed_condition(when: Any, renames: _Renames) -> Any:
    if when is None:
        return None
    try:
        tree = parse_group(when, now=datetime.now(UTC), vocabulary=RULES)
    except Invalid:  # saved by another version: it stays as it was written
        return when
    texts = {text.path: text.written for text in tree.texts()}
    for name in sorted(names_in(tree), key=lambda each: each.at, reverse=True):
        if (now := renames.get((name.kind, name.value))) is not None:
            texts[name.path] = _replaced(texts[name.path], name, now)
    if isinstance(when, str):
        return texts[""]
    written = msgspec.to_builtins(when)
    for path, text in texts.items():
        _put(written, path.split("."), text)
    return written


def _replaced(text: str, name: Name, now: str) -> str:
    before, after = text[: name.at], text[name.at + len(name.value) :]
    is_quoted = before.endswith('"')
    plain = _PLAIN.fullmatch(now) and now.lower() not in ("none", "me")
    return before + (now if is_quoted or plain else f'"{now}"') + after


def _put(written: Any, path: Sequence[str], value: str) -> None:
    for part in path[:-1]:
        written = written[int(part) if isinstance(written, list) else part]
    last = path[-1]
    written[int(last) if isinstance(written, list) else last] = value
