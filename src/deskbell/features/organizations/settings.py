"""Settings of organizations: keys, defaults and validation."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, Literal
from zoneinfo import available_timezones

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.kernel import working_time
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.working_time import OpeningHours

OwnFieldNames = Literal["free", "defined"]
"""The names that values of tickets may have: any, or those of the organization's fields alone."""
Scalar = str | int | float | bool | None

_LANGUAGE: Final = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_ADDRESS: Final = re.compile(r"^[^@\s]+@[^@\s]+$")
_MAX_CUSTOM: Final = 100
_MAX_TEXT: Final = 2_000


MOST_UNDO_DAYS: Final = 30
"""Operations are shown for so long."""


class OrganizationSettings(Struct, frozen=True, kw_only=True):
    """All settings with their defaults. `custom` holds values that the organization's integrations store.

    For `undo_days` after its end an operation can be undone. `hours` are the opening hours in `time_zone`, by which rules count
    working time; without them all time is.
    """

    time_zone: str = "UTC"
    language: str = "en"
    signup_allowed: bool = True
    own_field_names: OwnFieldNames = "free"
    undo_days: int = 7
    hours: OpeningHours | None = None
    business_name: str | None = None
    support_email: str | None = None
    website: str | None = None
    phone: str | None = None
    custom: dict[str, Scalar] = {}


class SettingChanges(Struct, frozen=True, kw_only=True):
    """New values; UNSET leaves a setting unchanged, None resets it to its default. `custom` is merged key by key."""

    time_zone: str | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    signup_allowed: bool | UnsetType | None = UNSET
    own_field_names: OwnFieldNames | UnsetType | None = UNSET
    undo_days: int | UnsetType | None = UNSET
    hours: OpeningHours | UnsetType | None = UNSET
    business_name: str | UnsetType | None = UNSET
    support_email: str | UnsetType | None = UNSET
    website: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    custom: dict[str, Scalar] | UnsetType | None = UNSET


def settings_of(stored: dict[str, Any]) -> OrganizationSettings:
    """The settings in a stored object; keys of other features are ignored."""
    return msgspec.convert(stored, OrganizationSettings)


def changed_settings(stored: dict[str, Any], changes: SettingChanges, path: str = "settings") -> dict[str, Any]:
    """The object to store after the changes. Raises `Invalid` with a problem for each bad value under `path`.

    PostgreSQL must also know the time zone: see `calendar.require_time_zone`.
    """
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    problems = [Problem(each.code, f"{path}.{each.path}", each.params) for each in _problems(given)]
    result = dict(stored)
    for name, value in given.items():
        if name == "custom" and value is not None:
            merged = {**stored.get("custom", {}), **value}
            result["custom"] = {key: each for key, each in merged.items() if each is not None}
        elif value is None:
            result.pop(name, None)
        else:
            result[name] = msgspec.to_builtins(value)
    if len(result.get("custom", {})) > _MAX_CUSTOM:
        problems.append(Problem.at(f"{path}.custom", "too_many_entries", limit=_MAX_CUSTOM))
    if problems:
        raise Invalid(problems)
    if not result.get("custom", True):
        result.pop("custom")
    return result


def _problems(given: dict[str, Any]) -> Iterator[Problem]:
    if (zone := given.get("time_zone")) is not None and not _is_time_zone(zone):
        yield Problem.at("time_zone", "not_a_time_zone")
    if (language := given.get("language")) is not None and not _LANGUAGE.match(language):
        yield Problem.at("language", "not_a_language")
    if (address := given.get("support_email")) is not None and not _ADDRESS.match(address):
        yield Problem.at("support_email", "not_an_address")
    if (website := given.get("website")) is not None and not website.startswith(("http://", "https://")):
        yield Problem.at("website", "not_a_web_address")
    if (days := given.get("undo_days")) is not None and not 1 <= days <= MOST_UNDO_DAYS:
        yield Problem.at("undo_days", "not_in_range", lowest=1, highest=MOST_UNDO_DAYS)
    if (hours := given.get("hours")) is not None:
        yield from (replace(each, path=f"hours.{each.path}") for each in working_time.problems_of(hours))
    for key, value in (given.get("custom") or {}).items():
        if not key or len(key) > 100 or (isinstance(value, str) and len(value) > _MAX_TEXT):
            yield Problem.at(f"custom.{key[:100]}", "settings.custom", limit=_MAX_TEXT)


def _is_time_zone(name: str) -> bool:
    return name in _time_zones()


@cache
def _time_zones() -> frozenset[str]:
    """The names of time zones, without those that mean the machine's own zone and another one to PostgreSQL."""
    return frozenset(available_timezones() - {"localtime", "Factory", "posixrules"})
