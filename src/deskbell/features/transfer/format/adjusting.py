"""Adjusts a line that breaks a limit of the format, so that no ticket is lost for a length, an address or a word.

Works on plain JSON objects, and only on lines that were refused unadjusted. A line with other faults stays refused.
Equal lines give equal results, so that a repeated import recognizes them.
"""

import base64
from typing import Any, Final

import msgspec

from deskbell.features.tickets.policy import is_web_address
from deskbell.features.transfer.format.addresses import UNUSABLE_DOMAIN, normalized, substitute
from deskbell.features.transfer.format.adjustment_log import AdjustmentLog, cut, shortened_name
from deskbell.features.transfer.format.adjustments import Adjustment, Kind
from deskbell.features.transfer.format.history_adjusting import adjust_changes
from deskbell.features.transfer.format.rules import field_problem, field_text
from deskbell.features.transfer.format.types import (
    MAX_ADDRESS,
    MAX_DESCRIPTION,
    MAX_FEEDBACK_COMMENT,
    MAX_FIELD_NAME,
    MAX_FIELD_TEXT,
    MAX_FILENAME,
    MAX_NAME,
    MAX_PHONE,
    MAX_SUBJECT,
    MAX_TAG,
    MAX_TAGS,
    MAX_TEXT,
    MAX_URL,
    WORDS,
)

_NO_SUBJECT: Final = "(no subject)"
_WORDS: Final = ("status", "priority", "type", "channel")
_SYNONYMS: Final = {
    "status": {"resolved": "solved", "done": "solved", "in progress": "open", "on hold": "hold", "waiting": "pending"},
    "priority": {"medium": "normal", "critical": "urgent"},
}
_TEXTS: Final = {
    "person": {"phone": MAX_PHONE, **dict.fromkeys(("name", "company", "title", "department"), MAX_NAME)},
    "group": {"name": MAX_NAME, "description": MAX_DESCRIPTION},
    "category": {"name": MAX_NAME, "description": MAX_DESCRIPTION},
    "brand": {"name": MAX_NAME},
    "tag": {"name": MAX_TAG},
}  # fmt: skip


def adjust(line: int, record: Any) -> list[Adjustment]:
    """Adjusts the JSON object of a line in place; returns the changes."""
    log = AdjustmentLog(line)
    if isinstance(record, dict):
        if record.get("kind") == "ticket":
            _adjust_ticket(record, log)
        else:
            _adjust_other(record, log)
    return log.adjustments


def _adjust_other(record: dict[str, Any], log: AdjustmentLog) -> None:
    for field, limit in _TEXTS.get(str(record.get("kind")), {}).items():
        if isinstance(text := record.get(field), str) and len(text) > limit:
            record[field] = cut(text, limit)
            log.note(field, f"had {len(text):,} characters, and {limit:,} are kept", Kind.SHORTENED)
    if record.get("kind") == "person":
        _adjust_address(record, "", log)
    for field in ("leads", "members"):
        addresses = record.get(field)
        if isinstance(addresses, list):
            record[field] = [_address(each, f"{field}[{i}]", log) for i, each in enumerate(addresses)]


def _adjust_ticket(ticket: dict[str, Any], log: AdjustmentLog) -> None:
    log.set_ticket(ticket)
    if isinstance(ticket.get("subject"), str) and not ticket["subject"]:
        ticket["subject"] = _NO_SUBJECT
        log.note("subject", f"was empty; it is {_NO_SUBJECT} now", Kind.CORRECTED)
    log.shorten(ticket, "subject", MAX_SUBJECT, ticket, "")
    log.shorten(ticket, "description", MAX_TEXT, ticket, "")
    for place in ("group", "category", "brand"):
        _drop_empty(ticket, place)
        log.shorten(ticket, place, MAX_NAME, ticket, "")
    _adjust_external_id(ticket, "", log)
    for word in _WORDS:
        _adjust_word(ticket, word, log)
    for role in ("requester", "created_by", "assignee"):
        _adjust_person(ticket.get(role), role, ticket, log)
    _adjust_tags(ticket, log)
    _adjust_fields(ticket, log)
    if isinstance(feedback := ticket.get("feedback"), dict):
        log.shorten(feedback, "comment", MAX_FEEDBACK_COMMENT, ticket, "feedback.")
    _adjust_attachments(ticket, "", log)
    comments = ticket.get("comments")
    for index, comment in enumerate(comments if isinstance(comments, list) else []):
        if isinstance(comment, dict):
            _adjust_comment(comment, f"comments[{index}].", log)
    adjust_changes(ticket, log, _address)
    log.finish()


def _adjust_comment(comment: dict[str, Any], path: str, log: AdjustmentLog) -> None:
    _adjust_external_id(comment, path, log)
    _adjust_person(comment.get("author"), f"{path}author", comment, log)
    channel = comment.get("channel")
    if isinstance(channel, str) and channel not in WORDS["channel"]:
        comment["channel"] = None
        if comment.get("public") is True:
            log.keep_as_field(f"{path}channel", "channel", channel)
        else:  # a custom field is shown to the customer, a note is not
            log.note(f"{path}channel", f"{channel[:100]!r} is no channel; it is import now", Kind.CORRECTED)
    _adjust_attachments(comment, path, log)
    log.shorten(comment, "body", MAX_TEXT, comment, path)


def _adjust_person(person: Any, path: str, owner: dict[str, Any], log: AdjustmentLog) -> None:
    if not isinstance(person, dict):
        return
    _drop_empty(person, "name")
    _adjust_address(person, f"{path}.", log)
    log.shorten(person, "name", MAX_NAME, owner, f"{path}.")
    role = person.get("role")
    if isinstance(role, str) and role not in WORDS["role"]:
        person["role"] = None
        if path == "requester":
            log.keep_as_field("requester.role", "requester_role", role)
        else:
            log.note(f"{path}.role", f"{role[:100]!r} is no role; it was left out", Kind.CORRECTED)


def _adjust_address(person: dict[str, Any], path: str, log: AdjustmentLog) -> None:
    if not isinstance(text := person.get("email"), str):
        return
    name = person.get("name")
    person["email"] = _address(text or (name if isinstance(name, str) else ""), f"{path}email", log, given=text)
    if person["email"] != text and not name and text.strip() and person["email"].endswith(UNUSABLE_DOMAIN):
        person["name"] = cut(text.strip(), MAX_NAME)


def _address(text: Any, path: str, log: AdjustmentLog, given: str | None = None) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return normalized(text) if len(text) <= MAX_ADDRESS and given != "" else _substituted(text, path, log)
    except ValueError:
        return _substituted(text, path, log)


def _substituted(text: str, path: str, log: AdjustmentLog) -> str:
    address = substitute(text)
    log.note(path, f"{text[:100]!r} is no e-mail address; {address} is used for it", Kind.CORRECTED)
    return address


def _adjust_external_id(owner: dict[str, Any], path: str, log: AdjustmentLog) -> None:
    _drop_empty(owner, "external_id")
    name = owner.get("external_id")
    if isinstance(name, str) and len(name) > MAX_NAME:
        owner["external_id"] = shortened_name(name, MAX_NAME)
        log.attach(owner, f"{path}external_id", name)
        log.note(f"{path}external_id", f"had {len(name):,} characters; its end is a digest now", Kind.SHORTENED)


def _adjust_word(ticket: dict[str, Any], field: str, log: AdjustmentLog) -> None:
    word = ticket.get(field)
    if isinstance(word, str) and word not in WORDS[field]:
        plain = word.strip().lower()
        known = plain if plain in WORDS[field] else None
        ticket[field] = known or _SYNONYMS.get(field, {}).get(plain.replace("_", " "))
        if field == "status" and ticket[field] is None:  # a solved ticket must not come back as a new one
            ticket[field] = "closed" if ticket.get("closed_at") else "solved" if ticket.get("solved_at") else None
        if word and not known:
            log.keep_as_field(field, field, word)


def _adjust_tags(ticket: dict[str, Any], log: AdjustmentLog) -> None:
    tags = ticket.get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return
    names = [tag.strip() for tag in tags if tag.strip()]
    kept = list(dict.fromkeys(cut(name, MAX_TAG).strip() for name in names))[:MAX_TAGS]
    if len(kept) < len(set(names)) or set(kept) != set(names):
        log.attach(ticket, "tags", "\n".join(names))
        sentence = f"a ticket has at most {MAX_TAGS} tags of {MAX_TAG} characters"
        log.note("tags", sentence, Kind.SHORTENED)
    ticket["tags"] = kept


def _adjust_fields(ticket: dict[str, Any], log: AdjustmentLog) -> None:
    fields = ticket.get("custom_fields")
    if not isinstance(fields, dict):
        return
    adjusted: dict[str, Any] = {}
    for index, (name, value) in enumerate(fields.items()):
        path = f"custom_fields.{name[:MAX_FIELD_NAME]}"
        short = name or "unnamed"
        if len(short) > MAX_FIELD_NAME:
            short = shortened_name(short, MAX_FIELD_NAME)
            log.attach(ticket, f"custom-field-{index + 1}-name", name)
            log.note(path, f"the name had {len(name):,} characters; its end is a digest now", Kind.SHORTENED)
        text = _field_value(value)
        if text is not value:
            log.note(path, "is kept as text", Kind.CORRECTED)
        adjusted[short] = text
        log.shorten(adjusted, short, MAX_FIELD_TEXT, ticket, "custom_fields.")
    ticket["custom_fields"] = adjusted


def _field_value(value: Any) -> Any:
    """The value if a custom field can have it, else its text."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        too_long = len(field_text(value)) > MAX_FIELD_TEXT
        return field_text(value) if too_long else value
    if isinstance(value, list | dict) or (not isinstance(value, str) and field_problem(value)):
        return msgspec.json.encode(value).decode()
    return value


def _adjust_attachments(owner: dict[str, Any], path: str, log: AdjustmentLog) -> None:
    attachments = owner.get("attachments")
    for index, each in enumerate(attachments if isinstance(attachments, list) else []):
        if not isinstance(each, dict) or not isinstance(name := each.get("filename"), str):
            continue
        place = f"{path}attachments[{index}]"
        each["filename"] = name or "file"
        if len(name) > MAX_FILENAME:
            stem, dot, suffix = name.rpartition(".")
            ending = f".{suffix}" if dot and stem and len(suffix) <= 16 else ""
            each["filename"] = cut(name, MAX_FILENAME - len(ending)) + ending
            log.note(f"{place}.filename", f"had {len(name):,} characters", Kind.SHORTENED)
        url = each.get("url")
        if isinstance(url, str) and (len(url) > MAX_URL or not is_web_address(url)):
            content = base64.b64encode(url.encode()).decode()
            each |= {"url": None, "content": content, "mime_type": "text/plain", "size": None, "sha256": None}
            each["filename"] = cut(each["filename"], MAX_FILENAME - 4) + ".txt"
            log.note(f"{place}.url", "is no web address that can be linked; it is kept as a text file", Kind.FILE)


def _drop_empty(owner: dict[str, Any], field: str) -> None:
    if owner.get(field) == "":
        owner[field] = None
