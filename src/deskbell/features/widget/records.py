"""Rows of the widget, and the requests that visitors send."""

from datetime import datetime
from typing import Final

from msgspec import UNSET, Struct, UnsetType

DEFAULT_WAIT: Final = 120
"""The time in seconds that a chat waits for an agent."""


class Widget(Struct, frozen=True, kw_only=True):
    """The widget of an organization. `origins` are the sites that may show it, each `https://host` or `https://host:port`."""

    enabled: bool = False
    origins: list[str] = []
    chat_enabled: bool = False
    chat_wait_seconds: int = DEFAULT_WAIT
    updated_at: datetime | None = None

    def allows(self, origin: str) -> bool:
        """Whether a site may show it."""
        return self.enabled and origin in self.origins


class WidgetChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET keeps the present one."""

    enabled: bool | UnsetType = UNSET
    origins: list[str] | UnsetType = UNSET
    chat_enabled: bool | UnsetType = UNSET
    chat_wait_seconds: int | UnsetType = UNSET


class ContactRequest(Struct, frozen=True, kw_only=True):
    """A request of a visitor without a sign-in. Nothing proves the address; `language` is that of the page."""

    name: str
    email: str
    subject: str
    text: str
    language: str
