"""Looks into the mailboxes that are read by IMAP, each in a thread of its own."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

import structlog

from deskbell.channels.mail.imap import Login, LookFailed
from deskbell.channels.mail.in_order import InOrder
from deskbell.channels.mail.intake import Incoming, Intake
from deskbell.channels.mail.tokens import NoToken, TokenSource
from deskbell.channels.mail.watching import Patience, Watcher
from deskbell.features.mail.imap import Place, WatchedAccount
from deskbell.features.mail.queries import imap as queries
from deskbell.features.mail.service import imap as service
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.sealing import CannotOpen, sealer_of
from deskbell.runtime.tools import Tools

T = TypeVar("T")
_log: Final = structlog.get_logger("deskbell.mail")
_MOST: Final = 200
"""Mailboxes of one worker."""
POLL_SECONDS: Final = 5.0
"""From one look for mailboxes that no worker follows to the next."""
_STORED_WITHIN: Final = 300.0


async def watch_mailboxes(tools: Tools) -> None:
    """Runs until cancelled, in any number of workers: each mailbox has one at a time."""
    intake = Intake(tools.database, tools.storage, tools.settings)
    watching: dict[UUID, asyncio.Task[None]] = {}
    watch = MailboxWatch(tools, intake)
    try:
        while True:
            try:
                for account in await watch.claim(_MOST - len(watching)):
                    task = asyncio.create_task(watch.follow(account))
                    watching[account.mailbox_id] = task
                    task.add_done_callback(partial(_ended, watching, account.mailbox_id))
            except DATABASE_ERRORS:
                _log.warning("mailboxes could not be claimed; retrying", exc_info=True)
            await asyncio.sleep(POLL_SECONDS)
    finally:
        watch.stop()
        for task in list(watching.values()):
            task.cancel()
        await asyncio.gather(*watching.values(), return_exceptions=True)
        await watch.close()
        await intake.close()


def _ended(watching: dict[UUID, asyncio.Task[None]], mailbox_id: UUID, _task: asyncio.Task[None]) -> None:
    watching.pop(mailbox_id, None)


class MailboxWatch:
    """One worker's mailboxes."""

    def __init__(self, tools: Tools, intake: Intake, patience: Patience | None = None) -> None:
        self._tools, self._intake = tools, intake
        self._patience = patience or Patience()
        self._is_stopping = False
        self._sealer = sealer_of(tools.settings)
        self._allowed = AllowedHosts(tools.settings.webhook_allowed_hosts)
        self._tokens = TokenSource(tools.database, tools.settings)
        self._watchers: dict[UUID, Watcher] = {}

    async def claim(self, limit: int) -> list[WatchedAccount]:
        """Takes mailboxes that no worker looks into."""
        if limit <= 0:
            return []
        now = utc_now()
        async with self._tools.database.unit(None) as uow:
            await uow.begin()
            return await queries.claim(uow.db, now, now + service.LEASE, limit)

    async def close(self) -> None:
        """Ends the connections that are kept."""
        await self._tokens.close()

    def stop(self) -> None:
        """Ends every watcher within seconds; none begins any more."""
        self._is_stopping = True
        for watcher in list(self._watchers.values()):
            watcher.stop()

    async def follow(self, account: WatchedAccount) -> None:
        """Looks into one mailbox until its settings change, it fails, or the worker ends."""
        actor = Actor.system(account.organization_id)
        loop = asyncio.get_running_loop()
        mails = InOrder(self._intake)

        def wait_for(coroutine: Coroutine[Any, Any, T]) -> T:
            return asyncio.run_coroutine_threadsafe(coroutine, loop).result(_STORED_WITHIN)

        try:
            async with self._tools.database.unit(actor) as uow:
                password = await service.password_of(uow, account, self._sealer)
                places = await service.places_of(uow, account)
            if account.auth == "oauth":
                password = await self._tokens.token(account.organization_id, account.mailbox_id)
            watcher = Watcher(
                _login(account, password), places, self._allowed, self._tools.settings.max_mail_bytes,
                lambda raw, *, is_missing: wait_for(mails.take(_incoming(account, raw, is_missing=is_missing))),
                lambda found: wait_for(self._looked(actor, account, found)), self._patience,
            )  # fmt: skip
            if self._is_stopping:
                return
            self._watchers[account.mailbox_id] = watcher
            keeping = asyncio.create_task(self._keep(actor, account))
            try:
                await _in_thread(watcher.run)
            finally:
                watcher.stop()
                keeping.cancel()
                del self._watchers[account.mailbox_id]
                await mails.filed()
            async with self._tools.database.unit(actor) as uow:
                await uow.begin()
                await queries.release(uow.db, account, utc_now())
        except LookFailed as failure:
            await self._failed(actor, account, failure.trouble, failure.detail)
        except NoToken as failure:
            await self._failed(actor, account, "token", failure.detail)
        except CannotOpen:
            await self._failed(
                actor, account, "secret", "Enter the password again, or set DESKBELL_SECRET_KEY_PREVIOUS"
            )
        except Exception:  # noqa: BLE001 - one mailbox must not end the others; its lease ends, and it is tried again
            _log.warning("looking into a mailbox failed", mailbox_id=str(account.mailbox_id), exc_info=True)

    async def _looked(self, actor: Actor, account: WatchedAccount, places: dict[str, Place]) -> bool:
        async with self._tools.database.unit(actor) as uow:
            return await service.looked(uow, account, places)

    async def _keep(self, actor: Actor, account: WatchedAccount) -> None:
        """Keeps the account's lease while it is looked into: a worker that dies is followed by another within a minute."""
        while True:
            await asyncio.sleep(service.LEASE.total_seconds() / 3)
            try:
                async with self._tools.database.unit(actor) as uow:
                    await service.keep(uow, account)
            except DATABASE_ERRORS:
                _log.warning(
                    "the lease of a mailbox could not be kept", mailbox_id=str(account.mailbox_id), exc_info=True
                )

    async def _failed(self, actor: Actor, account: WatchedAccount, trouble: str, detail: str) -> None:
        _log.info("a mailbox cannot be read", mailbox_id=str(account.mailbox_id), trouble=trouble)
        async with self._tools.database.unit(actor) as uow:
            await service.failed(uow, account, trouble, detail)


async def _in_thread(run: Callable[[], None]) -> None:
    """Runs a function in a thread of its own, which does not keep the process from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def end(error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def body() -> None:
        error: BaseException | None = None
        try:
            run()
        except BaseException as raised:  # noqa: BLE001 - it is raised where the thread is awaited
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(end, error)

    threading.Thread(target=body, name="deskbell-imap", daemon=True).start()
    await done


def _incoming(account: WatchedAccount, raw: bytes, *, is_missing: bool) -> Incoming:
    return Incoming(
        organization_id=account.organization_id, mailbox_id=account.mailbox_id, source="imap", raw=raw,
        is_missing=is_missing,
    )  # fmt: skip


def _login(account: WatchedAccount, password: str) -> Login:
    return Login(
        host=account.host, port=account.port, security=account.security, username=account.username, password=password,
        auth=account.auth, folder=account.folder, more_folders=account.more_folders, first_days=account.first_days,
        after=account.after, move_to=account.move_to,
    )  # fmt: skip
