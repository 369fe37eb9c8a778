"""Data that an API key reveals: calls every route with exactly the scopes it declares and searches the response.

`REVEALS` says which canary a scope may reveal, and why where it is not its own noun. A command answers with the object that
it changed, so the scope to change an object reveals that object. A permission without a row fails.
"""

import re
from collections.abc import Set as AbstractSet
from typing import Any, Final

import httpx
import pytest

from deskbell.api.shared.contract import RouteEntry
from deskbell.app import list_routes
from deskbell.kernel.permissions import PERMISSIONS_OF, Permission, Role
from tests.support.canaries import CANARIES, SEARCHED, customer_key, made, plant
from tests.support.desk import Client, Organization

NOTHING: Final[frozenset[str]] = frozenset()
TICKET: Final = frozenset(
    {
        "ticket subject", "ticket description",
        "contact name", "contact mail",  # a ticket includes its requester
        "agent name", "agent mail",  # who works on it
        "group", "tag", "category", "brand",  # where it is filed
        "field value",
    }
)  # fmt: skip
COMMENT: Final = frozenset({"public comment", "file name on a comment"})
NOTE: Final = frozenset({"internal note", "file name on a note"})
CONTACT: Final = frozenset({"contact name", "contact mail", "contact phone", "contact field value"})
AGENT: Final = frozenset({"agent name", "agent mail", "agent phone", "group"})  # an agent is shown with their groups

REVEALS: Final[dict[str, AbstractSet[str]]] = {
    "public": NOTHING,
    "tickets:read": TICKET | {"rating"},  # a rating is a field of its ticket
    "tickets:create": TICKET,
    "tickets:update": TICKET,
    "tickets:assign": TICKET,
    "tickets:explain": NOTHING,  # it takes `tickets:read` besides
    "tickets:close": TICKET,
    "tickets:delete": TICKET,
    "tickets:bulk": NOTHING,
    "tickets:own": TICKET,
    "feedback:create": {"rating"},
    "comments:read": COMMENT,
    "comments:create": COMMENT,
    "comments:delete": NOTHING,
    "comments:internal": NOTE,
    "files:read": {"file content"},  # a file belongs to a comment: see `test_a_file_needs_the_scopes_of_its_comment`
    "files:upload": NOTHING,
    "files:delete": NOTHING,
    "categories:read": {"category"},
    "categories:manage": {"category"},
    "brands:read": {"brand"},
    "brands:manage": {"brand"},
    "fields:read": {"field", "contact field", "form", "status"},
    "fields:manage": {"field", "contact field", "form", "status"},
    "rules:read": {"rule"},
    "rules:manage": {"rule"},
    "mail:read": {"mail", "mailbox"},
    "mail:review": {"mail", "suppressed address"},
    "mail:manage": {"mailbox", "mail account", "mail template"},
    "organization:read": NOTHING,
    "organization:manage": NOTHING,
    "profile:manage": NOTHING,
    "notifications:read": NOTHING,  # notifications quote: see `more`
    "search:read": NOTHING,  # each kind takes the scope to read it
    "contacts:read": CONTACT | AGENT - {"group"},  # v2 and routes list every member here
    "contacts:write": CONTACT,
    "contacts:delete": NOTHING,
    "members:manage": CONTACT | AGENT,
    "agents:read": AGENT,
    "agents:status": AGENT,
    "agents:manage": AGENT,
    "groups:read": {"group", "agent name", "agent mail"},  # a group is shown with its agents
    "groups:manage": {"group", "agent name", "agent mail"},
    "tags:read": {"tag"},
    "tags:manage": {"tag"},
    "canned:read": {"canned response"},
    "canned:write": {"canned response"},
    "macros:use": {"macro"},
    "macros:manage": NOTHING,
    "sla:read": NOTHING,
    "sla:manage": NOTHING,
    "articles:write": {"article draft", "internal article", "missed search"},
    "articles:manage": {"article draft"},
    "views:manage": {"view"},
    "dashboard:read": NOTHING,  # figures
    "reports:read": {"agent name", "agent mail"},  # the report by agent
    "metrics:read": NOTHING,
    "widget:manage": NOTHING,  # sites and switches
    "webhooks:manage": {"webhook address"},
    "api-keys:manage": {"API key"},
    "audit:read": {
        "contact name",
        "contact mail",
        "agent name",
        "agent mail",
    },  # who did it; values take their own scopes
    "export:read": NOTHING,  # an export takes the scope to read each part of it
    "import:manage": NOTHING,  # it brings, and shows what its own file says
    "platform:manage": NOTHING,
}
"""By permission: the canaries that a key with this scope may be shown."""

IN_PUBLIC: Final = {"GET /users/{user_id}": frozenset({"contact name", "agent name"})}
"""By route: data that the contract makes public."""

BODIES: Final[dict[str, Any]] = {
    "POST /api/v1/tickets": {"subject": "s", "description": "d"},
    "PUT /api/v1/tickets/{ticket_id}": {"subject": f"{SEARCHED} {CANARIES['ticket subject']}"},
    "PATCH /api/v1/tickets/{ticket_id}/status": {"status": "open"},
    "PATCH /api/v1/tickets/{ticket_id}/priority": {"priority": "high"},
    "PATCH /api/v1/tickets/{ticket_id}/snooze": {"until": None},
    "PATCH /api/v1/tickets/{ticket_id}/assign": {"group_id": "{group_id}"},
    "POST /api/v1/tickets/{ticket_id}/comments": {"body": "b"},
    "POST /api/v1/canned-responses/{response_id}/render": {"ticket_id": "{ticket_id}"},
    "POST /api/v1/macros/{macro_id}/preview": {"ticket_ids": ["{ticket_id}"]},
    "POST /api/v1/macros/{macro_id}/apply": {"ticket_ids": ["{ticket_id}"]},
    "POST /api/v2/tickets/{ticket_id}/assign": {"assigneeId": "{member_id}"},
    "POST /api/v2/tickets/{ticket_id}/messages": {"content": "b"},
    "POST /v1/tickets": {"title": "s", "description": "d"},
    "POST /v1/tickets/{ticket_id}/messages": {"content": "b"},
    "POST /tickets": {"subject": "s", "description": "d"},
    "POST /tickets/{ticket_id}/tags": {"tag_id": "{tag_id}"},
    "POST /tickets/{ticket_id}/messages": {"content": "b"},
    "PUT /agent/tickets/{ticket_id}": {"priority": "High"},
    "POST /agent/tickets/{ticket_id}/comments": {"body": "b"},
    "POST /customer/tickets": {"subject": "s", "description": "d"},
    "PUT /customer/tickets/{ticket_id}": {"status": "Closed"},
    "POST /customer/tickets/{ticket_id}/comments": {"body": "b"},
    "POST /api/v1/groups/{group_id}/members": {"user_id": "{member_id}"},
    "POST /teams/{team_id}/members": {"user_id": "{member_id}"},
    "PATCH /api/v1/agents/{agent_id}/status": {"status": "away"},
}
QUERIES: Final = {
    "/contacts/{contact_id}/merge": {"merged_id": "{other_id}"},
    "/search": {"q": SEARCHED},
    "/export/events": {"limit": 500},
    "/mailboxes/settings": {"address": "a@gmail.com"},
    "/sign-in/callback": {"state": "unknown"},
}
NEEDS_A_SESSION: Final = re.compile(r"/two-factor/|/settings/security|/auth/(?:logout|refresh|session)\b")


def permissions_of(entry: RouteEntry) -> list[str]:
    return entry.permission.split(", ")


def is_of_a_customer(entry: RouteEntry) -> bool:
    """Whether only customers may call it."""
    staff = PERMISSIONS_OF[Role.OWNER] | {Permission.PLATFORM}
    return entry.permission != "public" and not staff.issuperset(permissions_of(entry))


def filled(value: Any, ids: dict[str, str]) -> Any:
    """A body or path with ids in its places."""
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    if isinstance(value, str):
        return re.sub(r"\{([a-z_]+)[^}]*\}", lambda place: ids.get(place.group(1), place.group(0)), value)
    return value


async def call(client: Client, entry: RouteEntry, ids: dict[str, str]) -> httpx.Response:
    body = filled(BODIES.get(f"{entry.method} {entry.path}", {}), ids)
    options: dict[str, Any] = {"json": body} if entry.method in {"POST", "PUT", "PATCH"} else {}
    query = next((value for part, value in QUERIES.items() if part in entry.path), {})
    return await client.request(entry.method, "/" + filled(entry.path, ids), params=filled(query, ids), **options)


def revealed(answer: httpx.Response) -> set[str]:
    """The canaries in a response's body and headers."""
    text = answer.text + str(answer.headers)
    return {name for name, word in CANARIES.items() if word in text}


class Keys:
    """Clients with API keys of the owner, or of the contact, one for each set of scopes."""

    def __init__(self, shop: Organization, ids: dict[str, str]) -> None:
        self._shop, self._ids = shop, ids
        self._clients: dict[tuple[bool, tuple[str, ...]], Client] = {}

    async def client(self, *scopes: str, customer: bool = False) -> Client:
        """The client whose key has exactly these scopes."""
        if (customer, scopes) not in self._clients:
            if customer:
                text = await customer_key(self._shop, self._ids["contact_id"], *scopes)
            else:
                body = {"name": "k", "scopes": list(scopes)}
                text = (await made(await self._shop.client("owner"), "/api-keys", body))["key"]
            self._clients[customer, scopes] = self._shop.desk.client(text)
        return self._clients[customer, scopes]


@pytest.fixture
async def ids(shop: Organization) -> dict[str, str]:
    return await plant(shop)


@pytest.fixture
def keys(shop: Organization, ids: dict[str, str]) -> Keys:
    return Keys(shop, ids)


def test_every_permission_says_what_it_may_reveal() -> None:
    declared = {each for entry in list_routes() for each in permissions_of(entry)}
    missing = (declared | {each.value for each in Permission}) - REVEALS.keys()
    assert not missing, f"Give each a row in REVEALS, with the reason for what is not its own noun: {sorted(missing)}"


def _place(entry: RouteEntry) -> tuple[bool, bool, str, str]:
    """Deletions come last, and last of all the one that ends the sessions with which keys are made."""
    deletes = entry.method == "DELETE"
    return deletes and entry.path.endswith("/auth/sessions"), deletes, entry.method, entry.path


async def walk(keys: Keys, ids: dict[str, str], *, more: bool) -> tuple[list[str], list[str], set[str]]:
    """Calls every route; returns what was revealed beyond the scopes, which reads were refused, and all that was seen."""
    beyond, refused, seen = [], [], set[str]()
    entries = [each for each in set(list_routes()) if not NEEDS_A_SESSION.search(each.path)]
    for entry in sorted(entries, key=_place):
        scopes = [] if entry.permission == "public" else permissions_of(entry)
        scopes += entry.more.split(", ") if more and entry.more else []
        client = await keys.client(*(scopes or ["sla:read"]), customer=is_of_a_customer(entry))
        answer = await call(client, entry, ids)
        found = revealed(answer)
        allowed = IN_PUBLIC.get(f"{entry.method} {entry.path}", NOTHING).union(*(REVEALS[each] for each in scopes))
        shown = f"{entry.method} {entry.path} [{', '.join(scopes)}]: {answer.status_code}"
        if found - allowed:
            beyond.append(f"{shown} {sorted(found - allowed)}")
        if entry.method == "GET" and entry.permission != "public" and answer.status_code != 200:
            refused.append(f"{shown} {answer.text[:100]}")
        seen |= found
    return beyond, refused, seen


NEED_MORE: Final = (
    "GET /api/v1/uploads/{file_id}",  # this file is on a note, and it is no picture
    "GET /api/v1/reports/fields/{key}",  # this field is a text, which no report counts
    "GET /api/v1/agents/{agent_id}/performance",  # another's figures are part of the reports
    "GET /api/v1/mail/images/{token}",  # this token is of no picture
    "GET /api/v1/mailboxes/sign-in/callback",  # no sign-in was begun with this state
)
CURE: Final = "Require the permission to read it in the service, and declare it on the route"


async def test_a_key_reveals_nothing_beyond_its_scopes(keys: Keys, ids: dict[str, str]) -> None:
    beyond, refused, seen = await walk(keys, ids, more=False)
    assert not beyond, f"{CURE}: {beyond}"
    unexplained = [each for each in refused if not each.startswith(NEED_MORE)]
    assert not unexplained, f"A key with the declared scopes must get through: {unexplained}"
    # What no route shows by its declared permissions alone.
    assert CANARIES.keys() - seen == NOTE | {"file content", "internal article"}


async def test_additional_scopes_reveal_only_their_own_resources(keys: Keys, ids: dict[str, str]) -> None:
    beyond, refused, seen = await walk(keys, ids, more=True)
    assert not beyond, f"{CURE}: {beyond}"
    # The file is no picture, and the field a text.
    assert [
        each
        for each in refused
        if not any(part in each for part in ("/thumbnail ", "/reports/fields/", "/sign-in/callback ", "/mail/images/"))
    ] == []
    assert seen == CANARIES.keys()


async def test_a_file_needs_the_scopes_of_its_comment(keys: Keys, ids: dict[str, str]) -> None:
    path = f"/uploads/{ids['file_id']}"
    scopes = ["files:read", "tickets:read", "comments:read", "comments:internal"]
    for lacking in scopes[1:]:
        client = await keys.client(*(each for each in scopes if each != lacking))
        assert (await client.get(path)).status_code == 404, lacking
    answer = await (await keys.client(*scopes)).get(path)
    assert answer.text == CANARIES["file content"]


@pytest.mark.parametrize("path", ["/search/tickets?q={}", "/tickets?search={}", "/tickets?search={}&sort=number"])
async def test_a_search_matches_notes_only_with_the_scope_to_read_them(
    path: str, keys: Keys, ids: dict[str, str]
) -> None:
    note, reply = CANARIES["internal note"], CANARIES["public comment"]
    public = await keys.client("search:read", "tickets:read")
    whole = await keys.client("search:read", "tickets:read", "comments:internal")
    # A query of a number and words matches by either. An excluded word must not occur in any searched text.
    expected = {
        note: (0, 1),
        reply: (1, 1),
        f"{SEARCHED} -{note}": (2, 1),
        f"{SEARCHED} -{reply}": (1, 1),
        f"-{note}": (2, 1),
    }
    found = {}
    for text in expected:
        totals = [(await each.get(path.format(text))).json()["data"]["pagination"]["total"] for each in (public, whole)]
        found[text] = tuple(totals)
    assert found == expected
    assert ids


async def test_a_stored_response_is_not_replayed_to_fewer_permissions(shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.client("customer")
    ticket = await made(customer, "/tickets", {"subject": "s", "description": "d"})
    path, once = f"/tickets/{ticket['id']}/comments", {"Idempotency-Key": "once"}
    note = {"body": CANARIES["internal note"], "public": False}
    for _ in range(2):
        assert (await agent.client.post(path, note, headers=once)).status_code == 201
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update memberships set role = 'customer' where user_id = $1", agent.id)
    again = await agent.client.post(path, note, headers=once)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert CANARIES["internal note"] not in again.text
