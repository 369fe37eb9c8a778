"""v1: a search text as chips, suggestions at the cursor, and the operators that depend on the caller or on others."""

from typing import Any

import pytest

from tests.api.v1.test_statements import counted, logged
from tests.support.desk import Client, Organization
from tests.support.work import work

__all__ = ["logged"]


async def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()["data"]


async def filed(client: Client, subject: str, **fields: Any) -> str:
    return str((await ok(await client.post("/tickets", {"subject": subject, "description": "d", **fields}), 201))["id"])


async def found(client: Client, query: str) -> list[str]:
    data = await ok(await client.get("/tickets", params={"search": query, "sort": "number", "order": "asc"}))
    assert data["pagination"]["total"] == len(data["tickets"])
    return [each["subject"] for each in data["tickets"]]


async def test_a_text_is_read_part_by_part_with_names_and_mistakes_at_their_place(shop: Organization) -> None:
    admin, agent = await shop.person("admin"), await shop.person("agent")
    for path, name in (("/groups", "Returns and refunds"), ("/tags", "VIP"), ("/categories", "Boots")):
        assert (await admin.client.post(path, {"name": name})).status_code == 201
    text = (
        'zip "blue jacket" ship* -tag:vip group:refunds assignee:me,none,agent,nosuch statu:open status:odd created>7d'
    )
    read = await ok(await agent.client.get("/search/parse", params={"q": text}))
    assert read["valid"] is False
    chips = read["chips"]
    assert [text[each["position"] : each["position"] + each["length"]] for each in chips] == [
        each["text"] for each in chips
    ]
    assert [(each["kind"], each["label"], each["negated"]) for each in chips[:3]] == [
        ("word", "zip", False), ("phrase", '"blue jacket"', False), ("prefix", "ship*", False),
    ]  # fmt: skip
    assert [each["label"] for each in chips[3:6]] == [
        "tag: VIP", "group: Returns and refunds", "assignee: me, none, Agent, nosuch",
    ]  # fmt: skip
    assert chips[3]["negated"]
    assert [each["matches"] for each in chips[5]["values"]] == [None, None, 1, 0]
    assert [each["error"] and each["error"]["code"] for each in chips[6:]] == [
        "search.operator_misspelt", "search.not_a_word_of", None,
    ]  # fmt: skip
    assert [(each["kind"], each["values"]) for each in chips[6:8]] == [("operator", []), ("operator", [])]
    assert chips[8]["values"] == [{"text": "7d", "label": "7d", "matches": None}]
    assert await ok(await agent.client.get("/search/parse")) == {"valid": True, "chips": []}
    assert (await agent.client.get("/search/parse", params={"q": "x" * 1_001})).status_code == 422


async def test_reading_costs_as_many_statements_for_many_values_as_for_one(shop: Organization) -> None:
    agent = await shop.client("agent")
    numbers = []
    for text in ("tag:a", "tag:a", "tag:a,b,c -tag:d,e assignee:me"):
        with counted() as statements:
            await ok(await agent.get("/search/parse", params={"q": text}))
        numbers.append(len(statements))
    assert numbers[1] == numbers[2]


async def test_customers_and_scoped_keys_learn_no_names(shop: Organization, rival: Organization) -> None:
    admin, agent, customer = await shop.person("admin"), await shop.person("agent"), await shop.person("customer")
    assert (await admin.client.post("/groups", {"name": "Returns"})).status_code == 201
    key = await ok(await admin.client.post("/api-keys", {"name": "k", "scopes": ["search:read"]}), 201)
    stranger = await rival.client("owner")
    for client in (customer.client, shop.desk.client(key["key"])):
        chips = (await ok(await client.get("/search/parse", params={"q": "group:returns assignee:agent"})))["chips"]
        assert [each["values"][0]["matches"] for each in chips] == [None, None]
    chips = (await ok(await stranger.get("/search/parse", params={"q": "group:returns assignee:agent"})))["chips"]
    assert [each["values"][0]["matches"] for each in chips] == [0, 0]
    for client in (customer.client, shop.desk.client(key["key"]), stranger):
        for text in ("group:re", f"assignee:{agent.name[:3]}"):
            kinds = {
                each["kind"]
                for each in (await ok(await client.get("/search/suggest", params={"q": text})))["suggestions"]
            }
            assert kinds <= {"word"}


@pytest.mark.parametrize(
    ("text", "at", "position", "texts"),
    [
        ("sta", None, 0, ["status:", "status.since>", "staff.wrote>"]),
        ("due<", None, 4, ["today", "1h", "4h", "24h", "7d"]),
        ("follower:", None, 9, ["me", "none", "AGENT"]),
        ("linked:", None, 7, ["none"]),
        ("zip -stat", None, 5, ["status:", "status.since>"]),
        ("status:o", None, 7, ["open"]),
        ("status:open,p", None, 12, ["pending"]),
        ("status:o zip", 8, 7, ["open"]),
        ("assignee:", None, 9, ["me", "none", "AGENT"]),
        ("group:refu", None, 6, ['"Returns and refunds"', "Refundable"]),
        ("tag:", None, 4, ["none", '"none"', '"late, again"']),
        ("first_response>", None, 15, ["30m", "1h", "4h", "1d"]),
        ("created>", None, 8, ["today", "yesterday", "24h", "7d", "30d"]),
        ("rating:", None, 7, ["1", "2", "3", "4", "5"]),
        ("field.siz", None, 0, ["field.size:"]),
        ("field.size:l", None, 11, ["l", "xl"]),
        ("requester:may", None, 10, ["maya@lind.example"]),
        ("nothing:x", None, 8, []),
    ],
)  # fmt: skip
async def test_what_may_follow_is_suggested_at_the_cursor(
    shop: Organization, text: str, at: int | None, position: int, texts: list[str]
) -> None:
    owner = await shop.person("owner")
    for path, name in (
        ("/groups", "Returns and refunds"),
        ("/groups", "Refundable"),
        ("/tags", "none"),
        ("/tags", "late, again"),
    ):
        assert (await owner.client.post(path, {"name": name})).status_code == 201
    contact = {"name": "Maya Lindqvist", "email": "maya@lind.example"}
    assert (await owner.client.post("/contacts", contact)).status_code == 201
    options = [{"key": "l", "label": "Large"}, {"key": "xl", "label": "Larger"}, {"key": "s", "label": "Small"}]
    size = {"key": "size", "type": "dropdown", "label": "Size", "options": options}
    assert (await owner.client.post("/fields", size)).status_code == 201
    params: dict[str, Any] = {"q": text} | ({} if at is None else {"at": at})
    data = await ok(await owner.client.get("/search/suggest", params=params))
    expected = [owner.email if each == "AGENT" else each for each in texts]
    assert data["position"] == position
    assert sorted(each["text"] for each in data["suggestions"]) == sorted(expected)
    assert len((await ok(await owner.client.get("/search/suggest?limit=2")))["suggestions"]) == 2


async def test_unread_mentions_ratings_and_targets_are_searched(shop: Organization) -> None:
    customer, agent, colleague = await shop.person("customer"), await shop.person("agent"), await shop.person("agent2")
    quiet = await filed(customer.client, "quiet")
    asked = await filed(customer.client, "asked")
    rated = await filed(customer.client, "rated")
    await ok(await agent.client.get(f"/tickets/{asked}"))
    await ok(await agent.client.put(f"/tickets/{asked}/read", {"event_id": None}))
    assert await found(agent.client, "unread:me") == []
    await ok(await customer.client.post(f"/tickets/{asked}/comments", {"body": "Well?"}), 201)
    await ok(await agent.client.patch(f"/tickets/{quiet}/assign", {"assignee_id": str(agent.id)}))
    assert await found(agent.client, "unread:me") == ["quiet", "asked"]
    assert await found(agent.client, "-unread:me") == ["rated"]
    assert await found(colleague.client, "unread:me") == []

    note = {"body": "Look", "public": False, "mentions": [str(colleague.id)]}
    await ok(await agent.client.post(f"/tickets/{quiet}/comments", note), 201)
    await ok(await agent.client.post(f"/tickets/{asked}/comments", {"body": "@Agent2 look", "public": False}), 201)
    await work(shop.desk, shop)
    assert await found(colleague.client, "mention:me") == ["quiet", "asked"]
    assert await found(agent.client, "mention:me") == []
    admin = await shop.client("admin")
    scopes = ["tickets:read", "search:read"]
    key = await ok(await admin.post("/api-keys", {"name": "k", "scopes": scopes}), 201)
    assert await found(shop.desk.client(key["key"]), "mention:me") == []

    await ok(await agent.client.patch(f"/tickets/{rated}/status", {"status": "solved"}))
    await ok(await customer.client.post(f"/feedback/tickets/{rated}", {"rating": 2}), 201)
    for query, subjects in (("rating:2", ["rated"]), ("rating<3", ["rated"]), ("rating>=3", []), ("rating:1,5", [])):
        assert await found(agent.client, query) == subjects

    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update tickets set first_response_at = created_at + interval '5 hours', first_response_breached_at = created_at "
            "where id = $1::text::uuid",
            asked,
        )
    assert await found(agent.client, "first_response>4h breached:first") == ["asked"]
    assert await found(agent.client, "first_response>6h") == []
    assert await found(agent.client, "breached:resolution") == []
    assert await found(customer.client, "breached:first") == []
    assert await found(agent.client, "breached:now") == []
    async with shop.desk.database.unit(shop.system()) as uow:
        for subject_id, moment in ((quiet, "- interval '1 hour'"), (rated, "+ interval '1 hour'")):
            await uow.db.execute(
                f"update tickets set clock_next_at = now() {moment}, resolution_due_at = now() {moment}, status = 'open' "
                "where id = $1::text::uuid",
                subject_id,
            )
    assert await found(agent.client, "breached:now") == ["quiet"]
    assert await found(customer.client, "breached:now") == []
    stats = await ok(await agent.client.get("/dashboard/stats"))
    assert stats["overdue_tickets"] == 1
    assert await found(customer.client, "first_response>4h") == []


async def test_moments_followers_links_and_what_is_due_are_searched(shop: Organization) -> None:
    customer, agent, other = await shop.person("customer"), await shop.person("agent"), await shop.person("customer2")
    old, late = await filed(customer.client, "old"), await filed(customer.client, "late")
    number = (await ok(await agent.client.get(f"/tickets/{old}")))["number"]
    await ok(await agent.client.post(f"/tickets/{late}/comments", {"body": "Well?"}), 201)
    await ok(await agent.client.post(f"/tickets/{late}/followers", {"user_id": str(other.id)}), 201)
    await ok(await agent.client.patch(f"/tickets/{late}/assign", {"assignee_id": str(agent.id)}))
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update tickets set created_at = now() - interval '9 days', status_since = now() - interval '4 days', "
            "customer_wrote_at = now() - interval '2 days', resolution_due_at = now() + interval '30 minutes', "
            "first_response_due_at = null where id = $1::text::uuid",
            old,
        )
        await uow.db.execute(
            "insert into ticket_links (organization_id, ticket_id, other_id, kind, created_at) "
            "values ($1, $2::text::uuid, $3::text::uuid, 'related', now())",
            shop.id, late, old,
        )  # fmt: skip
    for query, subjects in {
        "status.since>3d": ["old"], "status.since<3d": ["late"], "status.since>5d": [], "-status.since>3d": ["late"],
        "assigned.since<1h": ["late"], "-assigned.since<1h": ["old"], "customer.wrote>1d": ["old"],
        "customer.wrote<1d": ["late"], "staff.wrote<1h": ["late"], "staff.wrote>1h": [], "-staff.wrote<1h": ["old"],
        "due<1h": ["old"], "due>1h": ["late"], "-due<1h": ["late"], "follower:none": ["old"], "-follower:none": ["late"],
        f"follower:{other.email}": ["late"], "follower:me": [], f"linked:{number}": ["late"], "linked:999999": [],
        "linked:none": [], f"-linked:{number}": ["old"],
    }.items():  # fmt: skip
        assert await found(agent.client, query) == subjects, query
    assert await found(customer.client, "due<1h") == [], "customers learn nothing of deadlines"
    assert await found(customer.client, f"linked:{number}") == [], "nor of links"
    assert await found(customer.client, f"follower:{other.email}") == [], "nor who else follows"
    assert await found(customer.client, "staff.wrote<1h") == ["late"]
    await ok(await agent.client.put(f"/tickets/{late}", {"status": "solved"}))
    assert await found(agent.client, "due>1h") == [], "nothing is due of a solved ticket"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("due:2h", "search.time_left_comparison"),
        ("status.since:2h", "search.age_comparison"),
        ("linked:none,x", "search.not_a_number"),
        ("first_response:4h", "search.length_comparison"),
        ("first_response>soon", "search.not_a_length"),
        ("unread:agent", "search.not_a_word_of"),
        ("breached:late", "search.not_a_word_of"),
        ("rating:good", "search.not_a_number"),
    ],
)
async def test_values_that_these_operators_do_not_take_are_refused(shop: Organization, query: str, code: str) -> None:
    agent = await shop.client("agent")
    refused = await agent.get("/tickets", params={"search": query})
    assert refused.json()["error"]["details"]["fields"][0]["code"] == code
