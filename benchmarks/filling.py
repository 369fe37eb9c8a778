"""Organizations to measure on: people with tokens that last a run, and as many tickets as one likes, made by SQL."""

from datetime import timedelta
from uuid import UUID

import msgspec

from deskbell.features.access.service import memberships
from deskbell.features.access.service.sessions import Device, start_session
from deskbell.features.access.tokens import AccessClaims, TokenKeys
from deskbell.features.tickets.queries.references import add_tags
from deskbell.kernel.actor import Actor
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import Database

SECRET = "a secret key for benchmarks, long enough"
BATCH = 20_000
COMMON, RARE = (
    "order",
    "marmalade",
)  # the words that a fifth of all tickets hold, and that ten tickets hold whatever there are

_TICKETS = f"""
insert into tickets (organization_id, id, number, subject, description, status, priority, type, requester_id, assignee_id,
                     tag_ids, created_at, updated_at)
select $1, gen_random_uuid(), n, 'Ticket ' || n || ' about ' || w.words[1] || ' ' || w.words[2],
       array_to_string(w.words, ' ') || case when n % 5 = 0 then ' {COMMON}' else '' end
         || case when n % ($4::int / 10) = 7 then ' {RARE}' else '' end,
       case when n % 20 = 0 then 'open' when n % 20 = 1 then 'pending' when n % 20 < 4 then 'new' else 'closed' end,
       (array['low', 'normal', 'normal', 'high', 'urgent'])[1 + n % 5],
       (array['question', 'incident', 'problem', 'task'])[1 + n % 4],
       $2, ($3::uuid[])[1 + n / 20 % cardinality($3::uuid[])],
       case when n % 10 = 0 then array[($7::uuid[])[51]] when n % 10 = 1 then array[($7::uuid[])[52], ($7::uuid[])[1 + n % 50]]
            else '{{}}' end,
       now() - n * interval '1 minute', now() - n * interval '1 minute'
  from generate_series($5::int, $6::int) n
 cross join lateral (select array_agg('w' || (power(random(), 3) * 20000)::int) as words
                       from generate_series(1, 25) x where n > 0) w
returning id
"""
_COMMENTS = """
insert into comments (organization_id, id, ticket_id, author_id, body, public, created_at)
select organization_id, gen_random_uuid(), id, requester_id,
       'Thank you for ' || (select string_agg('w' || (power(random(), 3) * 20000)::int, ' ')
                              from generate_series(1, 15) x where number > 0),
       number % 7 > 0, created_at
  from tickets where organization_id = $1 and id = any ($2)
"""


class Organization(msgspec.Struct, frozen=True):
    """Who and what there is to ask with."""

    id: UUID
    customer: UUID
    agents: list[UUID]
    agent_token: str
    customer_token: str


async def new_organization(database: Database, name: str = "Bench", agents: int = 1) -> Organization:
    """An organization with a customer and agents."""
    keys, organization = TokenKeys(SECRET), new_id()
    async with database.unit(None) as uow:
        await uow.db.execute(
            "insert into organizations (id, name, created_at, updated_at) values ($1, $2, now(), now())",
            organization,
            name,
        )
    customer, customer_token = await add_member(database, keys, organization, Role.CUSTOMER, name)
    staff = [await add_member(database, keys, organization, Role.AGENT, f"{name}{n}") for n in range(agents)]
    return Organization(organization, customer, [each[0] for each in staff], staff[0][1], customer_token)


async def add_member(
    database: Database, keys: TokenKeys, organization: UUID, role: Role, name: str
) -> tuple[UUID, str]:
    """A member with a confirmed address; their id and a token."""
    async with database.unit(Actor.system(organization)) as uow:
        address = f"{role}.{name}@bench.example".lower()
        member = await memberships.add_member(uow, email=address, name=role, role=role, how="bench")
        await uow.db.execute("update users set email_verified_at = now() where id = $1", member.user_id)
        member = msgspec.structs.replace(member, verified=True)
        signed = await start_session(uow, keys, member, Device())
        until = (uow.now + timedelta(hours=2)).timestamp()
        claims = AccessClaims(member.user_id, organization, signed.session_id, role.value, until)
        return member.user_id, keys.access(claims, uow.now)


async def _add_tags(database: Database, organization: Organization) -> list[UUID]:
    """`tag0` to `tag49`, `billing` and `shipping`."""
    names = [*(f"tag{n}" for n in range(50)), "billing", "shipping"]
    ids = [new_id() for _ in names]
    async with database.unit(Actor.system(organization.id)) as uow:
        await add_tags(uow.db, organization.id, ids, names, uow.now)
    return ids


async def add_tickets(database: Database, organization: Organization, count: int) -> None:
    """Tickets with 25 words and a comment of 18 each: a twentieth open, four fifths closed, a tenth tagged `billing`.

    They go in as an import does it, batch by batch, so that search documents and counts are maintained as ever.
    """
    tag_ids = await _add_tags(database, organization)
    for start in range(1, count + 1, BATCH):
        async with database.unit(Actor.system(organization.id)) as uow:
            await uow.db.execute("select set_config('deskbell.bulk', 'on', true)")
            rows = await uow.db.fetch_all(
                _TICKETS, organization.id, organization.customer, organization.agents, count, start,
                min(count, start + BATCH - 1), tag_ids,
            )  # fmt: skip
            ids = [row[0] for row in rows]
            await uow.db.execute(_COMMENTS, organization.id, ids)
            await uow.db.execute("select deskbell_search_build($1)", ids)
    async with database.unit(Actor.system(organization.id)) as uow:
        await uow.db.execute("insert into ticket_numbers values ($1, $2)", organization.id, count)
        await uow.db.execute("select deskbell_fold_counts(1000)")
