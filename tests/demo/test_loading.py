"""The demo is made once, as contracts.md describes it, however often and by however many it is asked for."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import pytest

from deskbell.cli.demo import PASSWORD, SIGN_INS
from deskbell.demo import ensure_demo
from deskbell.demo.content import articles, canned_responses, organization
from deskbell.demo.loading import IDS, PARTS
from deskbell.features.access.passwords import verify_password
from deskbell.kernel.errors import OperatorError
from deskbell.runtime.settings import Settings

Owner: TypeAlias = "asyncpg.Connection[Any]"

COUNTED = (
    "organizations",
    "users",
    "memberships",
    "tickets",
    "comments",
    "events",
    "canned_responses",
    "sla_policies",
    "articles",
)


@pytest.fixture
def settings(fresh_database_url: str, tmp_path: Path) -> Settings:
    environ = {
        "DESKBELL_DATABASE_URL": fresh_database_url,
        "DESKBELL_DATA_DIR": str(tmp_path),
        "DESKBELL_SECRET_KEY": "a secret key for tests, long enough",
    }
    return Settings.load(environ)


@pytest.fixture
async def owner(fresh_database_url: str) -> AsyncIterator[Owner]:
    connection = await asyncpg.connect(fresh_database_url)
    yield connection
    await connection.close()


async def counts(owner: Owner) -> dict[str, int]:
    return {name: await owner.fetchval(f"select count(*) from {name}") for name in COUNTED}


async def test_it_is_there_as_promised(settings: Settings, owner: Owner) -> None:
    await ensure_demo(settings)
    rows = await owner.fetch(
        "select o.name, u.email, m.role, u.platform_admin, u.password_hash, u.email_verified_at is not null as verified "
        "from users u join memberships m on m.user_id = u.id join organizations o on o.id = m.organization_id "
        "where u.password_hash is not null"
    )
    people = {row["email"]: row for row in rows}
    promised: dict[str, tuple[str, str]] = {}
    name = ""
    for heading, emails, role in SIGN_INS:
        name = heading or name
        for email in emails.split(", "):
            promised[email] = (name, role)
    assert {email: (row["name"], row["role"].replace("_", " ")) for email, row in people.items()} == {
        email: (name, role.removesuffix(", platform admin")) for email, (name, role) in promised.items()
    }
    assert [row["email"] for row in rows if row["platform_admin"]] == ["owner@demo.example"]
    assert all(row["verified"] for row in rows)
    assert await verify_password(PASSWORD, people["agent@demo.example"]["password_hash"])
    tickets = dict(await owner.fetch("select organization_id, count(*)::int from tickets group by 1"))
    assert tickets == {IDS["outfitters"]: 300, IDS["rival"]: 25}
    assert await owner.fetchval("select count(*) from canned_responses") == len(canned_responses())
    published = await owner.fetch("select slug from articles where published_at is not null")
    assert {row[0] for row in published} == {article.slug for article in articles()}
    assert await owner.fetchval("select count(*) from sla_policies") == sum(len(organization(key).sla) for key in IDS)
    workflow = {
        table: await owner.fetchval(f"select count(*) from {table}") for table in ("rules", "macros", "fields", "forms")
    }
    assert workflow == {"rules": 6, "macros": 5, "fields": 7, "forms": 1}
    assert await owner.fetchval("select count(*) from events where type = 'rule.fired'") == 0
    zones = await owner.fetch("select settings->>'time_zone' from organizations order by name")
    assert [row[0] for row in zones] == ["Europe/London", "Europe/Berlin"]


async def test_repeated_and_concurrent_starts_create_the_demo_once(settings: Settings, owner: Owner) -> None:
    await asyncio.gather(*(ensure_demo(settings) for _ in range(3)))
    before = await counts(owner)
    await ensure_demo(settings)
    assert await counts(owner) == before
    assert before["tickets"] == 325


async def test_what_was_deleted_stays_deleted_and_a_new_part_comes_to_an_old_demo(
    settings: Settings, owner: Owner
) -> None:
    await ensure_demo(settings)
    await owner.execute("delete from canned_responses")
    await owner.execute("delete from sla_policies")
    await owner.execute("delete from demo_parts where part = 'service levels'")
    await ensure_demo(settings)
    now = await counts(owner)
    assert (now["canned_responses"], now["sla_policies"] > 0) == (0, True)


async def test_an_interrupted_start_goes_on_with_the_same_tickets(
    settings: Settings, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCut(BaseException):
        """An exception that no handler catches."""

    async def cut(*_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr("deskbell.demo.loading.PARTS", (PARTS[0]._replace(load=cut),))
        with pytest.raises(PowerCut):
            await ensure_demo(settings)
    read = "select external_id, subject, created_at from tickets order by organization_id, number"
    before = await owner.fetch(read)
    await owner.execute("delete from demo_parts")
    await ensure_demo(settings)
    after = await owner.fetch(read)
    assert after[: len(before)] == before
    assert len(after) == 325


async def test_an_organization_of_somebodys_own_is_not_touched(settings: Settings, owner: Owner) -> None:
    await owner.execute(
        "insert into organizations (id, name, domain, created_at, updated_at) "
        "values (gen_random_uuid(), 'Real', 'demo.example', now(), now())"
    )
    with pytest.raises(OperatorError, match="without --demo"):
        await ensure_demo(settings)
    assert await owner.fetchval("select count(*) from memberships") == 0
