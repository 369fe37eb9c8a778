"""The outbox: where mail is kept and shown when no mail server is set (demo and development)."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.runtime.sql import Db, sql

__all__ = ["KEPT", "KeptMail", "find", "keep", "newest"]

KEPT: Final = 500
"""How many mails are kept; older ones go."""

_MAIL = sql("o.id, o.kept_at, o.recipient, o.subject, o.headers, o.body_text, o.body_html")


class KeptMail(Struct, frozen=True):
    """A mail as it would have been sent. `headers` are all of them, in order of writing."""

    id: UUID
    kept_at: datetime
    recipient: str
    subject: str
    headers: dict[str, str]
    text: str
    html: str | None


async def keep(db: Db, mail: KeptMail) -> None:
    """Keeps a mail and lets go of what is beyond the newest `KEPT`."""
    await db.execute(
        sql(
            "insert into outbox (id, kept_at, recipient, subject, headers, body_text, body_html) "
            "values ({}, {}, {}, {}, {}, {}, {})",
            mail.id, mail.kept_at, mail.recipient, mail.subject, msgspec.json.encode(mail.headers).decode(), mail.text,
            mail.html,
        )
    )  # fmt: skip
    # Ids grow with time, so their order is the order of keeping.
    await db.execute(
        sql("delete from outbox where id < (select id from outbox order by id desc offset {} limit 1)", KEPT - 1)
    )


async def newest(db: Db, limit: int) -> list[KeptMail]:
    """The mails kept last, newest first."""
    return [
        _mail(row)
        for row in await db.fetch_all(sql("select {} from outbox o order by o.id desc limit {}", _MAIL, limit))
    ]


async def find(db: Db, mail_id: UUID) -> KeptMail | None:
    """One kept mail."""
    row = await db.fetch_one(sql("select {} from outbox o where o.id = {}", _MAIL, mail_id))
    return None if row is None else _mail(row)


def _mail(row: tuple[object, ...]) -> KeptMail:
    values = list(row)
    values[4] = msgspec.json.decode(str(values[4]))
    return KeptMail(*values)  # type: ignore[arg-type]  # the columns are the struct's fields in order
