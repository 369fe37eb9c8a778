"""`kill -9` of the worker while it fetches a mailbox by IMAP: each mail is there once, and moved on the server.

In short form the worker is killed three times. `DESKBELL_FAULT_MAIL_KILLS=20` makes a long one; `DESKBELL_FAULT_SEED`
repeats one.
"""

import asyncio
import os
from random import Random
from typing import Any

from tests.cli.running import short_folder
from tests.faults.site import Site
from tests.faults.test_mail_storm import check_received, mails_of
from tests.jobs.test_imap import needs_dovecot
from tests.support.dovecot import Dovecot, running_dovecot

KILLS = int(os.environ.get("DESKBELL_FAULT_MAIL_KILLS", "3"))
SEED = int(os.environ.get("DESKBELL_FAULT_SEED", "11"))


@needs_dovecot
async def test_mails_are_fetched_once_however_often_the_worker_is_killed() -> None:
    with short_folder() as own, short_folder() as theirs, running_dovecot(theirs) as dovecot:
        site = Site(own)
        await site.start()
        try:
            await site.make_owner()
            await _fetch_and_kill(site, dovecot, Random(SEED))
        finally:
            await site.stop()


async def _fetch_and_kill(site: Site, dovecot: Dovecot, rng: Random) -> None:
    dovecot.deliver(b"From: ann@elsewhere.example\nSubject: Old\n\nOld.\n", "Done")
    of_sender = [mails_of(0), mails_of(1)]
    mails = [raw for each in of_sender for raw in each]
    database = await site.database()
    try:
        await _read_from(site, dovecot)
        async with asyncio.timeout(300):
            while await database.fetchval("select last_looked_at from imap_accounts") is None:  # noqa: ASYNC110 - a server is asked
                await asyncio.sleep(0.05)
        for raw in mails:
            dovecot.deliver(raw)
        for moment in sorted(rng.sample(range(len(mails) // 10, len(mails) * 9 // 10), KILLS)):
            await _until_stored(database, moment)
            site.kill_worker()
            if rng.random() < 0.5:
                site.kill_readers()
            # The time after which another worker looks is over now.
            await database.execute("update imap_accounts set lease_until = now()")
        await _until_stored(database, len(mails))
        await check_received(database, of_sender)
        await _until_moved(dovecot, len(mails))
        sources = await database.fetch("select distinct source from received_mails")
        assert [row[0] for row in sources] == ["imap"]
    finally:
        await database.close()


async def _read_from(site: Site, dovecot: Dovecot) -> None:
    """Has the default mailbox read from the server."""
    async with site.client() as client:
        (box,) = (await client.get("/mailboxes")).json()["data"]
        account = {
            "host": "127.0.0.1", "port": dovecot.port, "security": "none", "username": "ann", "password": "correct",
            "after": "move", "move_to": "Done",
        }  # fmt: skip
        saved = await client.put(f"/mailboxes/{box['id']}/imap", json=account)
        assert saved.status_code == 200, saved.text


async def _until_stored(database: Any, count: int) -> None:
    stored = "select count(*) from received_mails where duplicate_of is null"
    async with asyncio.timeout(600):
        while await database.fetchval(stored) < count:  # noqa: ASYNC110 - a server is asked
            await asyncio.sleep(0.01)


async def _until_moved(dovecot: Dovecot, count: int) -> None:
    """Waits until the server has all mails in the other folder; while it renames one, it is counted twice or not at all."""
    async with asyncio.timeout(600):
        while (dovecot.count(), dovecot.count("Done")) != (0, count + 1):  # noqa: ASYNC110 - a server is asked
            await asyncio.sleep(0.1)
