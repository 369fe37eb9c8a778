"""Adjusts a line that breaks a limit of the format, so that no ticket is lost for a length, an address or a word.

Works on plain JSON objects, and only on lines that did not pass as they are. What it cannot adjust, it leaves alone:
the line is then refused for that. The same line always gives the same result, so that it is recognized when it comes again.
"""

import base64
from typing import Any, Final

import msgspec

from deskbell.features.tickets.policy import is_web_address
from deskbell.features.transfer.format import records as format_
from deskbell.features.transfer.format.addresses import UNUSABLE_DOMAIN, normalized, substitute
from deskbell.features.transfer.format.adjustments import Adjustment, Kind
from deskbell.features.transfer.format.history_mending import mend_changes
from deskbell.features.transfer.format.notebook import Notebook, cut, shortened_name

_NO_SUBJECT: Final = "(no subject)"
_WORDS: Final = ("status", "priority", "type", "channel")
_SYNONYMS: Final = {
    "status": {"resolved": "solved", "done": "solved", "in progress": "open", "on hold": "hold", "waiting": "pending"},
    "priority": {"medium": "normal", "critical": "urgent"},
}
_TEXTS: Final = {
    "person": {"phone": format_.MAX_PHONE, **dict.fromkeys(("name", "company", "title", "department"), format_.MAX_NAME)},
    "group": {"name": format_.MAX_NAME, "description": format_.MAX_DESCRIPTION},
    "category": {"name": format_.MAX_NAME, "description": format_.MAX_DESCRIPTION},
    "tag": {"name": format_.MAX_TAG},
}  # fmt: skip


def mended(line: int, record: Any) -> list[Adjustment]:
    """Adjusts the JSON object of a line in place; returns what it changed."""
    book = Notebook(line)
    if isinstance(record, dict):
        if record.get("kind") == "ticket":
            _mend_ticket(record, book)
        else:
            _mend_other(record, book)
    return book.adjustments


def _mend_other(record: dict[str, Any], book: Notebook) -> None:
    for field, limit in _TEXTS.get(str(record.get("kind")), {}).items():
        if isinstance(text := record.get(field), str) and len(text) > limit:
            record[field] = cut(text, limit)
            book.note(field, f"had {len(text):,} characters, and {limit:,} are kept", Kind.SHORTENED)
    if record.get("kind") == "person":
        _mend_address(record, "", book)
    for field in ("leads", "members"):
        addresses = record.get(field)
        if isinstance(addresses, list):
            record[field] = [_address(each, f"{field}[{i}]", book) for i, each in enumerate(addresses)]


def _mend_ticket(ticket: dict[str, Any], book: Notebook) -> None:
    book.own(ticket)
    if isinstance(ticket.get("subject"), str) and not ticket["subject"]:
        ticket["subject"] = _NO_SUBJECT
        book.note("subject", f"was empty; it is {_NO_SUBJECT} now", Kind.CORRECTED)
    book.shorten(ticket, "subject", format_.MAX_SUBJECT, ticket, "")
    book.shorten(ticket, "description", format_.MAX_TEXT, ticket, "")
    for place in ("group", "category"):
        _drop_empty(ticket, place)
        book.shorten(ticket, place, format_.MAX_NAME, ticket, "")
    _mend_external_id(ticket, "", book)
    for word in _WORDS:
        _mend_word(ticket, word, book)
    for role in ("requester", "created_by", "assignee"):
        _mend_person(ticket.get(role), role, ticket, book)
    _mend_tags(ticket, book)
    _mend_fields(ticket, book)
    if isinstance(feedback := ticket.get("feedback"), dict):
        book.shorten(feedback, "comment", format_.MAX_VERDICT, ticket, "feedback.")
    _mend_attachments(ticket, "", book)
    comments = ticket.get("comments")
    for index, comment in enumerate(comments if isinstance(comments, list) else []):
        if isinstance(comment, dict):
            _mend_comment(comment, f"comments[{index}].", book)
    mend_changes(ticket, book, _address)
    book.finish()


def _mend_comment(comment: dict[str, Any], path: str, book: Notebook) -> None:
    _mend_external_id(comment, path, book)
    _mend_person(comment.get("author"), f"{path}author", comment, book)
    channel = comment.get("channel")
    if isinstance(channel, str) and channel not in format_.WORDS["channel"]:
        comment["channel"] = None
        if comment.get("public") is True:
            book.keep_as_field(f"{path}channel", "channel", channel)
        else:  # a custom field is shown to the customer, a note is not
            book.note(f"{path}channel", f"{channel[:100]!r} is no channel; it is import now", Kind.CORRECTED)
    _mend_attachments(comment, path, book)
    book.shorten(comment, "body", format_.MAX_TEXT, comment, path)


def _mend_person(person: Any, path: str, owner: dict[str, Any], book: Notebook) -> None:
    if not isinstance(person, dict):
        return
    _drop_empty(person, "name")
    _mend_address(person, f"{path}.", book)
    book.shorten(person, "name", format_.MAX_NAME, owner, f"{path}.")
    role = person.get("role")
    if isinstance(role, str) and role not in format_.WORDS["role"]:
        person["role"] = None
        if path == "requester":
            book.keep_as_field("requester.role", "requester_role", role)
        else:
            book.note(f"{path}.role", f"{role[:100]!r} is no role; it was left out", Kind.CORRECTED)


def _mend_address(person: dict[str, Any], path: str, book: Notebook) -> None:
    if not isinstance(text := person.get("email"), str):
        return
    name = person.get("name")
    person["email"] = _address(text or (name if isinstance(name, str) else ""), f"{path}email", book, given=text)
    if person["email"] != text and not name and text.strip() and person["email"].endswith(UNUSABLE_DOMAIN):
        person["name"] = cut(text.strip(), format_.MAX_NAME)


def _address(text: Any, path: str, book: Notebook, given: str | None = None) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return normalized(text) if len(text) <= format_.MAX_ADDRESS and given != "" else _substituted(text, path, book)
    except ValueError:
        return _substituted(text, path, book)


def _substituted(text: str, path: str, book: Notebook) -> str:
    address = substitute(text)
    book.note(path, f"{text[:100]!r} is no e-mail address; {address} is used for it", Kind.CORRECTED)
    return address


def _mend_external_id(owner: dict[str, Any], path: str, book: Notebook) -> None:
    _drop_empty(owner, "external_id")
    name = owner.get("external_id")
    if isinstance(name, str) and len(name) > format_.MAX_NAME:
        owner["external_id"] = shortened_name(name, format_.MAX_NAME)
        book.attach(owner, f"{path}external_id", name)
        book.note(f"{path}external_id", f"had {len(name):,} characters; its end is a digest now", Kind.SHORTENED)


def _mend_word(ticket: dict[str, Any], field: str, book: Notebook) -> None:
    word = ticket.get(field)
    if isinstance(word, str) and word not in format_.WORDS[field]:
        plain = word.strip().lower()
        known = plain if plain in format_.WORDS[field] else None
        ticket[field] = known or _SYNONYMS.get(field, {}).get(plain.replace("_", " "))
        if field == "status" and ticket[field] is None:  # a solved ticket must not come back as a new one
            ticket[field] = "closed" if ticket.get("closed_at") else "solved" if ticket.get("solved_at") else None
        if word and not known:
            book.keep_as_field(field, field, word)


def _mend_tags(ticket: dict[str, Any], book: Notebook) -> None:
    tags = ticket.get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return
    names = [tag.strip() for tag in tags if tag.strip()]
    kept = list(dict.fromkeys(cut(name, format_.MAX_TAG).strip() for name in names))[: format_.MAX_TAGS]
    if len(kept) < len(set(names)) or set(kept) != set(names):
        book.attach(ticket, "tags", "\n".join(names))
        sentence = f"a ticket has at most {format_.MAX_TAGS} tags of {format_.MAX_TAG} characters"
        book.note("tags", sentence, Kind.SHORTENED)
    ticket["tags"] = kept


def _mend_fields(ticket: dict[str, Any], book: Notebook) -> None:
    fields = ticket.get("custom_fields")
    if not isinstance(fields, dict):
        return
    mended: dict[str, Any] = {}
    for index, (name, value) in enumerate(fields.items()):
        path = f"custom_fields.{name[: format_.MAX_FIELD_NAME]}"
        short = name or "unnamed"
        if len(short) > format_.MAX_FIELD_NAME:
            short = shortened_name(short, format_.MAX_FIELD_NAME)
            book.attach(ticket, f"custom-field-{index + 1}-name", name)
            book.note(path, f"the name had {len(name):,} characters; its end is a digest now", Kind.SHORTENED)
        text = _field_value(value)
        if text is not value:
            book.note(path, "is kept as text", Kind.CORRECTED)
        mended[short] = text
        book.shorten(mended, short, format_.MAX_FIELD_TEXT, ticket, "custom_fields.")
    ticket["custom_fields"] = mended


def _field_value(value: Any) -> Any:
    """The value if a custom field can have it, else a text that says the same."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        too_long = len(format_.field_text(value)) > format_.MAX_FIELD_TEXT
        return format_.field_text(value) if too_long else value
    if isinstance(value, list | dict) or (not isinstance(value, str) and format_.field_fault(value)):
        return msgspec.json.encode(value).decode()
    return value


def _mend_attachments(owner: dict[str, Any], path: str, book: Notebook) -> None:
    attachments = owner.get("attachments")
    for index, each in enumerate(attachments if isinstance(attachments, list) else []):
        if not isinstance(each, dict) or not isinstance(name := each.get("filename"), str):
            continue
        place = f"{path}attachments[{index}]"
        each["filename"] = name or "file"
        if len(name) > format_.MAX_FILENAME:
            stem, dot, suffix = name.rpartition(".")
            ending = f".{suffix}" if dot and stem and len(suffix) <= 16 else ""
            each["filename"] = cut(name, format_.MAX_FILENAME - len(ending)) + ending
            book.note(f"{place}.filename", f"had {len(name):,} characters", Kind.SHORTENED)
        url = each.get("url")
        if isinstance(url, str) and (len(url) > format_.MAX_URL or not is_web_address(url)):
            content = base64.b64encode(url.encode()).decode()
            each |= {"url": None, "content": content, "mime_type": "text/plain", "size": None, "sha256": None}
            each["filename"] = cut(each["filename"], format_.MAX_FILENAME - 4) + ".txt"
            book.note(f"{place}.url", "is no web address that can be linked; it is kept as a text file", Kind.FILE)


def _drop_empty(owner: dict[str, Any], field: str) -> None:
    if owner.get(field) == "":
        owner[field] = None
