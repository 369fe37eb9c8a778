"""v1: every operation of support-desk.md, with its bodies and roles; responses have the documented keys and types."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from deskbell.app import openapi_document
from tests.support.desk import PASSWORD, Client, Desk, Organization
from tests.support.mail import token_for
from tests.support.walk import Walk
from tests.support.work import work

TEXT = "string"
OPTIONAL = (None, TEXT)
NUMBER = 1.5

PAGINATION = {"page": 1, "limit": 20, "total": 100, "totalPages": 5, "hasNextPage": True, "hasPreviousPage": False}
PERSON = {"id": TEXT, "name": TEXT, "email": TEXT}
IN_LIST = {
    "id": TEXT, "subject": TEXT, "description": TEXT, "status": TEXT, "priority": TEXT, "type": TEXT, "channel": TEXT,
    "requester_id": TEXT, "assignee_id": OPTIONAL, "group_id": OPTIONAL, "tags": [TEXT], "created_at": TEXT,
    "updated_at": TEXT,
}  # fmt: skip
TICKET = {
    **IN_LIST, "requester": PERSON, "assignee": (None, PERSON), "group": (None, {"id": TEXT, "name": TEXT}),
    "custom_fields": [], "first_response_at": OPTIONAL, "solved_at": OPTIONAL,
}  # fmt: skip
COMMENT = {
    "id": TEXT, "ticket_id": TEXT, "author_id": TEXT, "author": {"name": TEXT, "email": TEXT}, "body": TEXT,
    "public": True, "attachments": [], "created_at": TEXT,
}  # fmt: skip
CONTACT = {
    "id": TEXT, "name": TEXT, "email": TEXT, "phone": OPTIONAL, "company": OPTIONAL, "role": TEXT, "tickets_count": 5,
    "created_at": TEXT,
}  # fmt: skip
AGENT = {
    **PERSON, "role": TEXT, "department": OPTIONAL, "status": TEXT, "tickets": {"open": 12, "resolved": 156, "total": 168},
    "rating": 4.8, "sla_compliance": 96,
}  # fmt: skip
ARTICLE = {
    "id": TEXT, "title": TEXT, "content": TEXT, "category": TEXT, "author": {"name": TEXT}, "views": 123,
    "helpful_votes": 45, "created_at": TEXT,
}  # fmt: skip
UPLOAD = {"id": TEXT, "filename": TEXT, "url": TEXT, "mime_type": TEXT, "size": 1024, "uploaded_at": TEXT}


def misfits(value: Any, like: Any, place: str = "data") -> list[str]:
    """The places where a value lacks a key of the example or has another type. Extra keys are allowed; a tuple lists options."""
    if isinstance(like, tuple):
        found = [misfits(value, each, place) for each in like]
        return [] if any(not each for each in found) else [f"{place}: {value!r}"]
    if isinstance(like, dict):
        if not isinstance(value, dict):
            return [f"{place} is no object: {value!r}"]
        missing = [f"{place}.{key} is missing" for key in like if key not in value]
        return missing + [m for key in like if key in value for m in misfits(value[key], like[key], f"{place}.{key}")]
    if isinstance(like, list):
        if not isinstance(value, list):
            return [f"{place} is no list: {value!r}"]
        return [m for i, each in enumerate(value) for m in (misfits(each, like[0], f"{place}.{i}") if like else [])]
    if isinstance(like, bool) or isinstance(value, bool):
        return [] if isinstance(like, bool) and isinstance(value, bool) else [f"{place}: {value!r}"]
    if isinstance(like, int | float):
        whole_only = isinstance(like, int)
        return [] if isinstance(value, int if whole_only else (int, float)) else [f"{place}: {value!r}"]
    return [] if isinstance(value, type(like)) else [f"{place}: {value!r}"]


class Story:
    """Calls all operations of the document in order, in one organization."""

    def __init__(self, desk: Desk, shop: Organization) -> None:
        self.desk, self.shop, self.walk = desk, shop, Walk("v1")

    async def call(
        self, client: Client, operation: str, like: Any = None, body: Any = None, *, status: int = 200, query: str = "",
        **places: object,
    ) -> Any:  # fmt: skip
        """Calls an operation and returns its `data`, which must match the document's example."""
        answer = await self.walk.call(client, operation, status, body, query, **places)
        assert answer["success"] is True
        assert not misfits(answer.get("data"), like) if like is not None else True, misfits(answer.get("data"), like)
        return answer.get("data")

    async def authentication(self) -> None:
        anonymous = self.desk.client()
        email = f"{uuid4().hex}@{self.shop.domain}"
        signup = {"name": "Sam Sign-up", "email": email, "password": PASSWORD, "organizationId": str(self.shop.id)}
        await self.call(anonymous, "POST /auth/signup", None, signup, status=201)
        like = {"token": TEXT, "user": {**PERSON, "role": TEXT}}
        data = await self.call(anonymous, "POST /auth/login", like, {"email": email, "password": PASSWORD})
        caller = self.desk.client(data["token"])
        await self.call(caller, "GET /auth/me", {**PERSON, "role": TEXT, "organizationId": TEXT})
        await self.call(caller, "POST /auth/logout")
        await self.call(anonymous, "POST /auth/forgot-password", None, {"email": email})
        await work(self.desk)  # the address is looked up in the background
        await work(self.desk, self.shop)
        token = await token_for(self.desk, email, "reset-password")
        await self.call(
            anonymous, "POST /auth/reset-password", None, {"token": token, "newPassword": "another-good-one-7"}
        )
        await self.call(anonymous, "POST /auth/login", like, {"email": email, "password": "another-good-one-7"})

    async def tickets(self) -> None:
        admin, agent, customer = [await self.shop.person(key) for key in ("admin", "agent", "customer")]
        group = await self.call(
            admin.client, "POST /groups", None, {"name": "First line", "description": "x", "member_ids": []}, status=201
        )
        created = await self.call(
            customer.client, "POST /tickets", {"id": TEXT, "subject": TEXT, "status": "new", "created_at": TEXT},
            {"subject": "string", "description": "string", "priority": "high", "type": "incident", "tags": ["string"]},
            status=201,
        )  # fmt: skip
        place = {"id": created["id"]}
        both = {"assignee_id": str(agent.id), "group_id": group["id"]}
        await self.call(admin.client, "PATCH /tickets/{id}/assign", TICKET, both, **place)
        await self.call(agent.client, "PATCH /tickets/{id}/priority", TICKET, {"priority": "urgent"}, **place)
        await self.call(agent.client, "PATCH /tickets/{id}/status", TICKET, {"status": "pending"}, **place)
        every = {"subject": "string", "description": "string", "status": "open", "priority": "low", "type": "task", **both,
                 "tags": ["string"]}  # fmt: skip
        await self.call(agent.client, "PUT /tickets/{id}", TICKET, every, **place)
        attached = {"filename": "a.txt", "url": "https://files.example/a.txt", "mime_type": "text/plain", "size": 1024}
        comment = {"body": "string", "public": True, "attachments": [attached]}
        await self.call(agent.client, "POST /tickets/{id}/comments", COMMENT, comment, status=201, **place)
        await self.call(customer.client, "GET /tickets/{id}/comments", [COMMENT], **place)
        step = {
            "id": TEXT,
            "ticket_id": TEXT,
            "user_id": TEXT,
            "user": {"name": TEXT},
            "action": TEXT,
            "changes": {},
            "created_at": TEXT,
        }
        await self.call(agent.client, "GET /tickets/{id}/history", [step], **place)
        await self.call(customer.client, "GET /tickets/{id}", TICKET, **place)
        listed = {"tickets": [IN_LIST], "pagination": PAGINATION}
        query = f"?page=1&limit=20&status=open&priority=low&assignee_id={agent.id}&group_id={group['id']}"
        data = await self.call(
            agent.client, "GET /tickets", listed, query=f"{query}&search=string&sort=created_at&order=asc"
        )
        assert [each["id"] for each in data["tickets"]] == [created["id"]]
        updates = {"status": "solved", "priority": "normal", **both}
        await self.call(
            admin.client, "POST /tickets/bulk-update", None, {"ticket_ids": [created["id"]], "updates": updates}
        )
        other = await customer.client.post("/tickets", {"subject": "Second", "description": "string"})
        await self.call(admin.client, "DELETE /tickets/bulk-delete", None, {"ticket_ids": [other.json()["data"]["id"]]})
        third = await customer.client.post("/tickets", {"subject": "Third", "description": "string"})
        await self.call(admin.client, "DELETE /tickets/{id}", id=third.json()["data"]["id"])

    async def people(self) -> None:
        admin, agent, customer = [await self.shop.person(key) for key in ("admin", "agent", "customer")]
        new = {"name": "string", "email": f"c@{self.shop.domain}", "phone": "string", "company": "string", "role": "Buyer",
               "organization_id": str(self.shop.id)}  # fmt: skip
        contact = await self.call(agent.client, "POST /contacts", CONTACT, new, status=201)
        found = await self.call(
            agent.client,
            "GET /contacts",
            {"contacts": [CONTACT], "pagination": PAGINATION},
            query="?page=1&limit=20&search=string",
        )
        assert len(found["contacts"]) == 1
        await self.call(agent.client, "GET /contacts/{id}", CONTACT, id=contact["id"])
        await self.call(agent.client, "PUT /contacts/{id}", CONTACT, {"company": "Other"}, id=contact["id"])
        await self.call(agent.client, "GET /contacts/{id}/tickets", id=customer.id)
        activity = [{"id": TEXT, "action": TEXT, "description": TEXT, "created_at": TEXT}]
        assert await self.call(agent.client, "GET /contacts/{id}/activity", activity, id=customer.id)
        await self.call(admin.client, "DELETE /contacts/{id}", id=contact["id"])
        groups = [each["id"] for each in (await admin.client.get("/groups")).json()["data"]]
        hired = {"name": "New Agent", "email": f"a@{self.shop.domain}", "password": PASSWORD, "role": "senior_agent",
                 "department": "string", "groups": groups}  # fmt: skip
        made = await self.call(admin.client, "POST /agents", AGENT, hired, status=201)
        await self.call(admin.client, "GET /agents", [AGENT], query="?status=offline&department=string&search=new")
        await self.call(admin.client, "GET /agents/{id}", AGENT, id=made["id"])
        await self.call(admin.client, "PUT /agents/{id}", AGENT, {"department": "Returns"}, id=made["id"])
        await self.call(agent.client, "PATCH /agents/{id}/status", None, {"status": "online"}, id=agent.id)
        await self.call(agent.client, "GET /agents/{id}/tickets", id=agent.id)
        figures = {"tickets_resolved": 156, "avg_resolution_time": TEXT, "first_response_time": TEXT,
                   "customer_satisfaction": 4.8, "sla_compliance": 96}  # fmt: skip
        await self.call(admin.client, "GET /agents/{id}/performance", figures, id=agent.id)
        await self.call(admin.client, "DELETE /agents/{id}", id=made["id"])

    async def places(self) -> None:
        admin, agent = await self.shop.person("admin"), await self.shop.person("agent")
        body = {"name": "string", "description": "string", "member_ids": [str(agent.id)]}
        group = await self.call(admin.client, "POST /groups", None, body, status=201)
        like = {
            "id": TEXT,
            "name": TEXT,
            "description": TEXT,
            "members": [{**PERSON, "role": TEXT}],
            "created_at": TEXT,
        }
        await self.call(agent.client, "GET /groups/{id}", like, id=group["id"])
        await self.call(agent.client, "GET /groups", [{"id": TEXT, "name": TEXT}])
        await self.call(admin.client, "PUT /groups/{id}", None, {"name": "Renamed"}, id=group["id"])
        added = await self.walk.call(
            admin.client, "POST /groups/{id}/members", 201, {"user_id": str(admin.id)}, id=group["id"]
        )
        assert added["success"] is True
        await self.call(admin.client, "DELETE /groups/{id}/members/{user}", id=group["id"], user=agent.id)
        await self.call(admin.client, "DELETE /groups/{id}", id=group["id"])
        platform = (await self.shop.person("owner", platform_admin=True)).client
        one = {"id": TEXT, "name": TEXT, "domain": OPTIONAL, "settings": {}}
        new = {"name": "string", "domain": f"{uuid4().hex}.example", "settings": {}}
        other = await self.call(platform, "POST /organizations", one, new, status=201)
        await self.call(platform, "GET /organizations", [one])
        await self.call(agent.client, "GET /organizations/{id}", {"id": TEXT, "name": TEXT}, id=self.shop.id)
        await self.call(platform, "PUT /organizations/{id}", one, {"name": "Renamed"}, id=other["id"])
        await self.call(platform, "DELETE /organizations/{id}", id=other["id"])
        tag = await self.call(admin.client, "POST /tags", {"id": TEXT, "name": TEXT, "color": OPTIONAL},
                              {"name": "vip", "color": "#ff0000"}, status=201)  # fmt: skip
        await self.call(agent.client, "GET /tags", [{"id": TEXT, "name": TEXT}])
        await self.call(admin.client, "DELETE /tags/{id}", id=tag["id"])

    async def figures(self) -> None:
        admin = await self.shop.client("admin")
        stats = {
            "open_tickets": 145,
            "pending_tickets": 23,
            "overdue_tickets": 8,
            "resolved_today": 67,
            "total_tickets": 1234,
        }
        await self.call(admin, "GET /dashboard/stats", stats)
        event = {"id": TEXT, "type": TEXT, "user": {"name": TEXT}, "action": TEXT, "target": TEXT, "timestamp": TEXT}
        assert await self.call(admin, "GET /dashboard/activity", [event], query="?limit=5")
        rows = await self.call(admin, "GET /dashboard/sla-status", [{"label": TEXT, "value": 94, "target": 95}])
        assert [row["label"] for row in rows] == ["First Response", "Resolution Time", "Customer Satisfaction"]
        span = "?start_date=2026-01-01&end_date=2026-12-31"
        report = {"total_tickets": 1, "by_status": {"open": 1, "pending": 1, "resolved": 1},
                  "by_priority": {"urgent": 1, "high": 1, "normal": 1, "low": 1}, "trend": []}  # fmt: skip
        await self.call(admin, "GET /reports/tickets", report, query=f"{span}&group_by=week")
        for name in ("agents", "satisfaction", "sla"):
            await self.call(admin, f"GET /reports/{name}", query=span)
        for form in ("csv", "pdf", "xlsx"):
            link = await self.call(
                admin, "GET /reports/export", {"url": TEXT}, query=f"{span}&type=tickets&format={form}"
            )
            file = await admin.get("/" + urlsplit(link["url"])._replace(scheme="", netloc="").geturl())
            assert file.status_code == 200
            assert len(file.content) > 100

    async def knowledge_and_search(self) -> None:
        agent, customer = await self.shop.client("agent"), await self.shop.client("customer")
        body = {"title": "string", "content": "string", "category": "string", "tags": ["string"], "published": True}
        article = await self.call(agent, "POST /kb/articles", ARTICLE, body, status=201)
        place = {"id": article["id"]}
        await self.call(customer, "GET /kb/articles", [ARTICLE], query="?category=string&search=string&limit=5")
        await self.call(customer, "GET /kb/articles/{id}", ARTICLE, **place)
        await self.call(agent, "PUT /kb/articles/{id}", ARTICLE, {"title": "Another"}, **place)
        await self.call(customer, "GET /kb/categories")
        await self.call(customer, "POST /kb/articles/{id}/vote", None, {"helpful": True}, **place)
        everything = {"tickets": [{"id": TEXT}], "contacts": [{"id": TEXT}], "articles": [{"id": TEXT}]}
        found = await self.call(agent, "GET /search", everything, query="?q=string&types=tickets,contacts,articles")
        assert found["tickets"]
        assert found["articles"]
        await self.call(agent, "GET /search/tickets", query="?q=string")
        await self.call(agent, "GET /search/contacts", query="?q=customer")
        await self.call(agent, "DELETE /kb/articles/{id}", **place)

    async def own_things(self) -> None:
        agent, admin = await self.shop.client("agent"), await self.shop.client("admin")
        await self.call(agent, "GET /settings", {})
        profile = {"name": "string", "email": (await self.shop.person("agent")).email, "phone": "string"}
        await self.call(
            agent, "PUT /settings/profile", {"name": "string"}, {**profile, "avatar": "https://a.example/a.png"}
        )
        switches = {"email_notifications": True, "desktop_notifications": True, "ticket_updates": True,
                    "ticket_assignments": True, "mentions": True}  # fmt: skip
        await self.call(agent, "PUT /settings/notifications", None, switches)
        security = {"current_password": PASSWORD, "new_password": "a-better-password-9", "two_factor_enabled": False}
        await self.call(agent, "PUT /settings/security", None, security)
        await self.call(admin, "PUT /settings/organization", None, {"name": "Renamed Shop"})
        await work(self.desk, self.shop)
        note = {
            "id": TEXT,
            "type": TEXT,
            "title": TEXT,
            "message": TEXT,
            "read": False,
            "link": TEXT,
            "created_at": TEXT,
        }
        notes = await self.call(agent, "GET /notifications", [note], query="?unread=true&limit=20")
        assert notes
        await self.call(agent, "PATCH /notifications/{id}/read", id=notes[0]["id"])
        await self.call(agent, "PATCH /notifications/read-all")
        await self.call(agent, "DELETE /notifications/{id}", id=notes[0]["id"])

    async def files(self) -> None:
        agent = await self.shop.client("agent")
        sent = await agent.request("POST", "/upload", files={"file": ("notes.txt", b"hello", "text/plain")})
        assert sent.status_code == 201
        upload = sent.json()["data"]
        assert not misfits(upload, UPLOAD)
        got = await agent.get(f"/uploads/{upload['id']}")
        assert (got.status_code, got.content) == (200, b"hello")
        await self.call(agent, "DELETE /uploads/{id}", id=upload["id"])


async def test_every_operation_answers_as_the_document_says(desk: Desk, shop: Organization) -> None:
    story = Story(desk, shop)
    await story.authentication()
    await story.tickets()
    await story.people()
    await story.places()
    await story.figures()
    await story.knowledge_and_search()
    await story.own_things()
    await story.files()
    by_form = {("POST", "/upload"), ("GET", "/uploads/{}")}  # walked by `files`, not as JSON
    assert {(each.method, each.path.removeprefix("/api/v1")) for each in story.walk.left_out()} == by_form


def test_the_comparison_itself_finds_what_is_wrong() -> None:
    like = {"id": TEXT, "n": 1, "on": True, "maybe": OPTIONAL, "rows": [{"x": NUMBER}]}
    assert misfits({"id": "a", "n": 2, "on": False, "maybe": None, "rows": [{"x": 2}], "more": 1}, like) == []
    wrong = misfits({"id": 1, "n": 2.5, "on": 1, "rows": [{}]}, like)
    assert len(wrong) == 5


async def test_the_document_lists_the_code_of_every_refusal(shop: Organization) -> None:
    codes = openapi_document("v1")["components"]["schemas"]["ErrorBody"]["properties"]["code"]["enum"]
    agent, anonymous = await shop.client("agent"), shop.desk.client()
    refused = [
        await anonymous.get("/tickets"), await agent.get("/audit-logs"), await agent.get("/nowhere"),
        await agent.get(f"/tickets/{shop.id}"), await agent.post("/tickets", {}), await agent.delete("/tickets"),
        await anonymous.post("/setup", {}), await agent.post("/tickets", content=b"{"),
    ]  # fmt: skip
    assert {answer.json()["error"]["code"] for answer in refused} <= set(codes)
    assert all(answer.status_code >= 400 for answer in refused)
    assert {"STEP_UP_REQUIRED", "TWO_FACTOR_REQUIRED", "IDEMPOTENCY_KEY_REUSED", "INTERNAL_ERROR"} <= set(codes)
    assert "ERROR" not in codes
