"""Contract v1 beside the floor, one worker each: get a ticket, list 25 by status newest first, create a ticket."""

import asyncio
import json
from datetime import timedelta
from uuid import UUID

import msgspec

from benchmarks.load import Figures, measure
from benchmarks.servers import granian, postgres
from deskbell.features.accounts.service import people
from deskbell.features.accounts.service.sessions import Device, start_session
from deskbell.features.accounts.tokens import AccessClaims, TokenKeys
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

SECRET = "a secret key for benchmarks, long enough"  # noqa: S105 - opens nothing but this run
TICKETS = 10_000
BODY = json.dumps({"subject": "Zip is broken", "description": "The zip of my new jacket broke on day one. " * 4}).encode()


async def _fill(dsn: str) -> tuple[UUID, UUID, str, str]:
    """An organization with tickets; returns it, a ticket, and tokens of an agent and a customer that last the run."""
    await migrate(dsn)
    database = await Database.open(dsn)
    keys, organization = TokenKeys(SECRET), new_id()
    tokens = {}
    async with database.unit(None) as uow:
        await uow.db.execute(
            "insert into organizations (id, name, created_at, updated_at) values ($1, 'Bench', now(), now())", organization
        )
    for role in (Role.CUSTOMER, Role.AGENT):
        async with database.unit(Actor.system(organization)) as uow:
            member = await people.add_member(uow, email=f"{role}@bench.example", name=role, role=role, how="bench")
            await uow.db.execute("update users set email_verified_at = now() where id = $1", member.user_id)
            member = msgspec.structs.replace(member, verified=True)
            signed = await start_session(uow, keys, member, Device())
            until = (uow.now + timedelta(hours=2)).timestamp()
            claims = AccessClaims(member.user_id, organization, signed.session_id, role.value, until)
            tokens[role] = keys.access(claims, uow.now)
            customer = member.user_id if role is Role.CUSTOMER else customer
    async with database.unit(Actor.system(organization)) as uow:
        await uow.db.execute(
            "insert into tickets (organization_id, id, number, subject, description, status, requester_id, created_at, updated_at) "
            "select $1, gen_random_uuid(), n, 'Ticket ' || n, 'The zip of my new jacket broke on day one.', "
            "(array['new', 'open', 'pending', 'solved', 'closed'])[1 + n % 5], $2, now() - n * interval '1 minute', now() "
            "from generate_series(1, $3::int) n",
            organization, customer, TICKETS,
        )  # fmt: skip
        await uow.db.execute("insert into ticket_numbers values ($1, $2)", organization, TICKETS)
        await uow.db.execute("select deskbell_fold_counts(1000)")
        ticket = await uow.db.fetch_value("select id from tickets where number = 77")
    await database.close()
    return organization, ticket, tokens[Role.AGENT], tokens[Role.CUSTOMER]


def _request(method: str, path: str, token: str | None = None, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def run() -> list[tuple[str, Figures, Figures]]:
    """Each operation's figures: Deskbell's and the floor's, taken in turns so that noise meets both."""
    with postgres() as (dsn, folder):
        organization, ticket, agent, customer = asyncio.run(_fill(dsn))
        environ = {
            "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder), "DESKBELL_SECRET_KEY": SECRET,
            "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off", "FLOOR_ORGANIZATION": str(organization),
        }  # fmt: skip
        operations = [
            ("get a ticket", _request("GET", f"/api/v1/tickets/{ticket}", agent), _request("GET", f"/ticket/{ticket}"), 6000),
            ("list 25 by status", _request("GET", "/api/v1/tickets?status=open&limit=25", agent), _request("GET", "/list"), 3000),
            ("create a ticket", _request("POST", "/api/v1/tickets", customer, BODY), _request("POST", "/create", None, BODY), 2000),
        ]  # fmt: skip
        with (
            granian("deskbell.app:application", environ, "/readyz", factory=True) as ours,
            granian("benchmarks.floor:app", environ, "/list") as floor,
        ):
            results = []
            for name, mine, theirs, count in operations:
                pairs = []
                for _ in range(4):
                    pairs.append(
                        (
                            measure(ours, lambda _, r=mine: r, count=count),
                            measure(floor, lambda _, r=theirs: r, count=count),
                        )
                    )
                pairs = sorted(pairs[1:], key=lambda pair: pair[0].per_second / pair[1].per_second)
                results.append((name, *pairs[1]))
            return results


def main() -> None:
    """Prints a table."""
    print("| operation | Deskbell req/s (p50, p99 ms) | floor req/s (p50, p99 ms) | ratio | failures |")
    print("|---|---|---|---|---|")
    for name, mine, floor in run():
        ratio = mine.per_second / floor.per_second
        print(
            f"| {name} | {mine.per_second:.0f} ({mine.p50:.1f}, {mine.p99:.1f}) "
            f"| {floor.per_second:.0f} ({floor.p50:.1f}, {floor.p99:.1f}) | {ratio:.0%} | {mine.failures}/{floor.failures} |"
        )


if __name__ == "__main__":
    main()
