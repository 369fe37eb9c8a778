"""Adjusts the changes in a ticket's history; see `adjusting`."""

from collections.abc import Callable
from typing import Any

import msgspec

from deskbell.features.transfer.format.adjustment_log import AdjustmentLog, cut
from deskbell.features.transfer.format.adjustments import Kind
from deskbell.features.transfer.format.rules import field_problem, field_text
from deskbell.features.transfer.format.types import MAX_FIELD_NAME, MAX_FIELD_TEXT, MAX_NAME, MAX_TEXT, WORDS

Address = Callable[[Any, str, AdjustmentLog], Any]


def adjust_changes(ticket: dict[str, Any], log: AdjustmentLog, address: Address) -> None:
    """Adjusts the changes of a ticket in place; `address` returns a valid address for a text."""
    changes = ticket.get("changes")
    for index, change in enumerate(changes if isinstance(changes, list) else []):
        if not isinstance(change, dict) or not isinstance(field := change.get("field"), str):
            continue
        path = f"changes[{index}]"
        if isinstance(actor := change.get("actor"), dict) and isinstance(actor.get("email"), str):
            actor["email"] = address(actor["email"], f"{path}.actor.email", log)
        if field not in WORDS["field"]:
            _as_custom_field(change, field, path, log)
        for side in ("was", "now"):
            if change.get(side) is not None:
                change[side] = _adjusted_side(change, side, f"{path}.{side}", ticket, log, address)


def _as_custom_field(change: dict[str, Any], field: str, path: str, log: AdjustmentLog) -> None:
    name = cut(field or "unnamed", MAX_FIELD_NAME)
    for side in ("was", "now"):
        if change.get(side) is not None:
            change[side] = {name: change[side]}
    change["field"] = "custom_fields"
    sentence = f"{field[:100]!r} is no field of the format; the change is kept as one of the custom field {name}"
    log.note(f"{path}.field", sentence, Kind.FIELD)


def _adjusted_side(
    change: dict[str, Any], side: str, path: str, ticket: dict[str, Any], log: AdjustmentLog, address: Address
) -> Any:
    field, value = change["field"], change[side]
    if field in ("assignee", "requester") and isinstance(value, str):
        return address(value, path, log)
    if (allowed := WORDS.get(field)) and isinstance(value, str) and value not in allowed:
        log.keep_as_field(path, f"{field}_history", value)
        return None
    if field in ("group", "category", "brand") and isinstance(value, str):
        change[side] = value or None
        log.shorten(change, side, MAX_NAME, ticket, path.removesuffix(side))
        return change[side]
    if isinstance(value, str):
        log.shorten(change, side, MAX_TEXT, ticket, path.removesuffix(side))
        return change[side]
    if isinstance(value, dict):
        return {name: _as_text(each, f"{path}.{name}", ticket, log) for name, each in value.items()}
    return _as_text(value, path, ticket, log)


def _as_text(value: Any, path: str, ticket: dict[str, Any], log: AdjustmentLog) -> Any:
    """A value for a custom field, converted to text if a field cannot have its type."""
    plain = isinstance(value, list) and all(isinstance(each, str) for each in value)
    if isinstance(value, list | dict) and not plain:
        value = msgspec.json.encode(value).decode()
    if not isinstance(value, str) and field_problem(value):
        log.note(path, "is kept as text", Kind.CORRECTED)
        value = field_text(value) if plain else msgspec.json.encode(value).decode()
    holder = {"value": value}
    log.shorten(holder, "value", MAX_FIELD_TEXT, ticket, f"{path}.")
    return holder["value"]
