"""v1: feedback, once per solved ticket, by its customer."""

from uuid import uuid4

import pytest

from tests.support.desk import Organization


async def solved(shop: Organization) -> str:
    ticket = await (await shop.client("customer")).post("/tickets", {"subject": "Zip", "description": "Broken"})
    path = f"/tickets/{ticket.json()['data']['id']}"
    await (await shop.client("agent")).patch(f"{path}/status", {"status": "solved"})
    return f"/feedback{path}"


async def test_a_customer_rates_once_and_staff_read_it(shop: Organization) -> None:
    customer, agent = await shop.person("customer"), await shop.client("agent")
    path = await solved(shop)
    assert (await agent.get(path)).status_code == 404
    given = await customer.client.post(path, {"rating": 5, "comment": " Quick! "})
    assert given.status_code == 201, given.text
    verdict = given.json()["data"]
    assert (verdict["rating"], verdict["comment"], verdict["user_id"]) == (5, "Quick!", str(customer.id))
    assert (await agent.get(path)).json()["data"] == verdict
    again = await customer.client.post(path, {"rating": 1})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "FEEDBACK_GIVEN")


@pytest.mark.parametrize("body", [{}, {"rating": 0}, {"rating": 6}, {"rating": "5"}, {"rating": 5, "stars": 5}])
async def test_a_bad_rating_is_refused(shop: Organization, body: object) -> None:
    path = await solved(shop)
    customer = await shop.client("customer")
    assert (await customer.post(path, body)).status_code == 422
    assert (await customer.get(path)).status_code == 404


async def test_only_a_solved_ticket_can_be_rated(shop: Organization) -> None:
    customer = await shop.client("customer")
    ticket = await customer.post("/tickets", {"subject": "Zip", "description": "Broken"})
    answer = await customer.post(f"/feedback/tickets/{ticket.json()['data']['id']}", {"rating": 4})
    assert answer.status_code == 422


async def test_other_users_cannot_rate_or_read_it(shop: Organization, rival: Organization) -> None:
    path = await solved(shop)
    assert (await (await shop.client("agent")).post(path, {"rating": 5})).status_code == 403
    for other in (await shop.client("customer2"), await rival.client("customer")):
        assert (await other.post(path, {"rating": 1})).status_code == 404
        assert (await other.get(path)).status_code == 404
    await (await shop.client("customer")).post(path, {"rating": 3})
    for other in (await shop.client("customer2"), await rival.client("admin")):
        assert (await other.get(path)).status_code == 404
    assert (await (await shop.client("customer")).get(f"/feedback/tickets/{uuid4()}")).status_code == 404
