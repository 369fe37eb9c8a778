"""v1: two-factor authentication, from setup to disabling, and sign-in with it in every contract."""

from typing import Any

import pyotp
import pytest

from deskbell.features.access.second_factor_codes import matching_step
from deskbell.features.access.service.second_factor import reset_second_factor
from deskbell.features.access.service.sign_in_limits import FREE_PER_ADDRESS
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Conflict, NotFound
from tests.support.accounts import log_in
from tests.support.desk import PASSWORD, Client, Desk, Organization, Person
from tests.support.mail import mails_to
from tests.support.work import work

SETUP, ENABLE, DISABLE = "/auth/two-factor/setup", "/auth/two-factor/enable", "/auth/two-factor/disable"


def code_of(secret: str, steps: int = 0) -> str:
    """The app's current code, or the one `steps` intervals of 30 seconds later."""
    return pyotp.TOTP(secret).generate_otp(int(utc_now().timestamp()) // 30 + steps)


async def set_up(client: Client) -> tuple[str, list[str]]:
    """Enables two-factor authentication with the previous code. Returns the secret and the recovery codes."""
    secret = (await client.post(SETUP)).json()["data"]["secret"]
    answer = await client.post(ENABLE, {"code": code_of(secret, -1)})
    assert answer.status_code == 200, answer.text
    return secret, answer.json()["data"]["recovery_codes"]


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_setting_it_up_gives_the_app_its_secret_and_changes_nothing_until_a_code_comes(
    desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    answer = await agent.client.post(SETUP)
    assert answer.headers["cache-control"] == "no-store"
    made = answer.json()["data"]
    assert made["qr_svg"].startswith("<svg")
    app = pyotp.parse_uri(made["otpauth_uri"])
    assert (app.secret, app.name, app.issuer) == (made["secret"], agent.email, "Deskbell")
    assert (await log_in(desk, agent.email)).status_code == 200
    wrong = await agent.client.post(ENABLE, {"code": "000000" if code_of(made["secret"]) != "000000" else "111111"})
    assert refusal(wrong) == (422, "VALIDATION_ERROR")
    assert (await log_in(desk, agent.email)).status_code == 200
    assert (await agent.client.get("/settings")).json()["data"]["security"] == {
        "two_factor_enabled": False, "recovery_codes_left": 0,
    }  # fmt: skip


async def test_nothing_to_enable_and_what_is_on_already_are_conflicts(shop: Organization) -> None:
    client = await shop.client("agent")
    assert (await client.post(ENABLE, {"code": "123456"})).status_code == 409
    secret, codes = await set_up(client)
    assert len(set(codes)) == 10
    assert (await client.post(SETUP)).status_code == 409
    assert (await client.post(ENABLE, {"code": code_of(secret)})).status_code == 409


async def test_an_api_key_may_not_touch_it(desk: Desk, shop: Organization) -> None:
    key = (await (await shop.client("admin")).post("/api-keys", {"name": "all", "scopes": ["*"]})).json()["data"]["key"]
    client = desk.client(x_api_key=key)
    assert (await client.post(SETUP)).status_code == 403
    assert (await client.post(ENABLE, {"code": "123456"})).status_code == 403
    assert (await client.post(DISABLE, {"password": PASSWORD})).status_code == 403


async def test_sign_in_then_requires_a_code_and_each_code_works_once(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    secret, _ = await set_up(agent.client)
    assert refusal(await log_in(desk, agent.email)) == (401, "TWO_FACTOR_REQUIRED")
    assert refusal(await log_in(desk, agent.email, code="")) == (401, "TWO_FACTOR_REQUIRED")
    assert refusal(await log_in(desk, agent.email, "wrong", code=code_of(secret))) == (401, "INVALID_CREDENTIALS")
    code = code_of(secret)
    assert (await log_in(desk, agent.email, code=f"{code[:3]} {code[3:]}")).status_code == 200
    assert refusal(await log_in(desk, agent.email, code=code)) == (401, "INVALID_TWO_FACTOR_CODE")
    assert refusal(await log_in(desk, agent.email, code=code_of(secret, -1))) == (401, "INVALID_TWO_FACTOR_CODE")
    assert (await log_in(desk, agent.email, code=code_of(secret, 1))).status_code == 200


def test_a_code_is_valid_one_step_early_or_late_only() -> None:
    secret, now = pyotp.random_base32(), utc_now()
    step = int(now.timestamp()) // 30
    found = [
        matching_step(secret, pyotp.TOTP(secret).generate_otp(step + distance), now) for distance in (-2, -1, 0, 1, 2)
    ]
    assert found == [None, step - 1, step, step + 1, None]
    assert [matching_step(secret, text, now) for text in ("", "12345", "1234567", "１２３４５６", "abcdef")] == [
        None
    ] * 5


@pytest.mark.parametrize(
    ("base", "path", "asked", "token"),
    [
        ("/api/v2", "/auth/login", ("error", "TwoFactorRequired"), ("data", "token")),
        ("", "/auth/login", ("code", "TWO_FACTOR_REQUIRED"), ("token",)),
        ("", "/login", ("code", "TWO_FACTOR_REQUIRED"), ("token",)),
    ],
    ids=["v2", "routes", "portals"],
)
async def test_every_contract_asks_for_it(
    desk: Desk, shop: Organization, base: str, path: str, asked: tuple[str, str], token: tuple[str, ...]
) -> None:
    agent = await shop.person("agent")
    secret, _ = await set_up(agent.client)
    client, body = desk.client(base=base), {"email": agent.email, "password": PASSWORD}
    without = await client.post(path, body)
    assert without.status_code == 401
    assert without.json()[asked[0]] == asked[1]
    answer = (await client.post(path, {**body, "code": code_of(secret)})).json()
    for key in token:
        answer = answer[key]
    assert (await desk.client(answer).get("/auth/me")).json()["data"]["id"] == str(agent.id)


async def test_a_recovery_code_works_once_in_any_spelling_and_its_use_is_reported(
    desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    _, codes = await set_up(agent.client)
    assert (await log_in(desk, agent.email, code=codes[0].upper().replace("-", " "))).status_code == 200
    assert refusal(await log_in(desk, agent.email, code=codes[0])) == (401, "INVALID_TWO_FACTOR_CODE")
    security = (await agent.client.get("/settings")).json()["data"]["security"]
    assert security == {"two_factor_enabled": True, "recovery_codes_left": 9}
    await work(desk, shop)
    subjects = [mail.subject for mail in await mails_to(desk, agent.email)]
    assert subjects == ["A recovery code was used to sign in", "Your second factor is on"]


async def test_guessing_codes_is_throttled_and_the_password_alone_does_not_reset_the_limit(
    desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    secret, _ = await set_up(agent.client)
    for _ in range(FREE_PER_ADDRESS + 1):  # a request for the code is not a failed attempt
        assert refusal(await log_in(desk, agent.email)) == (401, "TWO_FACTOR_REQUIRED")
    for _ in range(FREE_PER_ADDRESS):
        assert refusal(await log_in(desk, agent.email)) == (401, "TWO_FACTOR_REQUIRED")
        assert refusal(await log_in(desk, agent.email, code="nonsense")) == (401, "INVALID_TWO_FACTOR_CODE")
    assert (await log_in(desk, agent.email, code=code_of(secret))).status_code == 429


async def test_disabling_it_requires_the_password(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    await set_up(agent.client)
    wrong = await agent.client.post(DISABLE, {"password": "not it"})
    assert wrong.status_code == 422
    assert refusal(await log_in(desk, agent.email)) == (401, "TWO_FACTOR_REQUIRED")
    assert (await agent.client.post(DISABLE, {"password": PASSWORD})).status_code == 200
    assert (await log_in(desk, agent.email)).status_code == 200
    assert (await agent.client.post(DISABLE, {"password": PASSWORD})).status_code == 200
    await work(desk, shop)
    subjects = [mail.subject for mail in await mails_to(desk, agent.email)]
    assert subjects == ["Your second factor was turned off", "Your second factor is on"]


async def test_no_table_holds_the_secret_or_a_recovery_code_and_no_repeat_shows_them(
    desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    again = {"Idempotency-Key": "set-up-once"}
    secret = (await agent.client.post(SETUP, headers=again)).json()["data"]["secret"]
    assert (await agent.client.post(SETUP, headers=again)).status_code == 409
    codes = (await agent.client.post(ENABLE, {"code": code_of(secret)})).json()["data"]["recovery_codes"]
    assert secret not in (await agent.client.get("/settings")).text
    kept = await _kept_of(agent, shop)
    assert kept
    assert not any(word in kept for word in (secret, *codes, *(code.replace("-", "") for code in codes)))


async def _kept_of(agent: Person, shop: Organization) -> str:
    """All stored data of a second factor in tables and journal, as text."""
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = [
            *await uow.db.fetch_all("select f::text from second_factors f where user_id = $1", agent.id),
            *await uow.db.fetch_all("select c::text from recovery_codes c where user_id = $1", agent.id),
            *await uow.db.fetch_all("select payload::text from events where subject_id = $1", agent.id),
        ]
    return "\n".join(row[0] for row in rows)


async def test_an_operator_disables_it_for_a_user_who_lost_all_codes(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    await set_up(agent.client)
    assert (await log_in(desk, agent.email)).status_code == 401
    await reset_second_factor(desk.database, agent.email.upper())
    assert (await log_in(desk, agent.email)).status_code == 200
    with pytest.raises(Conflict):
        await reset_second_factor(desk.database, agent.email)
    with pytest.raises(NotFound):
        await reset_second_factor(desk.database, "nobody@nowhere.example")
