"""Mailboxes that send through a mail server of their own."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import asdict, replace

from deskbell.features.mail.events import MailboxFailing, MailboxRecovered, MailboxUpdated
from deskbell.features.mail.outgoing import DueDelivery
from deskbell.features.mail.queries import keys
from deskbell.features.mail.queries import smtp as queries
from deskbell.features.mail.service.boxes import get as get_mailbox
from deskbell.features.mail.smtp import SmtpAccount, SmtpRate, SmtpSettings
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid, NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.mail_transport import Answer
from deskbell.runtime.sealing import Sealer

ALERT_AFTER: Final = timedelta(minutes=15)
_PAUSE: Final = timedelta(seconds=30)
_LONGEST_PAUSE: Final = timedelta(minutes=5)
_MINUTE: Final = timedelta(minutes=1)
_MOST_SLOWED: Final = 6
_SHOWN: Final = ("host", "port", "security", "username", "auth", "enabled", "connections", "per_minute")


async def get(uow: UnitOfWork, mailbox_id: UUID) -> SmtpAccount:
    """The mail server of a mailbox, without its password. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get_mailbox(uow, mailbox_id)
    found = await queries.find(uow.db, mailbox_id)
    if found is None:
        raise NotFound("smtp_account")
    return found


async def save(uow: UnitOfWork, mailbox_id: UUID, settings: SmtpSettings, sealer: Sealer) -> SmtpAccount:
    """Sets how a mailbox sends; the next mail goes that way. Raises `NotFound`, `Invalid`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get_mailbox(uow, mailbox_id)
    await uow.begin()
    before = await queries.lock(uow.db, mailbox_id)
    base = before or SmtpAccount(mailbox_id=mailbox_id, host="", port=465, security="tls", updated_at=uow.now)
    given = {name: value for name, value in asdict(settings).items() if value is not UNSET and name != "password"}
    after = replace(base, **given)
    has_password = settings.password not in (UNSET, "")
    # A stored password goes to the server that it was entered for, and to no other.
    is_known = before is not None and _target(before) == _target(after)
    _check(after, has_password=is_known or has_password)
    secret_id = await queries.secret_of(uow.db, mailbox_id) or new_id()
    if before is None or has_password:
        password = "" if settings.password is UNSET else settings.password
        sealed = sealer.seal(password.encode(), str(secret_id))
        await keys.add_secret(uow.db, uow.actor.organization_id, secret_id, "smtp", sealed, uow.now)
    if before is None:
        await queries.add(uow.db, uow.actor.organization_id, after, secret_id)
    else:
        await queries.change(uow.db, after, uow.now)
    changes = {
        f"smtp.{name}": Change(None if before is None else getattr(before, name), getattr(after, name))
        for name in _SHOWN
        if before is None or getattr(before, name) != getattr(after, name)
    }
    if has_password:
        changes["smtp.password"] = Change(None, "changed")
    if changes:
        uow.record(MailboxUpdated(mailbox_id=mailbox_id, changes=changes))
    return await get(uow, mailbox_id)


def _target(account: SmtpAccount) -> tuple[str, int, str, str]:
    return account.host, account.port, account.security, account.username


def _check(account: SmtpAccount, *, has_password: bool) -> None:
    problems = [] if account.host.strip() else [Problem.at("host", "blank")]
    if account.auth == "oauth" and not account.username.strip():
        problems.append(Problem.at("username", "blank"))
    if account.auth == "password" and account.username.strip() and not has_password:
        problems.append(Problem.at("password", "missing"))
    if problems:
        raise Invalid(problems)


async def remove(uow: UnitOfWork, mailbox_id: UUID) -> None:
    """Sends the mailbox's mail through the server's mail server again, and deletes the password. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    await get(uow, mailbox_id)
    await uow.begin()
    await queries.remove(uow.db, mailbox_id)
    uow.record(MailboxUpdated(mailbox_id=mailbox_id, changes={"smtp.enabled": Change(True, None)}))


async def for_test(uow: UnitOfWork, mailbox_id: UUID, sealer: Sealer) -> tuple[SmtpAccount, str]:
    """An account with its password, for a test of it. Raises `NotFound`, `CannotOpen`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    account = await get(uow, mailbox_id)
    return account, await _password(uow, mailbox_id, sealer)


async def password_of(uow: UnitOfWork, account: SmtpAccount, sealer: Sealer) -> str:
    """The password of an account. Raises `CannotOpen`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    return await _password(uow, account.mailbox_id, sealer)


async def _password(uow: UnitOfWork, mailbox_id: UUID, sealer: Sealer) -> str:
    secret_id = await queries.secret_of(uow.db, mailbox_id)
    sealed = None if secret_id is None else await keys.sealed(uow.db, secret_id)
    return "" if sealed is None else sealer.open(sealed, str(secret_id)).decode()


@step("the dispatcher of mail")
async def account_for(uow: UnitOfWork, mailbox_id: UUID) -> SmtpAccount | None:
    """The own mail server of a mailbox, if it has one that is enabled."""
    found = await queries.find(uow.db, mailbox_id)
    return found if found is not None and found.enabled else None


@step("the dispatcher of mail")
async def take_turn(uow: UnitOfWork, account: SmtpAccount, due: DueDelivery) -> bool:
    """Whether the mailbox may send a mail now; if not, the delivery waits for its turn, which counts as no attempt."""
    await uow.begin()
    rate = await queries.lock_rate(uow.db, account.mailbox_id)
    if rate is None:
        return True
    after, wait_until = next_turn(rate, uow.now)
    await queries.set_rate(uow.db, account.mailbox_id, after)
    if wait_until is not None:
        await queries.put_back(uow.db, due.id, due.tries, wait_until)
    return wait_until is None


def next_turn(rate: SmtpRate, now: datetime) -> tuple[SmtpRate, datetime | None]:
    """The rate after a mail asks for its turn, and the moment that it has to wait for, if any.

    A minute that ended without trouble takes back one halving. Those that wait get turns in later minutes, as many in each
    as it has places, so that they do not all come due together.
    """
    if now - rate.window_at >= _MINUTE:
        calm = rate.sent > 0 and rate.paused_until <= rate.window_at
        slowed = max(rate.slowed - 1, 0) if calm else rate.slowed
        rate = replace(rate, window_at=now, sent=0, put_back=0, slowed=slowed)
    places = max(rate.per_minute >> rate.slowed, 1)
    if now >= rate.paused_until and rate.sent < places:
        return replace(rate, sent=rate.sent + 1), None
    later = rate.put_back // places * _MINUTE
    begins = rate.paused_until if now < rate.paused_until else rate.window_at + _MINUTE
    return replace(rate, put_back=rate.put_back + 1), begins + later


def asks_for_patience(answer: Answer) -> bool:
    """Whether a server says that mails come too fast, or over too many connections (432 4.3.2 of Microsoft)."""
    words = answer.text.lstrip()
    return answer.code in (421, 432) or words.startswith(("4.3.2", "4.7."))


@step("the dispatcher of mail")
async def answered(uow: UnitOfWork, account: SmtpAccount, due: DueDelivery, answer: Answer) -> bool:
    """Notes what an answer says of the account. False if the attempt counts as none: the fault is not the mail's."""
    await uow.begin()
    if answer.no_connection:
        await wait(uow, account, due, "connect", answer.text)
        return False
    if answer.about_us:
        await failed(uow, account, "sign_in", answer.text)
        await queries.put_back(uow.db, due.id, due.tries, uow.now + _LONGEST_PAUSE)
        return False
    if asks_for_patience(answer):
        rate = await queries.lock_rate(uow.db, account.mailbox_id)
        if rate is not None:
            slower = replace(rate, slowed=min(rate.slowed + 1, _MOST_SLOWED), paused_until=uow.now + _MINUTE)
            await queries.set_rate(uow.db, account.mailbox_id, slower)
        return True
    if answer.code is None and not answer.is_final:
        await failed(uow, account, "connect", answer.text)
    elif await queries.works(uow.db, account.mailbox_id, uow.now):
        uow.record(MailboxRecovered(mailbox_id=account.mailbox_id))
    return True


@step("the dispatcher of mail")
async def failed(uow: UnitOfWork, account: SmtpAccount, trouble: str, detail: str) -> None:
    """Notes that no mail can be handed over, and pauses the mailbox; after 15 minutes the admins are notified once."""
    await uow.begin()
    count = await queries.failures(uow.db, account.mailbox_id)
    until = uow.now + min(_PAUSE * 2 ** min(count, 10), _LONGEST_PAUSE)
    alert_before = uow.now - ALERT_AFTER
    if await queries.failed(uow.db, account.mailbox_id, trouble, detail, uow.now, until, alert_before):
        uow.record(MailboxFailing(mailbox_id=account.mailbox_id, trouble=trouble, detail=detail[:500]))


@step("the dispatcher of mail")
async def wait(uow: UnitOfWork, account: SmtpAccount, due: DueDelivery, trouble: str, detail: str) -> None:
    """Puts a delivery back that could not be offered, for reasons of the account."""
    await failed(uow, account, trouble, detail)
    await queries.put_back(uow.db, due.id, due.tries, uow.now + _LONGEST_PAUSE)
