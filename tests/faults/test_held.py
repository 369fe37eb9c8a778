"""`kill -9` of the worker while it sends held replies: each is there exactly once, and none is lost."""

import asyncio
from collections import Counter

from tests.cli.running import short_folder
from tests.faults.site import Site

REPLIES = 12


async def test_each_held_reply_is_sent_once_however_often_the_worker_is_killed() -> None:
    with short_folder() as folder:
        site = Site(folder)
        await site.start()
        try:
            await site.make_owner()
            await _send_and_kill(site)
        finally:
            await site.stop()


async def _send_and_kill(site: Site) -> None:
    async with site.client() as client:
        made = (await client.post("/tickets", json={"subject": "Held", "description": "x"})).json()["data"]["id"]
        held = []
        for number in range(REPLIES):
            body = {"body": f"Reply {number}", "hold_seconds": 1 + number % 3}
            held.append((await client.post(f"/tickets/{made}/comments", json=body)).json()["data"]["id"])
    database = await site.database()
    try:
        sent = 0
        async with asyncio.timeout(600):
            while await database.fetchval("select count(*) from held_comments") > 0:
                now = await database.fetchval("select count(*) from comments")
                if now > sent:  # while it is at work
                    site.kill_worker()
                    sent = now
        comments = [str(row[0]) for row in await database.fetch("select id from comments order by created_at, id")]
        events = Counter(
            str(row[0]) for row in await database.fetch("select subject_id from events where type = 'comment.added'")
        )
        assert sorted(comments) == sorted(held)
        assert events == Counter(held)
    finally:
        await database.close()
