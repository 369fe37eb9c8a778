"""The pages that the server renders: every text in English and German, and nothing that was typed is markup."""

from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

import deskbell.web
from deskbell.runtime.mail import Mailer, OutgoingMail
from tests.support.desk import Client, Desk

TEMPLATES = Path(deskbell.web.__file__).parent / "templates"
PAGES = {
    "/": ("This is a support desk", "Dies ist ein Support-Desk"),
    "/dev/mail": ("Outgoing mail", "Ausgehende Mails"),
    "/app/verify-email?token=t": ("Confirm your e-mail address", "E-Mail-Adresse bestätigen"),
    "/app/change-email?token=t": ("Confirm your new e-mail address", "Neue E-Mail-Adresse bestätigen"),
    "/app/reset-password?token=t": ("Choose a new password", "Neues Passwort wählen"),
    "/app/accept-invitation?token=t": ("Accept the invitation", "Einladung annehmen"),
    "/app/accept-invitation": ("The address of this page is incomplete", "Die Adresse dieser Seite ist unvollständig"),
    "/help/nothing": ("There is nothing here", "Hier gibt es nichts"),
}


def _client(desk: Desk, language: str) -> Client:
    return desk.client(base="", accept="text/html", accept_language=language, host="localhost")


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_in_the_language_that_the_caller_prefers(desk: Desk, path: str) -> None:
    english, german = PAGES[path]
    for preferred, language, present, absent in (
        ("fr, en;q=0.5", "en", english, german),
        ("de-AT, en;q=0.5", "de", german, english),
    ):
        answer = await _client(desk, preferred).get(path)
        assert present in answer.text
        assert absent not in answer.text
        assert f'<html lang="{language}">' in answer.text
        assert answer.headers["content-language"] == language


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_loads_nothing_from_elsewhere_and_is_not_stored(desk: Desk, path: str) -> None:
    answer = await _client(desk, "de").get(path)
    assert answer.headers["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "same-origin")


async def test_a_token_is_no_part_of_its_page(desk: Desk) -> None:
    answer = await _client(desk, "en").get("/app/reset-password?token=%22%3E%3Cscript%3Esecret")
    assert answer.status_code == 200
    assert "secret" not in answer.text


async def test_a_mail_is_shown_as_text_with_its_links(desk: Desk) -> None:
    typed = "<b>{{ 7 * 7 }}</b> %(name)s & https://desk.example/a?b=1&c=%3Cd%3E."
    await Mailer.open(desk.settings, desk.database).send(OutgoingMail(to="ann@x.example", subject=typed, text=typed))
    shown = _client(desk, "de")
    listed = (await shown.get("/dev/mail")).text
    before, found, _rest = listed.partition("&lt;b&gt;{{ 7 * 7 }}&lt;/b&gt; %(name)s &amp;")
    assert found
    path = before.rpartition('<li><a href="')[2].partition('"')[0]
    mail = (await shown.get(path)).text
    assert '<a href="https://desk.example/a?b=1&amp;c=%3Cd%3E">https://desk.example/a?b=1&amp;c=%3Cd%3E</a>.' in mail
    assert "<b>" not in listed + mail
    assert "49" not in mail.partition("<pre>")[2].partition("</pre>")[0]


def test_every_text_of_the_templates_has_a_german_translation_and_no_other_has() -> None:
    environment: Any = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.policies["ext.i18n.trimmed"] = True
    used = {
        str(text)
        for template in [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.xml")]
        for _line, _function, text in environment.extract_translations(template.read_text("utf-8"))
    }
    with (TEMPLATES / "de.po").open("rb") as file:
        catalogue = read_po(file, locale="de")
    translated = {str(each.id): str(each.string) for each in catalogue if each.id}
    assert translated.keys() == used, "add the text to web/templates/de.po, or delete it there"
    assert all(translated.values())
    assert [problem for each in catalogue for problem in each.check(catalogue)] == []
