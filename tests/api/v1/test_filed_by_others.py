"""v1: a customer whose address is not confirmed sees what they filed themselves, and nothing that others filed under it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from deskbell.app import list_routes
from deskbell.features.access.queries import memberships
from deskbell.features.access.service.sessions import Device, start_session
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.comment_records import NewComment
from deskbell.features.tickets.records import NewTicket
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from deskbell.kernel.words import Channel
from tests.api.test_scopes import call, revealed
from tests.support.accounts import fresh_address, signed_up
from tests.support.canaries import made, plant
from tests.support.desk import Client, Desk, Organization
from tests.support.work import work

File = Callable[[Organization, str, UUID], Awaitable[str]]
WORDS: Any = {"subject": "Secret order", "description": "By telephone"}


async def by_address(shop: Organization, email: str, _: UUID) -> str:
    requester = {"email": email, "name": "Grace"}
    return str((await made(await shop.client("agent"), "/tickets", {**WORDS, "requester": requester}))["id"])


async def by_id(shop: Organization, _: str, user_id: UUID) -> str:
    return str((await made(await shop.client("agent"), "/tickets", {**WORDS, "requester_id": str(user_id)}))["id"])


async def by_mail(shop: Organization, _: str, user_id: UUID) -> str:
    """As incoming mail, the form on other sites and imports file: Deskbell itself, for the owner of the address."""
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.begin()
        new = NewTicket(**WORDS, channel=Channel.EMAIL, requester_id=user_id)
        return str((await tickets.create(uow, new)).id)


async def by_following(shop: Organization, _: str, user_id: UUID) -> str:
    agent = await shop.client("agent")
    ticket = await made(await shop.client("customer"), "/tickets", WORDS)
    await made(agent, f"/tickets/{ticket['id']}/followers", {"user_id": str(user_id)})
    return str(ticket["id"])


async def by_merging(shop: Organization, _: str, user_id: UUID) -> str:
    """The tickets of another contact, in the opinion of the staff the same person."""
    owner, other = await shop.client("owner"), await shop.person("customer3")
    ticket = await made(other.client, "/tickets", WORDS)
    merged = await owner.post(f"/contacts/{user_id}/merge", {"contact_id": str(other.id)})
    assert merged.status_code == 200, merged.text
    return str(ticket["id"])


async def listed(client: Client, query: str = "") -> tuple[list[str], int]:
    """The ids of a list, and its total."""
    data = (await client.get(f"/tickets{query}")).json()["data"]
    return [each["id"] for each in data["tickets"]], data["pagination"]["total"]


async def user_id_of(client: Client) -> UUID:
    return UUID((await client.get("/auth/me")).json()["data"]["id"])


@pytest.mark.parametrize("file", [by_address, by_id, by_mail, by_following, by_merging])
async def test_only_the_owner_of_the_address_sees_what_others_filed(desk: Desk, shop: Organization, file: File) -> None:
    email = fresh_address()
    stranger = await signed_up(desk, shop, email)
    own = (await made(stranger, "/tickets", {"subject": "My own", "description": "Mine"}))["id"]
    ticket_id = await file(shop, email, await user_id_of(stranger))
    answer = await made(await shop.client("agent"), f"/tickets/{ticket_id}/comments", {"body": "Your order 4711"})
    await work(desk, shop)
    assert await listed(stranger) == ([own], 1)
    assert await listed(stranger, "?status=open,new") == ([own], 1)
    assert await listed(stranger, "?followed=true") == ([], 0)
    path = f"/tickets/{ticket_id}"
    for each in (path, f"{path}/comments", f"{path}/timeline", f"{path}/similar", f"/comments/{answer['id']}"):
        assert (await stranger.get(each)).status_code in (403, 404, 405), each
    for each in ("/search?q=Secret", "/search/tickets?q=order", "/notifications", "/dashboard/stats"):
        assert "Secret order" not in (await stranger.get(each)).text, each
    assert (await stranger.post(f"{path}/comments", {"body": "Where is it?"})).status_code == 404
    async with desk.database.unit(None) as uow:
        await uow.db.execute("update users set email_verified_at = now() where email = $1", email)
    assert (await stranger.get(path)).status_code == 200
    assert (await listed(stranger, "?followed=true"))[0] == ([ticket_id] if file is by_following else [])


async def test_a_mail_of_the_addresss_owner_is_not_shown_to_who_has_only_typed_it(
    desk: Desk, shop: Organization
) -> None:
    stranger = await signed_up(desk, shop, fresh_address())
    user_id = await user_id_of(stranger)
    ticket_id = (await made(stranger, "/tickets", {"subject": "My own", "description": "Mine"}))["id"]
    await made(stranger, f"/tickets/{ticket_id}/comments", {"body": "Typed here"})
    async with desk.database.unit(Actor(shop.id, user_id, Role.CUSTOMER)) as uow:
        await uow.begin()
        mail = NewComment(body="I asked for nothing, my number is 4711", channel=Channel.EMAIL)
        await tickets.add_comment(uow, UUID(ticket_id), mail)
    await made(await shop.client("agent"), f"/tickets/{ticket_id}/comments", {"body": "We look"})
    path = f"/tickets/{ticket_id}"
    shown = (await stranger.get(f"{path}/comments")).json()["data"]
    assert [each["body"] for each in shown] == ["Typed here", "We look"]
    for each in (path, f"{path}/timeline", "/search?q=4711", "/tickets?fields=row"):
        assert "4711" not in (await stranger.get(each)).text.replace("q=4711", ""), each


async def test_no_route_of_any_contract_shows_it(desk: Desk, shop: Organization) -> None:
    ids = await plant(shop)
    contact_id = UUID(ids["contact_id"])
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update users set email_verified_at = null where id = $1", contact_id)
        member = await memberships.find_member(uow.db, contact_id)
        assert member is not None
        session = await start_session(uow, desk.keys, member, Device("tests", "127.0.0.1"))
    client = desk.client(session.token)
    shown: dict[str, Any] = {}
    for entry in sorted(set(list_routes())):
        if entry.method == "GET" and "{user_id}" not in entry.path:
            for name in revealed(await call(client, entry, ids)) - {"contact name", "contact mail", "contact phone"}:
                shown.setdefault(name, []).append(entry.path)
    assert shown.keys() <= {"category", "brand", "field", "form"}, shown
