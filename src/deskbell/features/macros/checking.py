"""Problems of macros as they are written. Plain functions, no I/O."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from deskbell.features.fields.configuration import Configuration
from deskbell.features.macros.records import MacroAction, MacroComment, MacroFields
from deskbell.features.rules.checking import duration_problems, letter_problems, notice_problems
from deskbell.features.tickets.rules import ME, UNASSIGNED, Distribution, Escalation
from deskbell.kernel.errors import Problem
from deskbell.kernel.fields import is_empty, read_value
from deskbell.kernel.permissions import Permission
from deskbell.kernel.rules.matching import Name

MAX_ACTIONS: Final = 20
MAX_SIZE: Final = 64_000
"""The maximum size of a macro's actions, in bytes of JSON."""
MAX_TAG: Final = 50
_KEYS: Final = MacroAction.__struct_fields__
_NAMED: Final = (("group", "group"), ("category", "category"), ("status", "custom_status"))
"""The kinds of objects that fields name, and the fields."""


def problems_of(
    actions: Sequence[MacroAction], comment: MacroComment | None, configuration: Configuration
) -> Iterator[Problem]:
    """The problems of a macro's actions and words; what names mean is looked up elsewhere."""
    if not actions and comment is None:
        yield Problem.at("do", "macro.nothing")
    if len(actions) > MAX_ACTIONS:
        yield Problem.at("do", "too_many_entries", limit=MAX_ACTIONS)
    if len(msgspec.json.encode(actions)) > MAX_SIZE:
        yield Problem.at("do", "macro.too_large", limit=MAX_SIZE)
    for i, action in enumerate(actions):
        yield from _of_action(action, configuration, f"do.{i}")
    if comment is not None:
        yield from _of_comment(comment)


def _of_action(action: MacroAction, configuration: Configuration, path: str) -> Iterator[Problem]:
    if sum(getattr(action, key) is not UNSET for key in _KEYS) != 1:
        yield Problem.at(path, "rule.one_action")
    for key in ("add_tags", "remove_tags"):
        tags = getattr(action, key)
        for i, tag in enumerate(() if tags is UNSET else tags):
            if not tag.strip() or len(tag) > MAX_TAG:
                yield Problem.at(f"{path}.{key}.{i}", "too_long" if tag.strip() else "blank", limit=MAX_TAG)
    yield from _of_effect(action, path)
    for key in ("set", "fill"):
        fields: MacroFields | UnsetType = getattr(action, key)
        if fields is not UNSET and fields.fields is not UNSET:
            for name, value in fields.fields.items():
                at = f"{path}.{key}.fields.{name}"
                field = configuration.by_key.get(name)
                if field is None:
                    yield Problem.at(at, "field.unknown", key=name)
                elif not is_empty(value) and isinstance(found := read_value(field, value, path=at), Problem):
                    yield found


def _of_effect(action: MacroAction, path: str) -> Iterator[Problem]:
    for key in ("follow", "unfollow"):
        people = getattr(action, key)
        if people is not UNSET and not people:
            yield Problem.at(f"{path}.{key}", "rule.notice_to_none")
    if action.snooze is not UNSET:
        yield from duration_problems(action.snooze, f"{path}.snooze")
    if action.notify is not UNSET:
        yield from notice_problems(action.notify, f"{path}.notify")
    if action.mail is not UNSET:
        yield from letter_problems(action.mail, f"{path}.mail")


def permissions_of(actions: Sequence[MacroAction]) -> set[Permission]:
    """The permissions that saving such actions takes. Users of the macro need none of them."""
    needed = {Permission.WEBHOOK_MANAGE} if any(action.webhook is not UNSET for action in actions) else set()
    if any("@" in to for action in actions if action.mail is not UNSET for to in action.mail.to):
        needed.add(Permission.MACRO_MANAGE)
    return needed


def _of_comment(comment: MacroComment) -> Iterator[Problem]:
    if (comment.canned_response_id is None) is not bool(comment.body.strip()):
        yield Problem.at("comment", "macro.words")


def names_in(actions: Sequence[MacroAction]) -> Iterator[Name]:
    """The names in a macro's actions, each with its place."""
    for i, action in enumerate(actions):
        if action.assign is not UNSET and action.assign not in (UNASSIGNED, ME):
            yield Name("person", action.assign, f"do.{i}.assign", 0)
        yield from _names_in_effect(action, f"do.{i}")
        for key in ("set", "fill"):
            fields = getattr(action, key)
            for kind, part in _NAMED if fields is not UNSET else ():
                if (name := getattr(fields, part)) is not UNSET:
                    yield Name(kind, name, f"do.{i}.{key}.{part}", 0)


def _names_in_effect(action: MacroAction, path: str) -> Iterator[Name]:
    for key in ("escalate", "distribute"):
        move: Escalation | Distribution | UnsetType = getattr(action, key)
        if move is not UNSET and move.group is not UNSET:
            yield Name("group", move.group, f"{path}.{key}.group", 0)
    if action.webhook is not UNSET:
        yield Name("webhook", action.webhook.webhook, f"{path}.webhook.webhook", 0)
    for key in ("follow", "unfollow"):
        people = getattr(action, key)
        for place, name in enumerate(() if people is UNSET else people):
            if name != ME:
                yield Name("person", name, f"{path}.{key}.{place}", 0)
    notice = action.notify
    for kind, names in () if notice is UNSET else (("person", notice.people), ("group", notice.groups)):
        part = "people" if kind == "person" else "groups"
        for place, name in enumerate(names):
            yield Name(kind, name, f"{path}.notify.{part}.{place}", 0)
