"""Templates that admins changed."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.templates import (
    MailTemplate,
    TemplateKind,
    TemplateLanguage,
    TemplateTexts,
    shipped,
    variables_of,
)
from deskbell.runtime.messages import language_of
from deskbell.runtime.rows import read_one
from deskbell.runtime.sql import Db, sql

_LANGUAGES: Final[dict[str, TemplateLanguage]] = {"en": "en", "de": "de"}


async def texts(db: Db, kind: TemplateKind, language: str) -> TemplateTexts:
    """The template of a kind in the language of a tag such as `de-AT`; in English where there is none for it."""
    known = _LANGUAGES[language_of(language)]
    row = await db.fetch_one(
        sql("select t.text, t.html from mail_templates t where t.kind = {} and t.language = {}", kind, known)
    )
    return read_one(TemplateTexts, row) or shipped(kind, known)


async def changed(db: Db) -> dict[tuple[TemplateKind, TemplateLanguage], MailTemplate]:
    """The organization's own templates."""
    rows = await db.fetch_all("select kind, language, text, html, updated_at, updated_by from mail_templates")
    return {
        (row["kind"], row["language"]): MailTemplate(
            kind=row["kind"], language=row["language"], text=row["text"], html=row["html"], is_own=True,
            updated_at=row["updated_at"], updated_by=row["updated_by"] and UUID(bytes=row["updated_by"].bytes),
            variables=variables_of(row["kind"]),
        )
        for row in rows
    }  # fmt: skip


async def lock(db: Db, organization_id: UUID, kind: TemplateKind, language: TemplateLanguage) -> None:
    """Locks a template until the unit of work ends, also while it is the shipped one."""
    name = f"mail template {organization_id} {kind} {language}"
    await db.execute(sql("select pg_advisory_xact_lock(hashtextextended({}, 0))", name))


async def save(
    db: Db, organization_id: UUID, kind: TemplateKind, language: TemplateLanguage, new: TemplateTexts, by: UUID | None,
    now: datetime,
) -> None:  # fmt: skip
    """Stores a template in the place of the shipped one."""
    await db.execute(
        sql(
            "insert into mail_templates (organization_id, kind, language, text, html, updated_at, updated_by) "
            "values ({}, {}, {}, {}, {}, {}, {}) on conflict (organization_id, kind, language) do update "
            "set text = excluded.text, html = excluded.html, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
            organization_id, kind, language, new.text, new.html, now, by,
        )
    )  # fmt: skip


async def remove(db: Db, kind: TemplateKind, language: TemplateLanguage) -> bool:
    """Returns to the shipped template; False if it was in use already."""
    return bool(await db.execute(sql("delete from mail_templates where kind = {} and language = {}", kind, language)))
