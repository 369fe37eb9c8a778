"""A statement of a request that runs too long is stopped; what works outside of requests has no such limit."""

from pathlib import Path

from deskbell.runtime.database import Database
from tests.support.desk import running_desk


async def test_a_request_whose_statement_takes_too_long_is_answered_with_503(database_url: str, tmp_path: Path) -> None:
    async with running_desk(database_url, tmp_path, DESKBELL_STATEMENT_TIMEOUT="1") as desk:
        shop = await desk.organization()
        agent = await shop.client("agent")
        ticket = (await agent.post("/tickets", {"subject": "Busy", "description": "…"})).json()["data"]
        async with desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update tickets set updated_at = now() where id = $1", ticket["id"])
            stopped = await agent.patch(f"/tickets/{ticket['id']}/status", {"status": "open"})
        assert stopped.status_code == 503, stopped.text
        assert stopped.json()["error"]["message"].startswith("The request took too long and was stopped.")
        assert (await agent.patch(f"/tickets/{ticket['id']}/status", {"status": "open"})).status_code == 200


async def test_jobs_and_commands_have_no_limit(database_url: str) -> None:
    database = await Database.open(database_url, size=1)
    try:
        async with database.unit(None) as uow:
            assert await uow.db.fetch_value("show statement_timeout") == "0"
    finally:
        await database.close()


async def test_a_request_never_rests_in_a_transaction_for_long(database_url: str) -> None:
    database = await Database.open(database_url, size=1, statement_timeout=90)
    try:
        async with database.unit(None) as uow:
            assert await uow.db.fetch_value("show idle_in_transaction_session_timeout") == "90s"
    finally:
        await database.close()
