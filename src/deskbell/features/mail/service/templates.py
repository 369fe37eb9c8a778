"""The templates of outgoing mail: admins read, change and try them."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid5

from deskbell.features.mail import templates
from deskbell.features.mail.events import MailTemplateReset, MailTemplateUpdated
from deskbell.features.mail.queries import outgoing
from deskbell.features.mail.queries import templates as queries
from deskbell.features.mail.templates import (
    KINDS,
    TEMPLATE_LANGUAGES,
    MailTemplate,
    TemplateKind,
    TemplateLanguage,
    TemplateTexts,
)
from deskbell.features.tickets.queries import references, tickets
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.markdown import to_html

_SAMPLE: Final = {"en": "Thank you for your patience.", "de": "Vielen Dank für Ihre Geduld."}


async def list_templates(uow: UnitOfWork) -> list[MailTemplate]:
    """Every kind of template in every language."""
    uow.actor.require(Permission.MAIL_MANAGE)
    own = await queries.changed(uow.db)
    return [own.get((kind, language)) or _shipped(kind, language) for kind in KINDS for language in TEMPLATE_LANGUAGES]


async def get(uow: UnitOfWork, kind: TemplateKind, language: TemplateLanguage) -> MailTemplate:
    """A template."""
    uow.actor.require(Permission.MAIL_MANAGE)
    return (await queries.changed(uow.db)).get((kind, language)) or _shipped(kind, language)


def _shipped(kind: TemplateKind, language: TemplateLanguage) -> MailTemplate:
    texts = templates.shipped(kind, language)
    return MailTemplate(
        kind=kind, language=language, text=texts.text, html=texts.html, variables=templates.variables_of(kind)
    )


def etag(template: MailTemplate) -> str:
    """The entity tag of a template: its words."""
    return tag_of(template.text, template.html)


async def save(
    uow: UnitOfWork,
    kind: TemplateKind,
    language: TemplateLanguage,
    texts: TemplateTexts,
    expected_version: Precondition | None = None,
) -> MailTemplate:
    """Replaces a template; equal texts are no change.

    Raises `StaleVersion`, and `Invalid` for a text with an unknown or missing variable.
    """
    uow.actor.require(Permission.MAIL_MANAGE)
    _check(kind, texts)
    before = await _locked(uow, kind, language, expected_version)
    if (before.text, before.html) == (texts.text, texts.html):
        return before
    await queries.save(uow.db, uow.actor.organization_id, kind, language, texts, uow.actor.user_id, uow.now)
    changes = {
        field: Change(getattr(before, field), getattr(texts, field))
        for field in ("text", "html")
        if getattr(before, field) != getattr(texts, field)
    }
    uow.record(MailTemplateUpdated(template_id=_id(uow, kind, language), kind=kind, language=language, changes=changes))
    return await get(uow, kind, language)


async def reset(
    uow: UnitOfWork, kind: TemplateKind, language: TemplateLanguage, expected_version: Precondition | None = None
) -> MailTemplate:
    """Returns to the shipped template; a repeat changes nothing. Raises `StaleVersion`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await _locked(uow, kind, language, expected_version)
    if await queries.remove(uow.db, kind, language):
        uow.record(MailTemplateReset(template_id=_id(uow, kind, language), kind=kind, language=language))
    return _shipped(kind, language)


async def _locked(
    uow: UnitOfWork, kind: TemplateKind, language: TemplateLanguage, expected_version: Precondition | None
) -> MailTemplate:
    await uow.begin()
    await queries.lock(uow.db, uow.actor.organization_id, kind, language)
    template = await get(uow, kind, language)
    if expected_version is not None:
        expected_version.demand(etag(template), template)
    return template


async def preview(
    uow: UnitOfWork, kind: TemplateKind, language: TemplateLanguage, texts: TemplateTexts, ticket_id: UUID
) -> TemplateTexts:
    """A template as a mail about a ticket would show it, with a sample of words. Raises `Invalid`, `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE, Permission.TICKET_READ)
    _check(kind, texts)
    ticket = await tickets.find_visible(uow.db, uow.actor, ticket_id)
    if ticket is None:
        raise NotFound("ticket")
    words = _SAMPLE[language]
    own: dict[str, Mapping[str, str]] = {
        "reply": {"words": words, "signature": ""},
        "notification": {"title": ticket.subject, "words": words, "link": f"/desk/tickets/{ticket.id}"},
        "person": {"name": ticket.requester.name},
    }
    wanted = {name.partition(".")[0] for name in templates.variables_of(kind)}
    agent = None if uow.actor.user_id is None else await references.find_person(uow.db, uow.actor.user_id)
    organization = await outgoing.organization_name(uow.db)
    values = templates.context(
        kind, ticket, agent, organization, **{group: fields for group, fields in own.items() if group in wanted}
    )
    return templates.render(kind, texts, values, to_html(words))


@step("mails of notifications, and acknowledgements")
async def rendered(
    uow: UnitOfWork, kind: TemplateKind, language: str, ticket: Ticket | None, own: Mapping[str, Mapping[str, str]],
    words_html: str = "",
) -> TemplateTexts:  # fmt: skip
    """The words of an automatic mail, in both forms."""
    texts = await queries.texts(uow.db, kind, language)
    values = templates.context(kind, ticket, None, await outgoing.organization_name(uow.db), **own)
    return templates.render(kind, texts, values, words_html)


def _check(kind: TemplateKind, texts: TemplateTexts) -> None:
    if problems := templates.problems(kind, texts):
        raise Invalid(problems)


def _id(uow: UnitOfWork, kind: TemplateKind, language: TemplateLanguage) -> UUID:
    return uuid5(uow.actor.organization_id, f"mail template {kind} {language}")
