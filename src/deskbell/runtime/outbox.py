"""The outbox: keeps mail to show it when no mail server is configured (demo and development)."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.runtime.sql import Db, sql

KEPT: Final = 500
"""The maximum number of mails kept; older ones are deleted."""

_MAIL = sql("o.id, o.kept_at, o.recipient, o.subject, o.headers, o.body_text, o.body_html")


class KeptMail(Struct, frozen=True):
    """A mail as it would have been sent. `headers` holds all headers in their order."""

    id: UUID
    kept_at: datetime
    recipient: str
    subject: str
    headers: dict[str, str]
    text: str
    html: str | None


async def keep(db: Db, mail: KeptMail) -> None:
    """Stores a mail and deletes all but the newest `KEPT`."""
    await db.execute(
        sql(
            "insert into outbox (id, kept_at, recipient, subject, headers, body_text, body_html) "
            "values ({}, {}, {}, {}, {}, {}, {})",
            mail.id, mail.kept_at, mail.recipient, mail.subject, msgspec.json.encode(mail.headers).decode(), mail.text,
            mail.html,
        )
    )  # fmt: skip
    # Ids ascend with time.
    await db.execute(
        sql("delete from outbox where id < (select id from outbox order by id desc offset {} limit 1)", KEPT - 1)
    )


async def newest(db: Db, limit: int) -> list[KeptMail]:
    """The newest mails, newest first."""
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
