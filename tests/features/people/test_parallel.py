"""Objects that requests add on the way, such as a new requester, added by several requests in parallel."""

import asyncio

from tests.support.desk import Organization
from tests.support.journal import events_about


async def test_parallel_tickets_of_a_new_requester_are_all_filed_for_one_customer(shop: Organization) -> None:
    agent = await shop.client("agent")
    for attempt in range(5):
        person = {"email": f"new{attempt}@{shop.domain}", "name": "New Person"}
        ticket = {"subject": "Hello", "description": "x", "requester": person}
        answers = await asyncio.gather(*(agent.post("/tickets", ticket) for _ in range(4)))
        assert [answer.status_code for answer in answers] == [201] * 4, [answer.text for answer in answers]
        (requester,) = {answer.json()["data"]["requester_id"] for answer in answers}
        joined = [kind for kind, _ in await events_about(shop, requester) if kind == "member.added"]
        assert joined == ["member.added"]


async def test_parallel_tickets_of_a_person_of_two_organizations_are_all_filed(
    shop: Organization, rival: Organization
) -> None:
    agents = [await each.client("agent") for each in (shop, rival)]
    for attempt in range(5):
        ticket = {"subject": "Hello", "description": "x", "requester": {"email": f"both{attempt}@{shop.domain}"}}
        answers = await asyncio.gather(*(agent.post("/tickets", ticket) for agent in agents))
        assert [answer.status_code for answer in answers] == [201, 201], [answer.text for answer in answers]


async def test_parallel_invitations_of_one_person_make_one_member(shop: Organization) -> None:
    owner = await shop.client("owner")
    body = {"email": f"invited@{shop.domain}", "role": "agent"}
    answers = await asyncio.gather(*(owner.post("/invitations", body) for _ in range(2)))
    assert [answer.status_code for answer in answers] == [201, 201], [answer.text for answer in answers]
    assert len((await owner.get("/agents", params={"search": "invited"})).json()["data"]) == 1
