"""v1: templates of outgoing mail."""

from typing import Final

from litestar import Response
from litestar.params import FromPath, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Success, tagged
from deskbell.api.v1.mail_templates.shapes import PreviewTemplate, SaveTemplate
from deskbell.features.mail.service import templates as service
from deskbell.features.mail.templates import (
    KINDS,
    TEMPLATE_LANGUAGES,
    MailTemplate,
    TemplateKind,
    TemplateLanguage,
    TemplateTexts,
)
from deskbell.kernel.errors import NotFound
from deskbell.kernel.permissions import Permission

TAG: Final = ["Mail"]


def _named(kind: str, language: str) -> tuple[TemplateKind, TemplateLanguage]:
    """The template of a path. Raises `NotFound`."""
    for known in KINDS:
        for each in TEMPLATE_LANGUAGES:
            if (known, each) == (kind, language):
                return known, each
    raise NotFound("mail_template")


def _answer(template: MailTemplate) -> Response[Success[MailTemplate]]:
    return tagged(template, service.etag(template))


@get("/mail-templates", permission=Permission.MAIL_MANAGE, tags=TAG, summary="List mail templates")
async def list_mail_templates(uow: Uow) -> Success[list[MailTemplate]]:
    """Lists the template of each kind in each language: your own, or the shipped one."""
    return Success(await service.list_templates(uow))


@get(
    "/mail-templates/{kind:str}/{language:str}", permission=Permission.MAIL_MANAGE, tags=TAG,
    summary="Get a mail template",
)  # fmt: skip
async def get_mail_template(uow: Uow, kind: FromPath[str], language: FromPath[str]) -> Response[Success[MailTemplate]]:
    """Returns a template."""
    return _answer(await service.get(uow, *_named(kind, language)))


@put(
    "/mail-templates/{kind:str}/{language:str}", permission=Permission.MAIL_MANAGE, tags=TAG,
    summary="Set a mail template",
)  # fmt: skip
async def set_mail_template(
    uow: Uow, request: DeskbellRequest, kind: FromPath[str], language: FromPath[str], data: JSONBody[SaveTemplate]
) -> Response[Success[MailTemplate]]:
    """Replaces a template. Its HTML is cleaned when a mail is made; subjects are those of the conversation."""
    return _answer(await service.save(uow, *_named(kind, language), data.texts(), expected_version(request)))


@delete(
    "/mail-templates/{kind:str}/{language:str}", permission=Permission.MAIL_MANAGE, tags=TAG,
    summary="Reset a mail template", status_code=200,
)  # fmt: skip
async def reset_mail_template(
    uow: Uow, request: DeskbellRequest, kind: FromPath[str], language: FromPath[str]
) -> Response[Success[MailTemplate]]:
    """Returns to the template that is shipped with Deskbell."""
    return _answer(await service.reset(uow, *_named(kind, language), expected_version(request)))


@post(
    "/mail-templates/{kind:str}/{language:str}/preview", permission=(Permission.MAIL_MANAGE, Permission.TICKET_READ),
    tags=TAG, summary="Preview a mail template", status_code=200,
)  # fmt: skip
async def preview_mail_template(
    uow: Uow, kind: FromPath[str], language: FromPath[str], data: JSONBody[PreviewTemplate]
) -> Success[TemplateTexts]:
    """Shows a template as a mail about a ticket, with sample words. Nothing is stored or sent."""
    return Success(await service.preview(uow, *_named(kind, language), data.texts(), data.ticket_id))


ROUTES = [list_mail_templates, get_mail_template, set_mail_template, reset_mail_template, preview_mail_template]
