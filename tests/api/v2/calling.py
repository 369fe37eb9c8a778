"""Requests and assertions for tests of v2."""

from typing import Any

import httpx

from tests.support.desk import Client, Organization

TICKET = {"title": "Cannot login to my account", "description": "I've been trying to login but keep getting an error."}


async def v2(shop: Organization, key: str) -> Client:
    """A client of contract v2 for a member of the shop."""
    return (await shop.client(key)).at("/api/v2")


async def file_ticket(client: Client, **fields: object) -> dict[str, Any]:
    """A new ticket of the caller's."""
    answer = await client.post("/tickets", {**TICKET, **fields})
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()["data"]
    return ticket


def problems(answer: httpx.Response) -> dict[str, str]:
    """The fields that a validation error names, with their messages; the error has the document's form."""
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert body.keys() == {"error", "message", "details"}
    assert (body["error"], body["message"]) == ("ValidationError", "Validation failed")
    return {each["path"]: each["message"] for each in body["details"]}


def refused(answer: httpx.Response, status: int, error: str, message: str | None = None) -> None:
    """Asserts a refusal in the document's format."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body.keys() == {"error", "message"}
    assert body["error"] == error
    assert message is None or body["message"] == message
