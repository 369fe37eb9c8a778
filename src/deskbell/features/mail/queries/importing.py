"""Mails of archives: which are here, and the note of those that were imported."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from deskbell.features.mail.importing import ImportedMail
from deskbell.features.mail.queries.conversations import digest_of
from deskbell.kernel.ids import new_id
from deskbell.runtime.sql import Db, sql


async def known(db: Db, digests: Sequence[bytes]) -> set[bytes]:
    """Those of these contents that were received or imported."""
    rows = await db.fetch_all(
        sql(
            "select content_digest from received_mails where content_digest = any({}) and duplicate_of is null",
            list(digests),
        )
    )
    return {bytes(row["content_digest"]) for row in rows}


async def own_and_staff(db: Db) -> tuple[list[str], list[str]]:
    """The addresses of all mailboxes, and those of the staff."""
    own = await db.fetch_all(sql("select address from mailbox_addresses where kind <> 'domain'"))
    staff = await db.fetch_all(sql("select email from memberships where role <> 'customer' and ended_at is null"))
    return [row["address"] for row in own], [row["email"] for row in staff]


async def add(
    db: Db, organization_id: UUID, mails: Sequence[ImportedMail], mailbox_id: UUID | None, now: datetime
) -> None:
    """Notes imported mails with their tickets, so that answers find them and the same mails are known again."""
    ids = [new_id() for _ in mails]
    await db.execute(
        sql(
            "with n as (select * from unnest({}::uuid[], {}::text[], {}::text[], {}::timestamptz[], {}::text[], {}::bytea[], "
            "{}::bytea[], {}::bigint[], {}::text[], {}::text[], {}::text[], {}::text[], {}::text[]) "
            "n (id, ticket, comment, at, message_id, digest, raw_digest, size, from_name, from_address, tos, ccs, subject)) "
            "insert into received_mails (organization_id, id, mailbox_id, source, size, raw_digest, content_digest, message_id, "
            "from_name, from_address, to_addresses, cc_addresses, subject, sent_at, verdict, class, state, ticket_id, "
            "comment_id, arrived_at, done_at) "
            "select {}, n.id, {}, 'command', n.size, n.raw_digest, n.digest, n.message_id, n.from_name, n.from_address, "
            "string_to_array(n.tos, ' '), string_to_array(n.ccs, ' '), n.subject, n.at, 'none', 'person', "
            "case when n.comment is null then 'created' else 'appended' end, t.id, c.id, n.at, {} "
            "from n join tickets t on t.external_id = n.ticket "
            "left join comments c on c.organization_id = t.organization_id and c.external_id = n.comment "
            "on conflict do nothing",
            ids, [each.ticket for each in mails], [each.comment for each in mails], [each.at for each in mails],
            [each.message_id for each in mails], [each.digest for each in mails], [each.raw_digest for each in mails],
            [each.size for each in mails], [each.from_name for each in mails], [each.from_address for each in mails],
            [" ".join(each.to) for each in mails], [" ".join(each.cc) for each in mails], [each.subject for each in mails],
            organization_id, mailbox_id, now,
        )
    )  # fmt: skip
    with_ids = [each for each in mails if each.message_id is not None]
    await db.execute(
        sql(
            "insert into mail_ids (organization_id, digest, kind, mail_id, message_id, ticket_id, comment_id, created_at) "
            "select r.organization_id, n.id_digest, 'received', r.id, r.message_id, r.ticket_id, r.comment_id, r.arrived_at "
            "from unnest({}::bytea[], {}::bytea[]) n (id_digest, digest) "
            "join received_mails r on r.content_digest = n.digest and r.duplicate_of is null and r.ticket_id is not null "
            "on conflict do nothing",
            [digest_of(each.message_id or "") for each in with_ids],
            [each.digest for each in with_ids],
        )
    )
