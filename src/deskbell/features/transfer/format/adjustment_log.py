"""Collects the adjustments of one line and stores the original values."""

import base64
import hashlib
from typing import Any, Final

from deskbell.features.transfer.format.adjustments import Adjustment, Kind
from deskbell.features.transfer.format.types import MAX_FIELD_TEXT, MAX_FIELDS

_ENDING: Final = "…"
_DIGEST: Final = 16


class AdjustmentLog:
    """The adjustments of one line."""

    def __init__(self, line: int) -> None:
        self._line = line
        self._ticket: dict[str, Any] = {}
        self._fields: dict[str, str] = {}
        self.adjustments: list[Adjustment] = []

    def set_ticket(self, ticket: dict[str, Any]) -> None:
        """Sets the ticket whose custom fields keep unknown words."""
        self._ticket = ticket

    def note(self, field: str, sentence: str, kind: Kind) -> None:
        """Adds an adjustment."""
        self.adjustments.append(Adjustment(self._line, field, sentence, kind))

    def shorten(self, holder: dict[str, Any], field: str, limit: int, owner: dict[str, Any], path: str) -> None:
        """Shortens a text to its limit and attaches the full text to `owner`, the ticket or one of its comments.

        A comment's text is attached to the comment: users who may not see an internal note must not see its file.
        """
        text = holder.get(field)
        if not isinstance(text, str) or len(text) <= limit:
            return
        holder[field] = cut(text, limit)
        self.attach(owner, f"{path}{field}", text)
        sentence = f"had {len(text):,} characters, and {limit:,} are kept; the whole is in an attached file"
        self.note(f"{path}{field}"[:200], sentence, Kind.SHORTENED)

    def attach(self, owner: dict[str, Any], path: str, text: str) -> None:
        """Adds a text file to a ticket or comment."""
        attachments = owner.get("attachments") or []
        if isinstance(attachments, list):
            name = "-".join("".join(each if each.isalnum() or each in "_-" else " " for each in path[:100]).split())
            content = base64.b64encode(text.encode()).decode()
            owner["attachments"] = [
                *attachments, {"filename": f"{name}.txt", "mime_type": "text/plain", "content": content}
            ]  # fmt: skip

    def keep_as_field(self, path: str, name: str, word: str) -> None:
        """Keeps a word that the format does not know as a custom field; several of one name are joined by commas."""
        field = f"import_{name}"
        self.note(path, f"{word[:100]!r} is no word of the format; it is kept as the custom field {field}", Kind.FIELD)
        known = self._fields.get(field, "").split(", ") if field in self._fields else []
        if word not in known:
            self._fields[field] = ", ".join([*known, word])

    def finish(self) -> None:
        """Writes the unknown words to the ticket's custom fields; those that do not fit go to a file."""
        fields = self._ticket.get("custom_fields") or {}
        if not isinstance(fields, dict):
            return
        for name, value in self._fields.items():
            free, suffix = name, 2
            while free in fields:
                free, suffix = f"{name}_{suffix}", suffix + 1
            fields = {**fields, free: value}
            self.shorten(fields, free, MAX_FIELD_TEXT, self._ticket, "custom_fields.")
        if len(fields) > MAX_FIELDS:
            extra = list(fields.items())[MAX_FIELDS:]
            fields = dict(list(fields.items())[:MAX_FIELDS])
            self.attach(self._ticket, "custom_fields", "\n".join(f"{name}: {value}" for name, value in extra))
            self.note(
                "custom_fields", f"had {MAX_FIELDS + len(extra)} entries, and {MAX_FIELDS} are kept", Kind.SHORTENED
            )
        if fields:
            self._ticket["custom_fields"] = fields


def cut(text: str, limit: int) -> str:
    """The first part of a text; ends with an ellipsis if it was shortened."""
    return text if len(text) <= limit else text[: limit - 1] + _ENDING


def shortened_name(name: str, limit: int) -> str:
    """A shortened name that stays unique: its end is a digest of the full name."""
    return f"{name[: limit - _DIGEST - 1]}-{hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]}"
