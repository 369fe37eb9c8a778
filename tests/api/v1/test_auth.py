"""v1: sign-in, sign-out, refresh tokens, sessions and password resets, each with its refusals."""

import asyncio
import contextlib
import secrets

import pytest

from deskbell.features.access.errors import TooManyFailures, WrongCredentials
from deskbell.features.access.service.sign_in_limits import FREE_PER_ADDRESS, FREE_PER_ORIGIN, counted_attempt
from tests.support.accounts import NEW_PASSWORD, fresh_address, log_in, signed_up
from tests.support.desk import PASSWORD, Desk, Organization
from tests.support.mail import mails_to, token_for
from tests.support.work import work

# Signing in


async def test_sign_in_answers_as_documented_and_the_token_is_valid(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    answer = await log_in(desk, agent.email.upper())
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    data = answer.json()["data"]
    assert data["expires_in"] == 900
    assert {key: data["user"][key] for key in ("id", "email", "name", "role", "organization_id")} == {
        "id": str(agent.id), "email": agent.email, "name": "Agent", "role": "agent", "organization_id": str(shop.id),
    }  # fmt: skip
    me = (await desk.client(data["token"]).get("/auth/me")).json()["data"]
    assert {key: me[key] for key in ("id", "name", "email", "role", "organizationId")} == {
        "id": str(agent.id), "name": "Agent", "email": agent.email, "role": "agent", "organizationId": str(shop.id),
    }  # fmt: skip
    assert "tickets:assign" in me["permissions"]
    assert "tickets:delete" not in me["permissions"]
    assert [each["id"] for each in me["organizations"]] == [str(shop.id)]


async def test_all_failed_sign_ins_get_the_same_response(desk: Desk, shop: Organization) -> None:
    known = await shop.person("customer")
    without = fresh_address()
    await (await shop.client("agent")).post("/tickets", {
        "subject": "By phone", "description": "Called in", "requester": {"email": without, "name": "Caller"},
    })  # fmt: skip
    answers = [
        await log_in(desk, known.email, "not-the-password"),
        await log_in(desk, fresh_address(), "not-the-password"),
        await log_in(desk, without, "not-the-password"),
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert answers[0].json()["error"]["code"] == "INVALID_CREDENTIALS"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password"}),
        ({"email": "no address", "password": "x"}, {"email"}),
        ({"email": "a@b.example", "password": "x", "remember": True}, {"remember"}),
        ({"email": "a@b.example", "password": 7, "organization_id": "one"}, {"password", "organization_id"}),
        ({"email": "a\0@b.example", "password": "x"}, {"email"}),
    ],
)
async def test_a_malformed_sign_in_names_its_fields(desk: Desk, body: object, fields: set[str]) -> None:
    answer = await desk.client().post("/auth/login", body)
    assert answer.status_code == 422
    assert {problem["path"] for problem in answer.json()["error"]["details"]["fields"]} == fields


async def test_guessing_is_throttled_for_one_address_only(desk: Desk, shop: Organization) -> None:
    victim, other = await shop.person("customer"), await shop.person("customer2")
    for _ in range(FREE_PER_ADDRESS):
        assert (await log_in(desk, victim.email, "guess")).status_code == 401
    braked = await log_in(desk, victim.email)
    assert braked.status_code == 429
    assert int(braked.headers["retry-after"]) >= 1
    assert braked.json()["error"]["details"]["retry_after"] == int(braked.headers["retry-after"])
    assert (await log_in(desk, other.email)).status_code == 200
    unknown = fresh_address()
    guesses = [await log_in(desk, unknown, "guess") for _ in range(FREE_PER_ADDRESS + 1)]
    assert [answer.status_code for answer in guesses] == [*[401] * FREE_PER_ADDRESS, 429]


async def test_parallel_sign_ins_with_the_right_password_all_succeed(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    answers = await asyncio.gather(*(log_in(desk, person.email) for _ in range(FREE_PER_ADDRESS + 3)))
    assert [answer.status_code for answer in answers] == [200] * (FREE_PER_ADDRESS + 3)


async def test_parallel_guesses_get_no_more_tries_than_guesses_in_turn(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    answers = await asyncio.gather(*(log_in(desk, person.email, "guess") for _ in range(FREE_PER_ADDRESS + 5)))
    assert sorted(answer.status_code for answer in answers) == [401] * FREE_PER_ADDRESS + [429] * 5


async def test_guesses_from_one_ipv6_network_are_throttled_together(desk: Desk) -> None:
    async def guess(ip: str) -> None:
        async with desk.database.unit(None) as uow:
            with contextlib.suppress(WrongCredentials):
                async with counted_attempt(uow, fresh_address(), ip):
                    raise WrongCredentials

    line, neighbour = f"2001:db8:{secrets.token_hex(2)}:1", "2001:db8:ffff:2::1"
    for n in range(FREE_PER_ORIGIN):
        await guess(f"{line}::{n:x}")
    with pytest.raises(TooManyFailures):
        await guess(f"{line}:1:2:3:4")
    await guess(neighbour)


async def test_concurrent_guesses_are_throttled(desk: Desk, shop: Organization) -> None:
    victim = await shop.person("customer")
    answers = await asyncio.gather(*(log_in(desk, victim.email, "guess") for _ in range(FREE_PER_ADDRESS * 2)))
    assert sorted(answer.status_code for answer in answers) == [401] * FREE_PER_ADDRESS + [429] * FREE_PER_ADDRESS


async def test_a_right_password_clears_the_count(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    for _ in range(2):
        for _ in range(FREE_PER_ADDRESS - 1):
            assert (await log_in(desk, person.email, "slip of the finger")).status_code == 401
        assert (await log_in(desk, person.email)).status_code == 200


async def test_a_user_of_two_organizations_selects_one_at_sign_in(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    agent = await shop.person("agent")
    invited = await (await rival.client("owner")).post("/invitations", {"email": agent.email, "role": "admin"})
    assert invited.status_code == 201, invited.text
    there = await log_in(desk, agent.email, organization_id=str(rival.id))
    assert there.json()["data"]["user"]["role"] == "admin"
    assert there.json()["data"]["user"]["organization_id"] == str(rival.id)
    last_used = await log_in(desk, agent.email)
    assert last_used.json()["data"]["user"]["organization_id"] == str(rival.id)
    elsewhere = await desk.organization("Elsewhere")
    refused = await log_in(desk, agent.email, organization_id=str(elsewhere.id))
    assert refused.status_code == 422
    assert refused.json()["error"]["details"]["fields"][0]["path"] == "organization_id"
    token = there.json()["data"]["token"]
    assert (await desk.client(token).get("/auth/me")).json()["data"]["organizationId"] == str(rival.id)


# Refreshing and signing out


async def test_each_refresh_token_works_once_and_a_second_use_ends_the_session(desk: Desk, shop: Organization) -> None:
    first = (await log_in(desk, (await shop.person("agent")).email)).json()["data"]
    second = await desk.client().post("/auth/refresh", {"refresh_token": first["refresh_token"]})
    assert second.status_code == 200, second.text
    data = second.json()["data"]
    assert data["refresh_token"] != first["refresh_token"]
    assert (await desk.client(data["token"]).get("/auth/me")).status_code == 200
    again = await desk.client().post("/auth/refresh", {"refresh_token": first["refresh_token"]})
    assert again.status_code == 401
    assert (await desk.client().post("/auth/refresh", {"refresh_token": data["refresh_token"]})).status_code == 401
    assert (await desk.client(data["token"]).get("/auth/me")).status_code == 401
    assert (await desk.client(first["token"]).get("/auth/me")).status_code == 401


async def test_of_two_concurrent_uses_of_a_refresh_token_at_most_one_succeeds(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    body = {"refresh_token": person.refresh_token}
    answers = await asyncio.gather(*(desk.client().post("/auth/refresh", body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


@pytest.mark.parametrize("token", ["nonsense", "dbr_AAAA", "dbr_" + "A" * 91, "dbk_" + "A" * 80])
async def test_an_invalid_refresh_token_is_refused(desk: Desk, token: str) -> None:
    assert (await desk.client().post("/auth/refresh", {"refresh_token": token})).status_code == 401


async def test_signing_out_ends_the_session_immediately(desk: Desk, shop: Organization) -> None:
    person = await shop.person("agent")
    elsewhere = (await log_in(desk, person.email)).json()["data"]
    assert (await person.client.post("/auth/logout")).status_code == 200
    ended = await person.client.get("/auth/me")
    assert ended.status_code == 401
    assert ended.headers["www-authenticate"].startswith("Bearer")
    assert (await desk.client().post("/auth/refresh", {"refresh_token": person.refresh_token})).status_code == 401
    assert (await desk.client(elsewhere["token"]).get("/auth/me")).status_code == 200
    assert (await desk.client().post("/auth/logout")).status_code == 401


async def test_sessions_are_listed_and_ended_one_by_one_or_all_others(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    others = [(await log_in(desk, person.email)).json()["data"]["token"] for _ in range(3)]
    listed = (await person.client.get("/auth/sessions")).json()["data"]
    assert len(listed) == 4
    assert sum(session["current"] for session in listed) == 1
    session_id = next(session["id"] for session in listed if not session["current"])
    stranger = await shop.client("admin")
    assert (await stranger.delete(f"/auth/sessions/{session_id}")).status_code == 404
    assert (await person.client.delete(f"/auth/sessions/{session_id}")).status_code == 200
    assert (await person.client.delete(f"/auth/sessions/{session_id}")).status_code == 404
    statuses = [(await desk.client(token).get("/auth/me")).status_code for token in others]
    assert sorted(statuses) == [200, 200, 401]
    ended = await person.client.delete("/auth/sessions")
    assert ended.json()["message"] == "2 other sessions ended"
    assert {(await desk.client(token).get("/auth/me")).status_code for token in others} == {401}
    assert (await person.client.get("/auth/me")).status_code == 200


# Forgotten passwords


async def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(desk: Desk, shop: Organization) -> None:
    person = await shop.person("agent", verified=False)
    asked = await desk.client().post("/auth/forgot-password", {"email": person.email})
    assert asked.status_code == 200
    await work(desk)
    await work(desk, shop)
    token = await token_for(desk, person.email, "reset-password")
    weak = await desk.client().post("/auth/reset-password", {"token": token, "newPassword": "password123"})
    assert weak.status_code == 422
    assert weak.json()["error"]["details"]["fields"][0]["path"] == "newPassword"
    done = await desk.client().post("/auth/reset-password", {"token": token, "newPassword": NEW_PASSWORD})
    assert done.status_code == 200, done.text
    assert (await person.client.get("/auth/me")).status_code == 401
    assert (await log_in(desk, person.email)).status_code == 401
    signed_in = await log_in(desk, person.email, NEW_PASSWORD)
    assert signed_in.json()["data"]["user"]["verified"] is True
    again = await desk.client().post("/auth/reset-password", {"token": token, "newPassword": PASSWORD})
    assert again.status_code == 422
    await work(desk, shop)
    assert (await mails_to(desk, person.email))[0].subject == "Your password was changed"


async def test_a_password_reset_gets_the_same_response_for_known_and_unknown_addresses(
    desk: Desk, shop: Organization
) -> None:
    person, other = await shop.person("customer"), fresh_address()
    known = await desk.client().post("/auth/forgot-password", {"email": person.email})
    unknown = await desk.client().post("/auth/forgot-password", {"email": other})
    assert known.status_code == unknown.status_code == 200
    assert known.json() == unknown.json()
    assert (await desk.client().post("/auth/forgot-password", {"email": "nothing"})).status_code == 422
    await work(desk)
    await work(desk, shop)
    assert len(await mails_to(desk, person.email)) == 1
    assert await mails_to(desk, other) == []


async def test_a_new_password_ends_the_sessions_in_every_organization(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    person = await shop.person("agent")
    await (await rival.client("owner")).post("/invitations", {"email": person.email, "role": "agent"})
    there = (await log_in(desk, person.email, organization_id=str(rival.id))).json()["data"]["token"]
    await desk.client().post("/auth/forgot-password", {"email": person.email})
    await work(desk)
    await work(desk, shop, rival)
    token = await token_for(desk, person.email, "reset-password")
    done = await desk.client().post("/auth/reset-password", {"token": token, "newPassword": NEW_PASSWORD})
    assert done.status_code == 200
    assert (await person.client.get("/auth/me")).status_code == 401
    assert (await desk.client(there).get("/auth/me")).status_code == 401


async def test_a_link_works_only_for_its_purpose(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    await signed_up(desk, shop, email)
    await work(desk, shop)
    token = await token_for(desk, email, "verify-email")
    wrong = await desk.client().post("/auth/reset-password", {"token": token, "newPassword": NEW_PASSWORD})
    assert wrong.status_code == 422
    accepted = await desk.client().post("/auth/accept-invitation", {"token": token, "password": NEW_PASSWORD})
    assert accepted.status_code == 422
    for nonsense in ("x", "dbl_AAAA", "dbl_" + "A" * 64, f"{token[:-4]}AAAA"):
        assert (await desk.client().post("/auth/verify-email", {"token": nonsense})).status_code == 422
    assert (await desk.client().post("/auth/verify-email", {"token": token})).status_code == 200


async def test_an_expired_link_is_refused(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    await signed_up(desk, shop, email)
    await work(desk, shop)
    token = await token_for(desk, email, "verify-email")
    async with desk.database.unit(None) as uow:
        await uow.db.execute("update account_tokens set expires_at = now() where email = $1", email)
    assert (await desk.client().post("/auth/verify-email", {"token": token})).status_code == 422
