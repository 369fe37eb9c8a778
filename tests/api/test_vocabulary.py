"""A ticket created in any contract is shown correctly by all others, in every status.

The tables here are those of the design's vocabulary; nothing of them is taken from the contracts' own.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.support.desk import Client, Organization, Person

CONTRACTS = ("v1", "v2", "platform", "routes", "portals")
BASES = {"v1": "/api/v1", "v2": "/api/v2", "platform": "/v1", "routes": "", "portals": ""}

STATUS = {
    "new": {"v2": "open", "platform": "open", "portals": "Open", "routes": "new"},
    "open": {"v2": "open", "platform": "in_progress", "portals": "In Progress", "routes": "open"},
    "pending": {"v2": "pending", "platform": "in_progress", "portals": "In Progress", "routes": "pending"},
    "hold": {"v2": "pending", "platform": "in_progress", "portals": "In Progress", "routes": "hold"},
    "solved": {"v2": "resolved", "platform": "resolved", "portals": "Resolved", "routes": "solved"},
    "closed": {"v2": "closed", "platform": "resolved", "portals": "Closed", "routes": "closed"},
}
PRIORITY = {
    "low": {"v2": "low", "platform": "low", "portals": "Low", "routes": "low"},
    "normal": {"v2": "medium", "platform": "medium", "portals": "Medium", "routes": "normal"},
    "high": {"v2": "high", "platform": "high", "portals": "High", "routes": "high"},
    "urgent": {"v2": "urgent", "platform": "high", "portals": "Urgent", "routes": "urgent"},
}
FIELDS = {
    "v1": ("subject", "requester_id", "assignee_id", "group_id"),
    "v2": ("title", "customerId", "assigneeId", "groupId"),
    "platform": ("title", "customer_id", "assignee_id", None),
    "routes": ("subject", "customer_id", "assigned_to", "team_id"),
    "portals": ("subject", "requester_id", "assignee_id", None),
}
MESSAGE = {"v1": "body", "v2": "content", "platform": "content", "routes": "content", "portals": "body"}

SUBJECT = "The zip is broken"
DESCRIPTION = "The zip of my jacket broke on day one."


class Desks:
    """One organization's customer and agent, at every contract."""

    def __init__(self, customer: Person, agent: Person, admin: Person) -> None:
        self.customer, self.agent, self.admin = customer, agent, admin

    def at(self, contract: str, person: Person) -> Client:
        return person.client.at(BASES[contract])

    async def create(self, contract: str, priority: str) -> str:
        """A customer's ticket, written in a contract's words; its id."""
        names = {"v1": "/tickets", "v2": "/tickets", "platform": "/tickets", "routes": "/tickets"}
        path = names.get(contract, "/customer/tickets")
        title = FIELDS[contract][0]
        word = priority if contract == "v1" else PRIORITY[priority][contract]
        body = {title: SUBJECT, "description": DESCRIPTION, "priority": word}
        answer = await self.at(contract, self.customer).post(path, body)
        assert answer.status_code == 201, answer.text
        return str(bare(answer.json())["id"])

    async def read(self, contract: str, ticket: str) -> dict[str, Any] | None:
        """A ticket as a contract shows it to staff, or to its customer if only the assignee could read it."""
        match contract:
            case "platform":
                client, path = self.at(contract, self.agent), "/tickets?limit=100"
            case "portals":
                client, path = self.at(contract, self.customer), f"/customer/tickets/{ticket}"
            case _:
                client, path = self.at(contract, self.agent), f"/tickets/{ticket}"
        answer = await client.get(path)
        if contract == "platform":
            return next((each for each in answer.json()["items"] if each["id"] == ticket), None)
        if answer.status_code == 404:
            return None
        assert answer.status_code == 200, answer.text
        return bare(answer.json())

    async def reads(self, ticket: str, status: str, priority: str, *, assignee: str | None, group: str | None) -> None:
        """Asserts that every contract shows the ticket with these values."""
        for contract in CONTRACTS:
            seen = await self.read(contract, ticket)
            assert seen is not None, contract
            title, requester, assigned, team = FIELDS[contract]
            assert seen["status"] == (status if contract == "v1" else STATUS[status][contract]), contract
            assert seen["priority"] == (priority if contract == "v1" else PRIORITY[priority][contract]), contract
            assert (seen[title], seen["description"]) == (SUBJECT, DESCRIPTION), contract
            assert (seen[requester], seen[assigned]) == (str(self.customer.id), assignee), contract
            if team is not None:
                assert seen[team] == group, contract
        if assignee == str(self.agent.id):
            shown = (await self.at("portals", self.agent).get(f"/agent/tickets/{ticket}")).json()
            assert (shown["status"], shown["priority"]) == (STATUS[status]["portals"], PRIORITY[priority]["portals"])
            assert shown["requester"]["email"] == self.customer.email

    async def conversation(self, contract: str, ticket: str, person: Person) -> list[tuple[str, bool]]:
        """The messages on a ticket and whether each is internal, as a contract shows them to a person."""
        match contract:
            case "v1":
                found = (await self.at("v1", person).get(f"/tickets/{ticket}/comments")).json()["data"]
                return [(each["body"], not each["public"]) for each in found]
            case "v2":
                found = (await self.at("v2", person).get(f"/tickets/{ticket}/messages")).json()["data"]
                return [(each["content"], each["type"] == "internal_note") for each in found]
            case "routes":
                found = (await self.at("routes", person).get(f"/tickets/{ticket}/messages")).json()["items"]
                return [(each["content"], each["is_internal"]) for each in found]
            case _:
                portal = "agent" if person is self.agent else "customer"
                found = (await self.at("portals", person).get(f"/{portal}/tickets/{ticket}")).json()["comments"]
                return [(each["body"], each["is_internal"]) for each in found]


def bare(body: dict[str, Any]) -> dict[str, Any]:
    """The content of a response without its envelope."""
    inner: dict[str, Any] = body.get("data", body)
    return inner


async def open_desks(shop: Organization) -> Desks:
    return Desks(await shop.person("customer"), await shop.person("agent"), await shop.person("admin"))


@pytest.mark.parametrize("made_in", CONTRACTS)
async def test_every_contract_shows_a_ticket_correctly_in_every_status(shop: Organization, made_in: str) -> None:
    desks = await open_desks(shop)
    team = (await desks.at("routes", desks.admin).post("/teams", {"name": f"Repairs {uuid4().hex[:6]}"})).json()["id"]
    ticket = await desks.create(made_in, "normal")
    me = str(desks.agent.id)

    async def now(status: str, priority: str = "normal", group: str | None = team) -> None:
        await desks.reads(ticket, status, priority, assignee=me, group=group)

    await desks.reads(ticket, "new", "normal", assignee=None, group=None)
    await ok(desks.at("v1", desks.agent).patch(f"/tickets/{ticket}/assign", {"assignee_id": me}))
    await now("open", group=None)
    await ok(desks.at("routes", desks.agent).patch(f"/tickets/{ticket}", {"team_id": team, "status": "pending"}))
    await now("pending")
    await ok(desks.at("v1", desks.agent).patch(f"/tickets/{ticket}/status", {"status": "hold"}))
    await now("hold")
    await ok(desks.at("portals", desks.agent).put(f"/agent/tickets/{ticket}", {"priority": "URGENT"}))
    await now("hold", "urgent")
    await talk(desks, ticket)
    await now("hold", "urgent")
    await ok(desks.at("portals", desks.agent).put(f"/agent/tickets/{ticket}", {"status": "resolved"}))
    await now("solved", "urgent")
    await ok(desks.at("portals", desks.customer).put(f"/customer/tickets/{ticket}", {"status": "Closed"}))
    await now("closed", "urgent")
    await ok(desks.at("v2", desks.agent).post(f"/tickets/{ticket}/reopen"))
    await now("open", "urgent")
    await ok(desks.at("v2", desks.agent).patch(f"/tickets/{ticket}", {"status": "resolved", "priority": "medium"}))
    await now("solved", "normal")
    await ok(desks.at("v1", desks.admin).delete(f"/tickets/{ticket}"))
    for contract in CONTRACTS:
        assert await desks.read(contract, ticket) is None, contract
    gone = desks.at("portals", desks.agent)
    assert (await gone.get(f"/agent/tickets/{ticket}")).status_code == 404
    assert (
        await desks.at("platform", desks.agent).post(f"/tickets/{ticket}/messages", {"content": "x"})
    ).status_code == 404


async def talk(desks: Desks, ticket: str) -> None:
    """A reply or note in every contract, which every contract then shows alike."""
    said: list[tuple[str, bool]] = []
    for contract, path, note in (
        ("v1", f"/tickets/{ticket}/comments", {"public": False}),
        ("v2", f"/tickets/{ticket}/messages", {"type": "internal_note"}),
        ("platform", f"/tickets/{ticket}/messages", {"is_internal": True}),
        ("routes", f"/tickets/{ticket}/messages", {"is_internal": True}),
        ("portals", f"/agent/tickets/{ticket}/comments", {"is_internal": True}),
    ):
        for internal in (False, True):
            words = f"{'note' if internal else 'reply'} in {contract}"
            body = {MESSAGE[contract]: words, **(note if internal else {})}
            await ok(desks.at(contract, desks.agent).post(path, body))
            said.append((words, internal))
    for contract in ("v1", "v2", "routes", "portals"):
        assert await desks.conversation(contract, ticket, desks.agent) == said, contract
        public = [(words, internal) for words, internal in said if not internal]
        assert await desks.conversation(contract, ticket, desks.customer) == public, contract


async def ok(answer: Awaitable[Any]) -> None:
    """Asserts success."""
    got = await answer
    assert got.status_code in {200, 201}, got.text


@pytest.mark.parametrize("made_in", CONTRACTS)
@pytest.mark.parametrize("priority", list(PRIORITY))
async def test_a_priority_is_written_and_read_in_every_contracts_terms(
    shop: Organization, made_in: str, priority: str
) -> None:
    desks = await open_desks(shop)
    ticket = await desks.create(made_in, priority)
    # platform has no value for urgent: what its customer writes as high is high everywhere.
    core = "high" if (made_in, priority) == ("platform", "urgent") else priority
    await desks.reads(ticket, "new", core, assignee=None, group=None)


async def test_a_filter_matches_every_stored_status_shown_with_its_value(shop: Organization) -> None:
    desks = await open_desks(shop)
    made: dict[str, str] = {}
    for status, priority in zip(STATUS, ["low", "normal", "high", "urgent", "low", "normal"], strict=True):
        ticket = await desks.create("v1", priority)
        made[ticket] = status
        if status != "new":
            await ok(desks.at("v1", desks.agent).patch(f"/tickets/{ticket}/status", {"status": status}))
    lists: dict[str, Callable[[Any], list[dict[str, Any]]]] = {
        "v1": lambda body: body["data"]["tickets"], "v2": lambda body: body["data"],
        "platform": lambda body: body["items"], "routes": lambda body: body["items"],
        "portals": lambda body: body["items"],
    }  # fmt: skip
    for contract, items in lists.items():
        at_portals = contract == "portals"
        desk = desks.at(contract, desks.customer if at_portals else desks.agent)
        path = "/customer/tickets" if at_portals else "/tickets"
        shown = {core: core if contract == "v1" else words[contract] for core, words in STATUS.items()}
        for word in set(shown.values()):
            showing = {core for core, as_shown in shown.items() if as_shown == word}
            answer = await desk.get(f"{path}?status={word}&limit=100")
            assert {made[each["id"]] for each in items(answer.json())} == showing, (contract, word)
            either = showing | {core for core, as_shown in shown.items() if as_shown == shown["closed"]}
            together, repeated = f"{word},{shown['closed']}", [word, shown["closed"]]
            for two in (together, repeated):
                answer = await desk.get(f"{path}?{urlencode({'status': two, 'limit': 100}, doseq=True)}")
                assert {made[each["id"]] for each in items(answer.json())} == either, (contract, two)
        words = {core: core if contract == "v1" else words[contract] for core, words in PRIORITY.items()}
        for word in set(words.values()):
            answer = await desk.get(f"{path}?priority={word}&limit=100")
            assert {each["priority"] for each in items(answer.json())} == {word}, contract


async def test_a_contract_refuses_values_of_other_contracts(shop: Organization) -> None:
    desks = await open_desks(shop)
    for contract, word, allowed in (
        ("v1", "resolved", "new, open, pending, hold, solved, closed"),
        ("routes", "resolved", "new, open, pending, hold, solved, closed"),
        ("platform", "solved", "open, in_progress, resolved"),
        ("v2", "solved", "open"),
    ):
        answer = await desks.at(contract, desks.agent).get(f"/tickets?status={word}")
        assert answer.status_code == (422 if contract == "v1" else 400), contract
        assert allowed in answer.text, contract
