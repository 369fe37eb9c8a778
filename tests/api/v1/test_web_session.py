"""v1: the web app's session: its cookie, from where it is accepted, how long it lives, and confirming it again."""

from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest

from deskbell.kernel.clock import utc_now
from tests.api.v1.test_two_factor import set_up
from tests.support.accounts import NEW_PASSWORD, fresh_address
from tests.support.desk import PASSWORD, Client, Desk, Organization, Person, running_desk
from tests.support.mail import token_for
from tests.support.work import work

OWN_PAGE = {"x-deskbell": "web", "sec-fetch-site": "same-origin"}


async def log_in_web(desk: Desk, email: str, **more: str) -> httpx.Response:
    body = {"email": email, "password": PASSWORD, "session": "cookie", **more}
    return await desk.client().post("/auth/login", body, headers=OWN_PAGE)


def cookie_of(answer: httpx.Response) -> dict[str, str]:
    """The web session's cookie: its value (under "") and attributes."""
    (header,) = answer.headers.get_list("set-cookie")
    name_and_value, *attributes = header.split("; ")
    name, _, value = name_and_value.partition("=")
    assert name == "deskbell_web"
    return {"": value.strip('"'), **{part.partition("=")[0].lower(): part.partition("=")[2] for part in attributes}}


async def browser(desk: Desk, person: Person, **headers: str) -> Client:
    """A browser in which the person is signed in, sending the headers of the web app."""
    answer = await log_in_web(desk, person.email)
    assert answer.status_code == 200, answer.text
    sent = {**OWN_PAGE, **headers}
    return desk.client(cookie=f"deskbell_web={cookie_of(answer)['']}", **sent)


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def change_sessions(shop: Organization, person: Person, change: str) -> None:
    """Changes the person's web sessions in the database, as time would."""
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(f"update sessions set {change} where user_id = $1 and kind = 'web'", person.id)


async def test_signing_in_sets_a_cookie_for_scripts_to_neither_read_nor_find_in_the_body(
    desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    answer = await log_in_web(desk, agent.email)
    cookie = cookie_of(answer)
    assert (cookie["httponly"], cookie["samesite"].lower(), cookie["path"]) == ("", "lax", "/")
    assert cookie["max-age"] == str(90 * 24 * 3600)
    assert "secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["data"].keys() == {"expires_at", "user"}
    assert cookie[""] not in answer.text
    client = desk.client(cookie=f"deskbell_web={cookie['']}")
    assert (await client.get("/auth/me")).json()["data"]["id"] == str(agent.id)


async def test_the_cookie_is_secure_where_the_server_is(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, shop: Organization
) -> None:
    agent = await shop.person("agent")
    folder = tmp_path_factory.mktemp("secure")
    async with running_desk(database_url, folder, DESKBELL_BASE_URL="https://desk.example") as secure:
        assert "secure" in cookie_of(await log_in_web(secure, agent.email))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "cross-site", "x-deskbell": "web"},
        {"sec-fetch-site": "same-site", "x-deskbell": "web"},
        {"origin": "http://elsewhere.example", "x-deskbell": "web"},
        {"sec-fetch-site": "same-origin", "x-deskbell": "other"},
    ],
)
async def test_writes_and_sign_ins_with_a_cookie_come_from_our_own_pages(
    desk: Desk, shop: Organization, headers: dict[str, str]
) -> None:
    agent = await shop.person("agent")
    own = await browser(desk, agent)
    ticket = {"subject": "s", "description": "d"}
    assert (await own.post("/tickets", ticket)).status_code == 201
    cookie = own._headers["cookie"]
    strange = desk.client(cookie=cookie, **headers)
    assert (await strange.get("/auth/me")).status_code == 200
    assert refusal(await strange.post("/tickets", ticket)) == (403, "FORBIDDEN")
    body = {"email": agent.email, "password": PASSWORD, "session": "cookie"}
    refused = await desk.client().post("/auth/login", body, headers=headers)
    assert refusal(refused) == (403, "FORBIDDEN")
    assert "set-cookie" not in refused.headers


async def test_the_cookie_is_no_bearer_token_and_signs_in_to_v1_alone(desk: Desk, shop: Organization) -> None:
    cookie = (await browser(desk, await shop.person("agent")))._headers["cookie"]
    value = cookie.partition("=")[2]
    assert (await desk.client(value).get("/auth/me")).status_code == 401
    assert (await desk.client(cookie=f"deskbell_session={value}").get("/auth/me")).status_code == 401
    assert (await desk.client(base="/api/v2", cookie=cookie).get("/auth/session")).status_code == 401
    assert (await desk.client(base="/api", cookie=cookie).get("/auth/me")).status_code == 200
    forged = value[:40] + ("A" if value[40] != "A" else "B") + value[41:]
    assert (await desk.client(cookie=f"deskbell_web={forged}").get("/auth/me")).status_code == 401


async def test_signing_out_and_ending_the_session_elsewhere_refuse_the_cookie(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    first, second = await browser(desk, agent), await browser(desk, agent)
    out = await first.post("/auth/logout")
    assert (cookie_of(out)[""], cookie_of(out)["max-age"]) == ("", "0")
    assert refusal(await first.get("/auth/me")) == (401, "UNAUTHORIZED")
    listed = (await agent.client.get("/auth/sessions")).json()["data"]
    web = next(each for each in listed if each["kind"] == "web")
    assert (await agent.client.delete(f"/auth/sessions/{web['id']}")).status_code == 200
    assert (await second.get("/auth/me")).status_code == 401
    third = await browser(desk, agent)
    assert (await agent.client.delete("/auth/sessions")).status_code == 200
    assert (await third.get("/auth/me")).status_code == 401


async def test_use_prolongs_the_session_to_14_days_and_never_beyond_90(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    client = await browser(desk, agent)

    async def expiry() -> tuple[timedelta, timedelta]:
        assert (await client.get("/auth/me")).status_code == 200
        async with desk.database.unit(shop.system()) as uow:
            row = await uow.db.fetch_one(
                "select expires_at - now() as rest, expires_at - created_at as whole from sessions "
                "where user_id = $1 and kind = 'web'", agent.id,
            )  # fmt: skip
        assert row is not None
        return row["rest"], row["whole"]

    await change_sessions(
        shop, agent, "last_used_at = now() - interval '1 hour', expires_at = now() + interval '1 day'"
    )
    rest, _ = await expiry()
    assert rest > timedelta(days=13, hours=23)
    await change_sessions(
        shop, agent, "last_used_at = now() - interval '1 day', created_at = now() - interval '85 days'"
    )
    rest, whole = await expiry()
    assert rest < timedelta(days=5)
    assert whole == timedelta(days=90)
    await change_sessions(shop, agent, "expires_at = now() - interval '1 second'")
    assert (await client.get("/auth/me")).status_code == 401


async def test_the_second_factor_is_a_step_of_the_same_sign_in(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    secret, _ = await set_up(agent.client)
    asked = await log_in_web(desk, agent.email)
    assert refusal(asked) == (401, "TWO_FACTOR_REQUIRED")
    assert "set-cookie" not in asked.headers
    code = pyotp.TOTP(secret).generate_otp(int(utc_now().timestamp()) // 30)
    assert cookie_of(await log_in_web(desk, agent.email, code=code))[""]


async def test_an_accepted_invitation_signs_the_browser_in(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    await (await shop.client("admin")).post("/invitations", {"email": email, "role": "agent", "name": "New"})
    await work(desk, shop)
    body = {"token": await token_for(desk, email, "accept-invitation"), "password": NEW_PASSWORD, "session": "cookie"}
    assert (await desk.client().post("/auth/accept-invitation", body)).status_code == 403
    answer = await desk.client().post("/auth/accept-invitation", body, headers=OWN_PAGE)
    assert answer.status_code == 200, answer.text
    assert "token" not in answer.json()["data"]
    client = desk.client(cookie=f"deskbell_web={cookie_of(answer)['']}")
    assert (await client.get("/auth/me")).json()["data"]["email"] == email


async def test_a_web_session_confirms_the_password_before_it_makes_a_lasting_way_in(
    desk: Desk, shop: Organization
) -> None:
    admin = await shop.person("admin")
    client = await browser(desk, admin)
    key = {"name": "robot", "scopes": ["tickets:read"]}
    assert (await client.post("/api-keys", key)).status_code == 201
    await change_sessions(shop, admin, "confirmed_at = now() - interval '11 minutes'")
    assert refusal(await client.post("/api-keys", key)) == (403, "STEP_UP_REQUIRED")
    assert refusal(await client.post("/auth/two-factor/setup")) == (403, "STEP_UP_REQUIRED")
    assert refusal(await client.post("/auth/step-up", {"password": "wrong"})) == (401, "INVALID_CREDENTIALS")
    assert refusal(await client.post("/api-keys", key)) == (403, "STEP_UP_REQUIRED")
    answer = await client.post("/auth/step-up", {"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["confirmed_until"] > utc_now().isoformat()
    assert (await client.post("/api-keys", key)).status_code == 201
    made = (await admin.client.post("/api-keys", {"name": "whole", "scopes": ["*"]})).json()["data"]["key"]
    assert refusal(await desk.client(made).post("/auth/step-up", {"password": PASSWORD})) == (403, "FORBIDDEN")


async def test_confirming_takes_the_second_factor_too(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    client = await browser(desk, agent)
    _, recovery = await set_up(agent.client)
    assert refusal(await client.post("/auth/step-up", {"password": PASSWORD})) == (401, "TWO_FACTOR_REQUIRED")
    wrong = await client.post("/auth/step-up", {"password": PASSWORD, "code": "nonsense"})
    assert refusal(wrong) == (401, "INVALID_TWO_FACTOR_CODE")
    assert (await client.post("/auth/step-up", {"password": PASSWORD, "code": recovery[0]})).status_code == 200
