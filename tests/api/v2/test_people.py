"""v2: sign-in, sign-up, users, members and the organization, each with its refusals."""

import secrets
from uuid import uuid4

import httpx
import pytest

from tests.api.v2.calling import problems, refused, v2
from tests.support.desk import PASSWORD, Desk, Organization, running_desk


def fresh_address() -> str:
    return f"someone.{secrets.token_hex(6)}@mail.example"


async def log_in(desk: Desk, email: str, password: str = PASSWORD) -> httpx.Response:
    return await desk.client(base="/api/v2").post("/auth/login", {"email": email, "password": password})


def cookie_of(answer: httpx.Response) -> dict[str, str]:
    """The session cookie's value (under "") and attributes."""
    (header,) = answer.headers.get_list("set-cookie")
    name_and_value, *attributes = header.split("; ")
    assert name_and_value.startswith("deskbell_session=")
    parsed = {part.partition("=")[0].lower(): part.partition("=")[2] for part in attributes}
    return {"": name_and_value.partition("=")[2].strip('"'), **parsed}


async def test_login_sets_the_session_cookie_which_signs_in_from_our_own_pages(desk: Desk, shop: Organization) -> None:
    person = await shop.person("agent")
    answer = await log_in(desk, person.email)
    cookie = cookie_of(answer)
    assert cookie[""] == answer.json()["data"]["token"]
    assert (cookie["httponly"], cookie["samesite"].lower(), cookie["path"]) == ("", "lax", "/")
    assert "secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    browser = desk.client(base="/api/v2", cookie=f"deskbell_session={cookie['']}")
    assert (await browser.get("/auth/session")).json()["data"]["user"]["id"] == str(person.id)
    refused(await browser.post("/auth/logout", headers={"sec-fetch-site": "cross-site"}), 403, "Forbidden")
    out = await browser.post("/auth/logout", headers={"sec-fetch-site": "same-origin"})
    assert (cookie_of(out)[""], cookie_of(out)["max-age"]) == ("", "0")
    refused(await browser.get("/auth/session"), 401, "Unauthorized")


async def test_the_cookie_is_secure_where_the_server_is(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, shop: Organization
) -> None:
    person = await shop.person("agent")
    folder = tmp_path_factory.mktemp("secure")
    async with running_desk(database_url, folder, DESKBELL_BASE_URL="https://desk.example") as secure:
        assert "secure" in cookie_of(await log_in(secure, person.email))


async def test_a_wrong_password_and_an_unknown_address_get_the_same_response(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    answers = [await log_in(desk, person.email, "wrong"), await log_in(desk, fresh_address(), "wrong")]
    for answer in answers:
        refused(answer, 401, "Unauthorized")
    assert answers[0].json() == answers[1].json()


async def test_a_refresh_token_gets_the_next_pair_once(desk: Desk, shop: Organization) -> None:
    person = await shop.person("agent")
    anonymous = desk.client(base="/api/v2")
    body = {"refreshToken": person.refresh_token}
    fresh = (await anonymous.post("/auth/refresh", body)).json()["data"]
    assert (await desk.client(fresh["token"], "/api/v2").get("/auth/session")).status_code == 200
    refused(await anonymous.post("/auth/refresh", body), 401, "Unauthorized")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("login", {}, {"email": "This field is required", "password": "This field is required"}),
        ("login", {"email": "jo", "password": "x"}, {"email": "Invalid email format"}),
        ("login", {"email": "a..b@c.example", "password": "x"}, {"email": "Invalid email format"}),
        (
            "register",
            {"name": " ", "email": "@", "password": "1234567"},
            {
                "name": "This field must not be empty",
                "email": "Invalid email format",
                "password": "Password must be at least 8 characters",
            },
        ),
        ("forgot-password", {"email": "jo at home"}, {"email": "Invalid email format"}),
        (
            "reset-password",
            {"token": "x", "newPassword": "short"},
            {"newPassword": "Password must be at least 8 characters"},
        ),
        (
            "verify-email",
            {"token": "nonsense"},
            {"token": "This link has been used or has expired. Please request a new one."},
        ),
    ],
)
async def test_a_malformed_request_names_its_fields(
    desk: Desk, path: str, body: dict[str, str], expected: dict[str, str]
) -> None:
    assert problems(await desk.client(base="/api/v2").post(f"/auth/{path}", body)) == expected


async def test_an_address_registers_once_and_joins_what_it_names(desk: Desk, shop: Organization) -> None:
    anonymous = desk.client(base="/api/v2")
    body = {"name": "Jo", "email": fresh_address(), "password": PASSWORD, "organizationId": str(shop.id)}
    answer = await anonymous.post("/auth/register", body)
    assert answer.status_code == 201
    user = answer.json()["data"]["user"]
    assert (user["organizationId"], user["role"], user["emailVerified"]) == (str(shop.id), "customer", False)
    refused(await anonymous.post("/auth/register", body), 409, "ConflictError")
    nowhere = {**body, "email": fresh_address(), "organizationId": str(uuid4())}
    assert problems(await anonymous.post("/auth/register", nowhere)).keys() == {"organizationId"}


async def test_a_contact_who_registers_must_open_the_mailed_link(desk: Desk, shop: Organization) -> None:
    email = fresh_address()
    ticket = {"subject": "By phone", "description": "Called in", "requester": {"email": email}}
    assert (await (await shop.client("agent")).post("/tickets", ticket)).status_code == 201
    body = {"name": "Jo", "email": email, "password": PASSWORD, "organizationId": str(shop.id)}
    answer = await desk.client(base="/api/v2").post("/auth/register", body)
    assert answer.status_code == 202
    assert answer.json()["data"].keys() == {"message"}
    assert "set-cookie" not in answer.headers


async def test_users_are_found_by_role_and_by_name(shop: Organization) -> None:
    keys = ("customer", "agent", "senior_agent", "team_lead", "admin", "owner")
    people = {key: await shop.person(key) for key in keys}
    agent = await v2(shop, "agent")

    async def found(query: str, path: str = "/users") -> set[str]:
        answer = await agent.get(f"{path}?{query}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["pagination"]["total"] == len(answer.json()["data"])
        by_id = {str(person.id): key for key, person in people.items()}
        return {by_id[user["id"]] for user in answer.json()["data"]}

    for path in ("/users", "/organizations/members"):
        assert await found("", path) == set(keys)
        assert await found("role=agent", path) == {"agent", "senior_agent", "team_lead"}
        assert await found("role=admin&role=owner", path) == {"admin", "owner"}
        assert await found("search=lead", path) == {"team_lead"}
        assert await found("search=lead&role=customer", path) == set()
    shown = {user["id"]: user["role"] for user in (await agent.get("/users")).json()["data"]}
    assert shown[str(people["team_lead"].id)] == "agent"
    first = (await agent.get("/users?limit=4")).json()
    assert first["pagination"] == {"page": 1, "limit": 4, "total": 6, "totalPages": 2, "hasMore": True}
    expected = "Invalid enum value. Expected 'customer' | 'agent' | 'admin' | 'owner'"
    assert problems(await agent.get("/users?role=team_lead")) == {"role": expected}


async def test_a_role_that_is_shown_already_is_not_taken_away(shop: Organization) -> None:
    lead, admin = await shop.person("team_lead"), await v2(shop, "admin")
    changed = await admin.patch(f"/users/{lead.id}", {"role": "agent", "name": "Lee"})
    assert (changed.json()["data"]["role"], changed.json()["data"]["name"]) == ("agent", "Lee")
    assert (await lead.client.get("/auth/me")).json()["data"]["role"] == "team_lead"
    promoted = await admin.patch(f"/users/{lead.id}", {"role": "admin"})
    assert promoted.json()["data"]["role"] == "admin"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": " "}, {"name"}),
        ({"name": "x" * 201}, {"name"}),
        ({"avatarUrl": "javascript:alert(1)"}, {"avatarUrl"}),
        ({"phone": "1" * 51}, {"phone"}),
        ({"role": "team_lead"}, {"role"}),
        ({"email": "new@mail.example"}, {"email"}),
    ],
)
async def test_a_bad_change_of_a_user_names_its_fields(
    shop: Organization, body: dict[str, str], fields: set[str]
) -> None:
    person, admin = await shop.person("customer"), await v2(shop, "admin")
    before = (await admin.get(f"/users/{person.id}")).json()
    assert problems(await admin.patch(f"/users/{person.id}", body)).keys() == fields
    assert problems(await person.client.at("/api/v2").patch("/users/me", body)).keys() == fields
    assert (await admin.get(f"/users/{person.id}")).json() == before


async def test_staff_read_users_and_admins_update_them(shop: Organization) -> None:
    customer, agent, admin = await v2(shop, "customer"), await v2(shop, "agent"), await v2(shop, "admin")
    owner = (await shop.person("owner")).id
    me = (await shop.person("customer")).id
    for path in ("/users", f"/users/{me}", "/organizations/members"):
        refused(await customer.get(path), 403, "Forbidden", "Insufficient permissions")
    invitation = {"email": fresh_address(), "role": "agent"}
    for client in (customer, agent):
        refused(await client.patch(f"/users/{me}", {"name": "x"}), 403, "Forbidden")
        refused(await client.delete(f"/users/{me}"), 403, "Forbidden")
        refused(await client.delete(f"/organizations/members/{me}"), 403, "Forbidden")
        refused(await client.post("/organizations/invite", invitation), 403, "Forbidden")
        refused(await client.patch("/organizations/current", {"name": "x"}), 403, "Forbidden")
    refused(await admin.post("/organizations/invite", {**invitation, "role": "owner"}), 403, "Forbidden")
    refused(await admin.patch(f"/users/{owner}", {"role": "agent"}), 403, "Forbidden")
    refused(await admin.delete(f"/organizations/members/{owner}"), 403, "Forbidden")
    refused(await (await v2(shop, "owner")).delete(f"/users/{owner}"), 409, "ConflictError")
    assert (await agent.get("/users")).json()["pagination"]["total"] == 4


async def test_an_existing_member_is_not_invited_again(shop: Organization) -> None:
    admin = await v2(shop, "admin")
    body = {"email": (await shop.person("agent")).email, "role": "admin"}
    refused(await admin.post("/organizations/invite", body), 409, "ConflictError")
    assert problems(await admin.post("/organizations/invite", {"email": "jo", "role": "boss"})) == {
        "email": "Invalid email format",
        "role": "Invalid enum value. Expected 'customer' | 'agent' | 'admin' | 'owner'",
    }


async def test_users_of_another_organization_are_not_found(shop: Organization, rival: Organization) -> None:
    person, stranger = await shop.person("agent"), await v2(rival, "owner")
    for path in (f"/users/{person.id}", f"/organizations/members/{person.id}"):
        refused(await stranger.delete(path), 404, "NotFound")
    refused(await stranger.get(f"/users/{person.id}"), 404, "NotFound", "User not found")
    refused(await stranger.patch(f"/users/{person.id}", {"name": "Ours"}), 404, "NotFound", "User not found")
    assert str(person.id) not in (await stranger.get("/users?limit=100")).text
    assert (await person.client.at("/api/v2").get("/users/me")).json()["data"]["name"] == person.name


async def test_the_organizations_settings_are_for_staff(shop: Organization) -> None:
    customer, admin = await v2(shop, "customer"), await v2(shop, "admin")
    domain = f"shop-{secrets.token_hex(4)}.example"
    body = {"domain": domain, "settings": {"signupAllowed": False, "custom": {"tier": "gold"}}}
    changed = (await admin.patch("/organizations/current", body)).json()["data"]
    assert (changed["domain"], changed["settings"]["signupAllowed"]) == (domain, False)
    assert changed["settings"]["custom"] == {"tier": "gold"}
    assert (await (await v2(shop, "agent")).get("/organizations/current")).json()["data"] == changed
    assert (await customer.get("/organizations/current")).json()["data"] == {**changed, "settings": None}
    back = (await admin.patch("/organizations/current", {"settings": {"signupAllowed": None}})).json()["data"]
    assert back["settings"]["signupAllowed"] is True


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": ""}, {"name"}),
        ({"domain": "not a domain"}, {"domain"}),
        ({"settings": {"timeZone": "Mars/Olympus"}}, {"settings.timeZone"}),
        ({"settings": {"supportEmail": "anonymous", "colour": "red"}}, {"settings.colour"}),
        ({"settings": {"supportEmail": "anonymous", "signupAllowed": True}}, {"settings.supportEmail"}),
        ({"id": str(uuid4())}, {"id"}),
    ],
)
async def test_a_bad_change_of_the_organization_names_its_fields(
    shop: Organization, body: dict[str, object], fields: set[str]
) -> None:
    admin = await v2(shop, "admin")
    before = (await admin.get("/organizations/current")).json()
    assert problems(await admin.patch("/organizations/current", body)).keys() == fields
    assert (await admin.get("/organizations/current")).json() == before


async def test_a_taken_domain_is_a_conflict(shop: Organization, rival: Organization) -> None:
    admin = await v2(shop, "admin")
    refused(await admin.patch("/organizations/current", {"domain": rival.domain}), 409, "ConflictError")
