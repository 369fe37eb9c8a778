"""The search language is read twice: as SQL, and in memory by rules. Both find the same tickets."""

import random
from collections.abc import Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings

from deskbell.features.fields.configuration import current
from deskbell.features.tickets.facts import beyond_of, facts_of
from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.queries.conditions import matching, resolve_tags
from deskbell.features.tickets.queries.rules import MoreFacts, more_facts
from deskbell.features.tickets.queries.tickets import by_ids
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.service.searching import understand_in
from deskbell.kernel.actor import Actor
from deskbell.kernel.rules.facts import Occasion
from deskbell.kernel.rules.matching import compiled, names_in
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.search.groups import parse_group
from deskbell.runtime.sql import all_of, sql
from tests.support.desk import Client, Desk, Organization

TICKETS = 25
VALUES: dict[str, Sequence[str]] = {
    "status": ("new", "open", "pending", "hold", "solved", "closed"),
    "priority": ("low", "normal", "high", "urgent"),
    "type": ("question", "incident", "problem", "task", "none"),
    "channel": ("web", "API", "email"),
    "tag": ("late", "VIP", "Refund", "réfund", '"two words"', "nosuch", "none"),
    "group": ("North", '"South Pole"', "none"),
    "category": ("Boots", '"Größe 42"', "none"),
    "number": ("1", "#7", "12", "999"),
    "has": ("attachment",),
    "linked": ("1", "#2", "3,4", "5,6,7", "none"),
}
FIELDS: list[dict[str, Any]] = [
    {"key": "order", "type": "text", "label": "Order"},
    {"key": "size", "type": "dropdown", "label": "Size",
     "options": [{"key": "m", "label": "Middle"}, {"key": "l", "label": "L"}]},
    {"key": "parts", "type": "multi_select", "label": "Parts",
     "options": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]},
    {"key": "kind", "type": "nested", "label": "Kind",
     "options": [{"key": "hard", "label": "Hard"}, {"key": "hard/lap", "label": "Lap"}, {"key": "soft", "label": "Soft"}]},
    {"key": "price", "type": "decimal", "label": "Price", "limits": {"places": 2}},
    {"key": "count", "type": "integer", "label": "Count"},
    {"key": "gift", "type": "checkbox", "label": "Gift"},
    {"key": "due", "type": "date", "label": "Due"},
    {"key": "seen", "type": "datetime", "label": "Seen"},
]  # fmt: skip
OWN: dict[str, Sequence[Any]] = {
    "order": ("A-1", "Große Bestellung", "a-1 b"), "size": ("m", "l"), "parts": (["a"], ["a", "b"]),
    "kind": ("hard", "hard/lap", "soft"), "price": (9.99, 10, 250.5), "count": (0, 7, -3), "gift": (True, False),
    "due": ("2026-11-20", "2027-01-01"), "seen": ("2026-11-20T10:00:00Z", "2020-05-05T00:00:00+02:00"),
}  # fmt: skip
ASKED: dict[str, Sequence[str]] = {
    "field.order": (":A-1", ':"grosse bestellung"', ":none", ":nosuch"), "field.size": (":m", ":Middle,l", ":none"),
    "field.parts": (":b", ":a,b"), "field.kind": (":hard", ":hard/lap", ":soft,none"),
    "field.price": (">=10", "<10", ":9.99", ":none", "<=250.5", ">9.995"), "field.count": (":0,7", "<0", ">=7"),
    "field.gift": (":yes", ":no", ":none"), "field.due": (":2026-11", ">2026-12-01", "<30d", ":none"),
    "field.seen": ("<2021", ">=2026-11-20", "<52w"),
}  # fmt: skip
MOMENTS = ("created", "updated", "solved", "status.since", "assigned.since", "customer.wrote", "staff.wrote", "due")
PERIODS = ("today", "yesterday", "2020", "2026-11", "1h", "30d", "52w")


async def file_tickets(shop: Organization, draw: random.Random) -> list[UUID]:
    """Tickets of all kinds, with whatever a condition may ask for."""
    admin = await shop.client("admin")
    agents = [None, *[str((await shop.person(key)).id) for key in ("agent", "agent2")]]
    groups = [None, *[await made(admin, "/groups", name) for name in ("North", "South Pole")]]
    categories = [None, *[await made(admin, "/categories", name) for name in ("Boots", "Größe 42")]]
    for field in FIELDS:
        assert (await admin.post("/fields", field)).status_code == 201
    filed = []
    for number in range(TICKETS):
        client = await shop.client(draw.choice(["customer", "customer2"]))
        answer = await client.post("/tickets", {"subject": f"Ticket {number}", "description": "parcel"})
        filed.append(answer.json()["data"]["id"])
        body: dict[str, Any] = {
            "priority": draw.choice(VALUES["priority"]), "type": draw.choice(VALUES["type"][:4]),
            "status": draw.choice(VALUES["status"]), "assignee_id": draw.choice(agents),
            "group_id": draw.choice(groups), "category_id": draw.choice(categories),
            "fields": {key: draw.choice(chosen) for key, chosen in OWN.items() if draw.random() < 0.6},
            "tags": draw.sample(["late", "vip", "refund", "Réfund", "two words"], draw.randrange(3)),
        }  # fmt: skip
        assert (await admin.put(f"/tickets/{filed[-1]}", body)).status_code == 200
        if number % 5 == 0:
            file = {"filename": "a.png", "url": "https://shop.example/a.png", "mime_type": "image/png", "size": 9}
            answer = await admin.post(f"/tickets/{filed[-1]}/comments", {"body": "see", "attachments": [file]})
            assert answer.status_code == 201
    async with shop.desk.database.unit(shop.system()) as uow:
        for place, each in enumerate(filed):
            await uow.db.execute(_AGED, each, draw.randrange(60), *[draw.randrange(60) for _ in range(4)])
            if draw.random() < 0.4:
                await uow.db.execute(
                    _FOLLOWED, shop.id, each, (await shop.person(draw.choice(("agent", "customer2")))).id
                )
            if place and draw.random() < 0.3:
                await uow.db.execute(_LINKED, shop.id, each, draw.choice(filed[:place]))
    return [UUID(each) for each in filed]


_AGED = """
update tickets t set created_at = a.made, updated_at = now() - interval '1 minute', status_since = a.made + $3 * a.step,
       assigned_since = case when t.assignee_id is not null then a.made + $4 * a.step end,
       customer_wrote_at = a.made + $5 * a.step,
       staff_wrote_at = case when $6 % 3 > 0 then a.made + $6 * a.step end,
       resolution_due_at = now() + ($6 - 30) * interval '1 hour'
  from (select now() - $2 * interval '1 day' as made, ($2 * interval '1 day') / 61 as step) a where t.id = $1::text::uuid
"""
_FOLLOWED = """
insert into ticket_followers (organization_id, ticket_id, user_id, how, created_at)
values ($1, $2::text::uuid, $3, 'added', now()) on conflict do nothing
"""
_LINKED = """
insert into ticket_links (organization_id, ticket_id, other_id, kind, created_at)
values ($1, $2::text::uuid, $3::text::uuid, 'related', now())
"""


async def made(admin: Client, path: str, name: str) -> str:
    answer = await admin.post(path, {"name": name})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def a_text(draw: random.Random, values: dict[str, Sequence[str]]) -> str:
    """One to three operators."""
    parts = []
    for _ in range(draw.randint(1, 3)):
        sign = draw.choice(["", "", "-"])
        if draw.randrange(3) == 0:
            field = draw.choice(list(ASKED))
            parts.append(f"{sign}{field}{draw.choice(ASKED[field])}")
        elif draw.randrange(4) == 0:
            comparison = draw.choice(["<", ">", "<=", ">="])
            parts.append(f"{sign}{draw.choice(MOMENTS)}{comparison}{draw.choice(PERIODS)}")
        else:
            field = draw.choice(list(values))
            chosen = draw.sample(list(values[field]), min(len(values[field]), draw.randint(1, 2)))
            parts.append(f"{sign}{field}:{','.join(chosen)}")
    return " ".join(parts)


@pytest.mark.hypothesis
async def test_both_readings_find_the_same_tickets(desk: Desk, shop: Organization) -> None:
    seed = random.randrange(2**32) if settings().max_examples > 50 else 5
    draw = random.Random(seed)
    ids = await file_tickets(shop, draw)
    people = {key: await shop.person(key) for key in ("agent", "agent2", "customer", "customer2")}
    values = VALUES | {
        "assignee": (people["agent"].email, people["agent2"].email, "none"),
        "requester": (people["customer"].email, people["customer2"].email),
        "follower": (people["agent"].email, people["customer2"].email, "none"),
    }
    meant = {("person", person.email): person.id for person in people.values()}
    admin = await shop.person("admin")
    actor = Actor(shop.id, admin.id, admin.role)
    found_any = 0
    async with desk.database.unit(actor) as uow:
        tickets = (await by_ids(uow.db, ids)).values()
        rows = await uow.db.fetch_all(
            "select id, name, 'group' from groups union all select id, name, 'category' from categories"
        )
        configuration = await current(uow.db, shop.id)
        meant |= {("field", key): shop.id for key in OWN}
        meant |= {(kind, name): object_id for object_id, name, kind in rows}
        beyond = {each.id: await more_facts(uow.db, each.requester.id, each.id) for each in tickets}
        for _ in range(settings().max_examples):
            text = a_text(draw, values)
            query = understand_in(UTC, uow, text, "q", configuration=configuration)
            filters = TicketFilter(search=query)
            wanted = all_of([*matching(actor, filters, await resolve_tags(uow.db, filters))])
            by_sql = {row["id"] for row in await uow.db.fetch_all(sql("select t.id from tickets t where {}", wanted))}
            tree = parse_group(text, now=uow.now, vocabulary=RULES)
            assert all((name.kind, name.value) in meant for name in names_in(tree))
            when = compiled(tree, meant)
            by_rule = {each.id for each in tickets if holds(when, each, beyond[each.id], uow.now)}
            assert by_rule == by_sql, f"seed {seed}: {text}"
            found_any += bool(by_sql)
    assert found_any > settings().max_examples / 10  # a comparison of nothing with nothing would show nothing


def holds(when: Any, ticket: Ticket, more: MoreFacts | None, now: Any) -> bool:
    facts = facts_of(ticket, beyond_of(more))
    return bool(when.holds(facts, Occasion(kinds=frozenset({"ticket.updated"})), now))
