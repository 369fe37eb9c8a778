"""A member's preferences in the web app."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

Theme = Literal["system", "light", "dark"]
Density = Literal["comfortable", "cosy", "compact"]
AfterSolve = Literal["next", "stay", "list"]


class WebPreferences(Struct, frozen=True, kw_only=True):
    """The choices of one member, alike on every device. `language` null means that of the browser.

    `undo_seconds` is the time for which a reply is held back. `keys` holds the changed keys of commands, by command.
    `signature` is below the member's replies by mail; empty for the mailbox's.
    """

    theme: Theme = "system"
    density: Density = "cosy"
    language: str | None = None
    after_solve: AfterSolve = "next"
    undo_seconds: int = 10
    sounds: bool = False
    single_keys: bool = True
    first_steps_hidden: bool = False
    keys: dict[str, str] = {}
    signature: str = ""


class WebPreferenceChanges(Struct, frozen=True, kw_only=True):
    """New values of some preferences; UNSET leaves one unchanged, and `keys` replaces all of them."""

    theme: Theme | UnsetType = UNSET
    density: Density | UnsetType = UNSET
    language: str | UnsetType | None = UNSET
    after_solve: AfterSolve | UnsetType = UNSET
    undo_seconds: int | UnsetType = UNSET
    sounds: bool | UnsetType = UNSET
    single_keys: bool | UnsetType = UNSET
    first_steps_hidden: bool | UnsetType = UNSET
    keys: dict[str, str] | UnsetType = UNSET
    signature: str | UnsetType = UNSET
