"""Mailboxes that are read by IMAP."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import asdict, replace

from deskbell.features.mail.events import MailboxFailing, MailboxRecovered, MailboxUpdated
from deskbell.features.mail.imap import ImapAccount, ImapSettings, Place, WatchedAccount
from deskbell.features.mail.queries import imap as queries
from deskbell.features.mail.queries import keys
from deskbell.features.mail.service.boxes import get as get_mailbox
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid, NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sealing import Sealer

LEASE: Final = timedelta(minutes=1)
"""The time after which another worker looks, unless the one that does has said meanwhile that it is alive."""
ALERT_AFTER: Final = timedelta(minutes=15)
PAUSE: Final = timedelta(seconds=15)
"""After the first failure; each further one doubles it."""
_LONGEST_PAUSE: Final = timedelta(minutes=5)
_SHOWN: Final = (
    "host", "port", "security", "username", "auth", "folder", "more_folders", "first_days", "after", "move_to", "enabled"
)  # fmt: skip


async def get(uow: UnitOfWork, mailbox_id: UUID) -> ImapAccount:
    """The account of a mailbox, without its password. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get_mailbox(uow, mailbox_id)
    found = await queries.find(uow.db, mailbox_id)
    if found is None:
        raise NotFound("imap_account")
    return found


async def save(uow: UnitOfWork, mailbox_id: UUID, settings: ImapSettings, sealer: Sealer) -> ImapAccount:
    """Sets how a mailbox is read; it is tried within seconds. Raises `NotFound`, `Invalid`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get_mailbox(uow, mailbox_id)
    await uow.begin()
    before = await queries.lock(uow.db, mailbox_id)
    base = before or ImapAccount(
        mailbox_id=mailbox_id, host="", port=993, security="tls", username="", updated_at=uow.now
    )
    given = {name: value for name, value in asdict(settings).items() if value is not UNSET and name != "password"}
    after = replace(base, **given)
    after = replace(after, more_folders=[each for each in dict.fromkeys(after.more_folders) if each != after.folder])
    # A stored password goes to the server that it was entered for, and to no other.
    is_known = before is not None and _target(before) == _target(after)
    _check(after, has_password=is_known or settings.password not in (UNSET, ""))
    if before is None:
        secret_id = new_id()
        await _keep(uow, secret_id, settings, sealer)
        await queries.add(uow.db, uow.actor.organization_id, after, secret_id)
    else:
        known = await queries.secret_of(uow.db, mailbox_id)
        if settings.password not in (UNSET, "") and known is not None:
            await _keep(uow, known, settings, sealer)
        starts_over = (after.host, after.username) != (before.host, before.username)
        await queries.change(uow.db, after, starts_over=starts_over, now=uow.now)
    changes = {
        f"imap.{name}": Change(None if before is None else getattr(before, name), getattr(after, name))
        for name in _SHOWN
        if before is None or getattr(before, name) != getattr(after, name)
    }
    if settings.password not in (UNSET, ""):
        changes["imap.password"] = Change(None, "changed")
    if changes:
        uow.record(MailboxUpdated(mailbox_id=mailbox_id, changes=changes))
    return await get(uow, mailbox_id)


async def _keep(uow: UnitOfWork, secret_id: UUID, settings: ImapSettings, sealer: Sealer) -> None:
    password = "" if settings.password is UNSET else settings.password
    sealed = sealer.seal(password.encode(), str(secret_id))
    await keys.add_secret(uow.db, uow.actor.organization_id, secret_id, "imap", sealed, uow.now)


def _target(account: ImapAccount) -> tuple[str, int, str, str]:
    return account.host, account.port, account.security, account.username


def _check(account: ImapAccount, *, has_password: bool) -> None:
    problems = [Problem.at(name, "blank") for name in ("host", "username") if not getattr(account, name).strip()]
    if not has_password and account.auth == "password":
        problems.append(Problem.at("password", "missing"))
    problems += [
        Problem.at(f"more_folders.{i}", "blank") for i, each in enumerate(account.more_folders) if not each.strip()
    ]
    if account.after == "move" and not account.move_to.strip():
        problems.append(Problem.at("move_to", "blank"))
    if account.after == "move" and account.move_to in (account.folder, *account.more_folders):
        problems.append(Problem.at("move_to", "imap_account.moves_in_circles"))
    if problems:
        raise Invalid(problems)


async def remove(uow: UnitOfWork, mailbox_id: UUID) -> None:
    """No longer reads a mailbox by IMAP, and deletes its password. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get(uow, mailbox_id)
    await uow.begin()
    await queries.remove(uow.db, mailbox_id)
    uow.record(MailboxUpdated(mailbox_id=mailbox_id, changes={"imap.enabled": Change(True, None)}))


async def for_test(uow: UnitOfWork, mailbox_id: UUID, sealer: Sealer) -> tuple[ImapAccount, str]:
    """An account with its password, for a test of it. Raises `NotFound`, `CannotOpen`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    account = await get(uow, mailbox_id)
    return account, await _password(uow, await queries.secret_of(uow.db, mailbox_id), sealer)


@step("the worker that looks into mailboxes")
async def password_of(uow: UnitOfWork, account: WatchedAccount, sealer: Sealer) -> str:
    """The password of an account. Raises `CannotOpen`."""
    return await _password(uow, account.secret_id, sealer)


async def _password(uow: UnitOfWork, secret_id: UUID | None, sealer: Sealer) -> str:
    sealed = None if secret_id is None else await keys.sealed(uow.db, secret_id)
    return "" if sealed is None else sealer.open(sealed, str(secret_id)).decode()


@step("the worker that looks into mailboxes")
async def places_of(uow: UnitOfWork, account: WatchedAccount) -> dict[str, Place]:
    """The place in each folder up to which its mails were taken."""
    return await queries.places(uow.db, account.mailbox_id)


@step("the worker that looks into mailboxes")
async def looked(uow: UnitOfWork, account: WatchedAccount, places: Mapping[str, Place]) -> bool:
    """Notes a successful look; False if the settings changed meanwhile, so that the worker begins again."""
    await uow.begin()
    before = await queries.looked(uow.db, account, places, uow.now, uow.now + LEASE)
    if before is None:
        return False
    if before[1]:
        uow.record(MailboxRecovered(mailbox_id=account.mailbox_id))
    return True


@step("the worker that looks into mailboxes")
async def keep(uow: UnitOfWork, account: WatchedAccount) -> None:
    """Keeps the account with its worker for the time of another lease."""
    await uow.begin()
    await queries.keep(uow.db, account, uow.now + LEASE)


@step("the worker that looks into mailboxes")
async def failed(uow: UnitOfWork, account: WatchedAccount, trouble: str, detail: str) -> None:
    """Notes a failed look. The pause before the next grows to five minutes; after 15 minutes the admins are notified once."""
    await uow.begin()
    pause = min(PAUSE * 2 ** min(account.failures, 10), _LONGEST_PAUSE)
    if await queries.failed(uow.db, account, trouble, detail, uow.now, uow.now + pause, uow.now - ALERT_AFTER):
        uow.record(MailboxFailing(mailbox_id=account.mailbox_id, trouble=trouble, detail=detail[:500]))
