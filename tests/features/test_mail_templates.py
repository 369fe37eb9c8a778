"""Every mail is rendered in every language, in the recipient's, and inserts what was typed without reading it."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import deskbell
from deskbell.runtime.mail_templates import MailTemplates
from deskbell.runtime.messages import LANGUAGES
from tests.support.desk import Desk, Organization
from tests.support.mail import mails_to
from tests.support.work import work

FEATURES = Path(deskbell.__file__).parent / "features"
TEMPLATES = sorted(
    (path.parents[2].name, path.stem)
    for path in FEATURES.glob("*/templates/en/*.txt")
    if path.read_text("utf-8").startswith("{% extends")
)
TYPED = "<b>{{ 7 * 7 }}</b> {% raw %} & %(name)s {0}"


def values(typed: str) -> dict[str, Any]:
    """A value for everything that a template may insert; texts that a user can type are `typed`."""
    line = SimpleNamespace(overdue=True, number=7, subject=typed, id="an-id")
    return {
        "name": typed, "inviter": typed, "organization": typed, "title": typed, "words": typed,
        "ticket": SimpleNamespace(number=7, subject=typed),
        "event": SimpleNamespace(url="https://receiver.example", reason="failing", error=typed),
        "summary": SimpleNamespace(open=2, overdue=1, unassigned=1, lines=[line]), "more": 1,
        "url": "https://desk.example/app/x", "base_url": "https://desk.example", "new": "new@x.example",
        "answer": None, "chosen": True, "known": False, "left": 2, "person": typed, "days": 7,
        "at": datetime(2026, 3, 4, 5, 6, tzinfo=UTC),
    }  # fmt: skip


@pytest.mark.parametrize(("feature", "name"), TEMPLATES)
def test_a_mail_is_rendered_in_every_language(feature: str, name: str) -> None:
    mails = MailTemplates(f"deskbell.features.{feature}")
    rendered = {language: mails.compose(name, language, "a@x.example", values(TYPED)) for language in LANGUAGES}
    assert len({mail.text for mail in rendered.values()}) == len(LANGUAGES)
    for mail in rendered.values():
        assert mail.subject
        assert TYPED in mail.text, "the name in the greeting"
        assert mail.text.endswith("\n")
        assert "\n\n\n" not in mail.text
        assert "49" not in mail.text


@pytest.mark.parametrize(("feature", "name"), TEMPLATES)
def test_a_line_break_in_a_value_stays_out_of_the_subject(feature: str, name: str) -> None:
    mails = MailTemplates(f"deskbell.features.{feature}")
    broken = mails.compose(name, "de", "a@x.example", values("one\r\ntwo"))
    assert "\n" not in broken.subject
    assert broken.text.startswith("Guten ")


def test_each_language_has_the_same_templates() -> None:
    for folder in FEATURES.glob("*/templates"):
        names = {path.name: {each.name for each in path.iterdir()} for path in folder.iterdir()}
        assert names.keys() == set(LANGUAGES)
        assert len({frozenset(found) for found in names.values()}) == 1, f"{folder} lacks a language's template"


@pytest.mark.parametrize(
    ("language", "subject"),
    [("de-AT", "Neues Passwort wählen"), ("fr", "Choose a new password"), (None, "Choose a new password")],
)
async def test_a_mail_is_in_the_language_of_the_recipients_organization(
    desk: Desk, shop: Organization, language: str | None, subject: str
) -> None:
    person = await shop.person("owner")
    changed = await person.client.put("/settings/organization", {"settings": {"language": language}})
    assert changed.status_code == 200, changed.text
    await desk.client().post("/auth/forgot-password", {"email": person.email}, headers={"Accept-Language": "it"})
    await work(desk)  # the job that looks up the address
    await work(desk, shop)
    assert (await mails_to(desk, person.email))[0].subject == subject
