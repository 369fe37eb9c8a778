"""Sign-ins of mailboxes at their provider."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.sign_in import SignIn
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_SIGN_INS: Final = Table("mail_sign_ins", SignIn, "s", key="mailbox_id")


async def find(db: Db, mailbox_id: UUID) -> SignIn | None:
    """The sign-in of a mailbox."""
    return await _SIGN_INS.find(db, sql("s.mailbox_id = {}", mailbox_id))


async def lock(db: Db, mailbox_id: UUID) -> SignIn | None:
    """The sign-in of a mailbox, locked until the unit ends."""
    return await _SIGN_INS.find(db, sql("s.mailbox_id = {} for update", mailbox_id))


async def lock_state(db: Db, state_digest: bytes, begun_by: UUID, now: datetime) -> SignIn | None:
    """The sign-in that this person began with this state, locked; the state is good once, and for a while."""
    found = await _SIGN_INS.find(
        db,
        sql("s.state_digest = {} and s.begun_by = {} and s.state_until > {} for update", state_digest, begun_by, now),
    )
    if found is not None:
        await db.execute(
            sql(
                "update mail_sign_ins set state_digest = null, state_until = null where mailbox_id = {}",
                found.mailbox_id,
            )
        )
    return found


async def secret_of(db: Db, mailbox_id: UUID) -> UUID | None:
    """The id of a sign-in's secrets."""
    value = await db.fetch_value(sql("select secret_id from mail_sign_ins where mailbox_id = {}", mailbox_id))
    return None if value is None else UUID(bytes=value.bytes)


async def add(db: Db, organization_id: UUID, new: SignIn, secret_id: UUID) -> None:
    """Adds a sign-in."""
    await db.execute(_SIGN_INS.insert(new, organization_id=organization_id, secret_id=secret_id))


async def change(db: Db, sign_in: SignIn, renew_at: datetime | None, now: datetime) -> None:
    """Writes new settings; the tokens that were given to the old ones are void."""
    await db.execute(
        sql(
            "update mail_sign_ins set provider = {}, flow = {}, client_id = {}, tenant = {}, authorize_url = {}, token_url = {}, "
            "scope = {}, updated_at = {}, signed_in_at = null, expires_at = null, renew_at = {}, state_digest = null, "
            "failures = 0, alerted_at = null, trouble = null, detail = null where mailbox_id = {}",
            sign_in.provider, sign_in.flow, sign_in.client_id, sign_in.tenant, sign_in.authorize_url, sign_in.token_url,
            sign_in.scope, now, renew_at, sign_in.mailbox_id,
        )
    )  # fmt: skip


async def remove(db: Db, mailbox_id: UUID) -> bool:
    """Deletes a sign-in with its secrets; False if there is none."""
    return bool(
        await db.execute(
            sql(
                "delete from sealed_secrets where id in (select secret_id from mail_sign_ins where mailbox_id = {})",
                mailbox_id,
            )
        )
    )


async def begin(db: Db, mailbox_id: UUID, state_digest: bytes, begun_by: UUID, until: datetime) -> None:
    """Notes that a person is signing in at the provider."""
    await db.execute(
        sql(
            "update mail_sign_ins set state_digest = {}, begun_by = {}, state_until = {} where mailbox_id = {}",
            state_digest, begun_by, until, mailbox_id,
        )
    )  # fmt: skip


async def holds(db: Db, mailbox_id: UUID, until: datetime) -> bool:
    """Whether a claim still counts: no sign-in, change of settings or other claim came since."""
    return bool(
        await db.fetch_value(
            sql("select renew_at = {} from mail_sign_ins where mailbox_id = {} for update", until, mailbox_id)
        )
    )


async def renewed(db: Db, mailbox_id: UUID, expires_at: datetime, renew_at: datetime, now: datetime) -> bool:
    """Notes new tokens; True if the admins were notified that there are none."""
    row = await db.fetch_one(
        sql("select alerted_at is not null as alerted from mail_sign_ins where mailbox_id = {} for update", mailbox_id)
    )
    await db.execute(
        sql(
            "update mail_sign_ins set signed_in_at = coalesce(signed_in_at, {}), expires_at = {}, renew_at = {}, failures = 0, "
            "alerted_at = null, trouble = null, detail = null where mailbox_id = {}",
            now, expires_at, renew_at, mailbox_id,
        )
    )  # fmt: skip
    return bool(row is not None and row["alerted"])


async def failed(
    db: Db, mailbox_id: UUID, trouble: str, detail: str, renew_at: datetime | None, now: datetime, *, is_final: bool
) -> bool:
    """Notes that no token was given; True if the admins are notified now: for a refusal, or the third failure in a row."""
    row = await db.fetch_one(
        sql(
            "update mail_sign_ins set trouble = {}, detail = {}, failures = failures + 1, renew_at = {}, "
            "signed_in_at = case when {} then null else signed_in_at end, "
            "alerted_at = case when alerted_at is null and ({} or failures >= 2) then {} else alerted_at end "
            "where mailbox_id = {} returning alerted_at = {} as is_due",
            trouble, detail[:500], renew_at, is_final, is_final, now, mailbox_id, now,
        )
    )  # fmt: skip
    return bool(row is not None and row["is_due"])


async def claim(db: Db, mailbox_id: UUID, now: datetime, until: datetime) -> bool:
    """Claims the renewal of a token that is due; False if another worker renews it, or it is not due."""
    return bool(
        await db.execute(
            sql(
                "update mail_sign_ins set renew_at = {} where mailbox_id = {} and renew_at <= {}",
                until,
                mailbox_id,
                now,
            )
        )
    )


async def due(db: Db, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Organization and mailbox of sign-ins whose tokens are due for renewal."""
    rows = await db.fetch_all(
        sql("select organization_id, mailbox_id from deskbell_mail_sign_ins_due({}, {})", now, limit)
    )
    return [(UUID(bytes=row["organization_id"].bytes), UUID(bytes=row["mailbox_id"].bytes)) for row in rows]
