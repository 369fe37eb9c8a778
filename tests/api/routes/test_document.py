"""routes: every operation of its document, with its roles' bodies and its lists."""

import json
from typing import Any
from uuid import uuid4

from openapi_spec_validator import validate

from deskbell.app import openapi_document
from tests.api.routes.making import TICKET, at_root, make_tag
from tests.support.desk import PASSWORD, Client, Desk, Organization
from tests.support.walk import Walk, shape_of

USER = {"id": "str", "email": "str", "name": "str", "role": "str", "organization_id": "str", "created_at": "str"}
PERSON = {"id": "str", "name": "str", "email": "str"}
TICKET_VIEW = {
    "id": "str", "number": "int", "subject": "str", "description": "str", "status": "str", "priority": "str",
    "channel": "str", "customer_id": "str", "customer": PERSON, "created_at": "str", "updated_at": "str",
}  # fmt: skip
MESSAGE = {
    "id": "str", "ticket_id": "str", "author_id": "str", "author": PERSON, "content": "str", "is_internal": "bool",
    "created_at": "str",
}  # fmt: skip
DURATIONS = {"count", "median_seconds", "p90_seconds", "mean_seconds"}


def test_its_openapi_document_is_valid() -> None:
    validate(json.loads(json.dumps(openapi_document("routes"), default=str)))


def listed(answer: dict[str, Any], limit: int = 20, offset: int = 0) -> list[Any]:
    """The items of a list, whose other keys must be there."""
    assert answer.keys() == {"items", "total", "limit", "offset"}
    assert (answer["limit"], answer["offset"]) == (limit, offset)
    items: list[Any] = answer["items"]
    return items


class Story:
    """Calls all operations of the document in order, in one organization."""

    def __init__(self, desk: Desk, shop: Organization) -> None:
        self.desk = desk
        self.shop = shop
        self.walk = Walk("routes")
        self.nobody = desk.client(base="")

    async def sign_up_and_in(self) -> Client:
        walk, shop = self.walk, self.shop
        email = f"{uuid4().hex}@{shop.domain}"
        body = {"email": email, "password": PASSWORD, "organization_id": str(shop.id)}
        user = await walk.call(self.nobody, "POST /users", 201, body)
        assert USER.items() <= shape_of(user).items()
        assert (user["email"], user["role"], user["organization_id"]) == (email, "customer", str(shop.id))
        signed_in = await walk.call(self.nobody, "POST /auth/login", 200, {"email": email, "password": PASSWORD})
        assert USER.items() <= shape_of(signed_in["user"]).items()
        fresh = await walk.call(self.nobody, "POST /auth/refresh", 200, {"refresh_token": signed_in["refresh_token"]})
        assert {"token": "str", "refresh_token": "str"}.items() <= shape_of(fresh).items()
        client = self.desk.client(fresh["token"], "")
        me = await walk.call(client, "GET /users/me", 200)
        assert me["id"] == user["id"]
        renamed = await walk.call(client, "PATCH /users/{userId}", 200, {"name": "Ann Other"}, userId=user["id"])
        assert renamed["name"] == "Ann Other"
        profile = await walk.call(self.nobody, "GET /users/{userId}", 200, userId=user["id"])
        assert profile.keys() == {"id", "name", "avatar_url"}
        return client

    async def organizations(self) -> None:
        walk, owner = self.walk, await self.shop.person("owner", platform_admin=True)
        at = owner.client.at("")
        made = await walk.call(at, "POST /organizations", 201, {"name": "Another Shop"})
        found = listed(await walk.call(self.nobody, "GET /organizations", 200, query="?limit=100"), limit=100)
        assert {"id": made["id"], "name": "Another Shop"} in found
        changed = await walk.call(at, "PATCH /organizations/{orgId}", 200, {"name": "Renamed"}, orgId=str(self.shop.id))
        assert changed["name"] == "Renamed"

    async def teams(self) -> str:
        walk, admin, agent = self.walk, await at_root(self.shop, "admin"), await self.shop.person("agent")
        team = await walk.call(admin, "POST /teams", 201, {"name": "Repairs"})
        grown = await walk.call(
            admin, "POST /teams/{teamId}/members", 201, {"userId": str(agent.id), "role": "lead"}, teamId=team["id"]
        )
        assert [(member["id"], member["role"]) for member in grown["members"]] == [(str(agent.id), "lead")]
        (seen,) = listed(await walk.call(agent.client.at(""), "GET /teams", 200))
        assert (seen["id"], seen["members_count"]) == (team["id"], 1)
        place = {"teamId": team["id"], "userId": str(agent.id)}
        assert await walk.call(admin, "DELETE /teams/{teamId}/members/{userId}", 204, **place) is None
        await walk.call(admin, "DELETE /teams/{teamId}/members/{userId}", 404, **place)
        return str(team["id"])

    async def tickets(self, ann: Client, team: str) -> str:
        walk, agent, admin = self.walk, await self.shop.person("agent"), await at_root(self.shop, "admin")
        at = agent.client.at("")
        ticket = await walk.call(ann, "POST /tickets", 201, {**TICKET, "channel": "chat"})
        assert TICKET_VIEW.items() <= shape_of(ticket).items()
        assert (ticket["status"], ticket["priority"], ticket["channel"]) == ("new", "normal", "chat")
        filed = await walk.call(at, "POST /tickets", 201, {**TICKET, "customer_id": ticket["customer_id"]})
        assert filed["customer_id"] == ticket["customer_id"]
        changes = {"status": "pending", "priority": "high", "assigned_to": str(agent.id), "team_id": team}
        place = {"ticketId": ticket["id"]}
        changed = await walk.call(at, "PATCH /tickets/{ticketId}", 200, changes, **place)
        assert changes.items() <= changed.items()
        query = f"?status=pending&priority=high&team_id={team}&assigned_to={agent.id}&limit=7"
        (found,) = listed(await walk.call(at, "GET /tickets", 200, query=query), limit=7)
        assert found["id"] == ticket["id"]
        body = {"ticketIds": [ticket["id"], filed["id"]], "updates": {"status": "open"}}
        outcome = await walk.call(admin, "POST /tickets/bulk/update", 200, body)
        assert (outcome["updated"], outcome["failed"], len(outcome["results"])) == (2, 0, 2)
        tag = await make_tag(self.shop, "zips")
        tagged = await walk.call(at, "POST /tickets/{ticketId}/tags", 201, {"tagId": tag}, **place)
        assert tagged["tags"] == ["zips"]
        return str(ticket["id"])

    async def messages(self, ann: Client, ticket: str) -> None:
        walk, agent, admin = self.walk, await at_root(self.shop, "agent"), await at_root(self.shop, "admin")
        place = {"ticketId": ticket}
        note = await walk.call(
            agent, "POST /tickets/{ticketId}/messages", 201, {"content": "hm", "is_internal": True}, **place
        )
        await walk.call(agent, "POST /tickets/{ticketId}/messages", 201, {"content": "A new one comes"}, **place)
        await walk.call(ann, "POST /tickets/{ticketId}/messages", 201, {"content": "Thanks"}, **place)
        seen = listed(await walk.call(ann, "GET /tickets/{ticketId}/messages", 200, query="?limit=1", **place), limit=1)
        assert [shape_of(message) | MESSAGE == shape_of(message) for message in seen] == [True]
        assert seen[0]["content"] == "A new one comes"
        whole = await walk.call(agent, "GET /tickets/{ticketId}", 200, **place)
        assert [message["content"] for message in whole["messages"]] == ["hm", "A new one comes", "Thanks"]
        assert whole["tags"] == ["zips"]
        actions = [step["action"] for step in whole["history"]]
        assert actions[:3] == ["created", "assigned", "updated"], actions
        assert "assigned_to" in whole["history"][1]["changes"]
        assert await walk.call(admin, "DELETE /messages/{messageId}", 204, messageId=note["id"]) is None
        for_ann = await walk.call(ann, "GET /tickets/{ticketId}", 200, **place)
        assert [message["content"] for message in for_ann["messages"]] == ["A new one comes", "Thanks"]
        assert not [step for step in for_ann["history"] if step["changes"].keys() & {"tags", "team_id"}]

    async def integrations(self) -> None:
        walk, admin = self.walk, await at_root(self.shop, "admin")
        hook = {"url": "https://hooks.example.com/desk", "event_type": "ticket.created"}
        made = await walk.call(admin, "POST /webhooks", 201, hook)
        assert hook.items() <= made.items()
        assert made["secret"].startswith("whsec_")
        (shown,) = listed(await walk.call(admin, "GET /webhooks", 200))
        assert hook.items() <= shown.items()
        assert "secret" not in shown
        assert await walk.call(admin, "DELETE /webhooks/{webhookId}", 204, webhookId=made["id"]) is None
        await walk.call(admin, "DELETE /webhooks/{webhookId}", 404, webhookId=made["id"])

    async def verdicts(self, ann: Client, ticket: str) -> None:
        walk, agent = self.walk, await at_root(self.shop, "agent")
        mine = listed(await walk.call(ann, "GET /customers/me/tickets", 200))
        assert [each["id"] for each in mine][-1] == ticket
        await walk.call(agent, "PATCH /tickets/{ticketId}", 200, {"status": "solved"}, ticketId=ticket)
        verdict = {"rating": 5, "comment": "Quick and kind"}
        given = await walk.call(ann, "POST /feedback/tickets/{ticketId}", 201, verdict, ticketId=ticket)
        assert verdict.items() <= given.items()

    async def articles(self) -> None:
        walk, admin = self.walk, await at_root(self.shop, "admin")
        body = {"title": "Mending zips", "content": "Soap helps.", "category": "Repairs"}
        made = await walk.call(admin, "POST /kb/articles", 201, body)
        assert body.items() <= made.items()
        await walk.call(admin, "POST /kb/articles", 201, {"title": "Draft", "content": "x", "published": False})
        query = f"?search=zips&category=Repairs&organization={self.shop.id}"
        (found,) = listed(await walk.call(self.nobody, "GET /kb/articles", 200, query=query))
        assert found["id"] == made["id"]
        assert body.items() <= found.items()
        every = await walk.call(self.nobody, "GET /kb/articles", 200, query=f"?organization={self.shop.domain}")
        assert [article["title"] for article in listed(every)] == ["Mending zips"]

    async def insights(self) -> None:
        walk, admin = self.walk, await at_root(self.shop, "admin")
        figures = await walk.call(admin, "GET /metrics/tickets", 200)
        assert (figures["total"], figures["resolved"], figures["resolution_rate"]) == (2, 1, 0.5)
        assert figures["by_status"] == {"new": 0, "open": 1, "pending": 0, "hold": 0, "solved": 1, "closed": 0}
        assert figures["first_response"].keys() == figures["resolution"].keys() == DURATIONS
        assert (figures["first_response"]["count"], figures["resolution"]["count"]) == (1, 1)
        agent = await self.shop.person("agent")
        entries = listed(
            await walk.call(admin, "GET /audit-logs", 200, query=f"?userId={agent.id}&action=comment.added")
        )
        assert [(entry["action"], entry["user_id"]) for entry in entries] == [("comment.added", str(agent.id))] * 2


async def test_every_operation_answers_as_the_document_says(desk: Desk, shop: Organization) -> None:
    story = Story(desk, shop)
    ann = await story.sign_up_and_in()
    await story.organizations()
    ticket = await story.tickets(ann, await story.teams())
    await story.messages(ann, ticket)
    await story.integrations()
    await story.verdicts(ann, ticket)
    await story.insights()
    await story.articles()
    assert story.walk.left_out() == set()
