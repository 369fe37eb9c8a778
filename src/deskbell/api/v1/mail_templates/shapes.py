"""v1: shapes of mail templates."""

from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from deskbell.features.mail.templates import TemplateTexts

Content: TypeAlias = Annotated[str, Meta(min_length=1, max_length=20_000, examples=["{{reply.words}}"])]


class SaveTemplate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A template in both forms. Variables are written as in canned responses: `{{requester.name|there}}`."""

    text: Content
    html: Content

    def texts(self) -> TemplateTexts:
        """The template for the service."""
        return TemplateTexts(self.text, self.html)


class PreviewTemplate(SaveTemplate, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A template to be tried with a ticket."""

    ticket_id: UUID
