"""Mailboxes that sign in at their provider (OAuth2), with a provider on loopback."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
import pytest

from deskbell.channels.mail.tokens import NoToken, TokenSource
from deskbell.features.mail.queries import keys
from deskbell.features.mail.queries import sign_in as queries
from deskbell.features.mail.service import sign_in as service
from deskbell.features.mail.sign_in import Tokens, addresses
from deskbell.kernel.clock import utc_now
from deskbell.runtime.sealing import sealer_of
from tests.cli.running import run, short_folder
from tests.features.mail.test_own_servers import own_server, send, shown, ticket
from tests.features.mail.test_sending import replied, states
from tests.jobs.test_imap import mailbox_id
from tests.support.desk import Desk, Organization, Person, running_desk
from tests.support.receiver import Call, Receiver
from tests.support.sink import running_sink
from tests.support.work import run_job, tools_of, work


class Provider:
    """Checks codes, verifiers and refresh tokens as RFC 6749 and RFC 7636 say; each refresh token is good once."""

    def __init__(self) -> None:
        self.challenges: dict[str, str] = {}
        self.refresh_token = "refresh-0"
        self.issued = 0
        self.seconds = 3_600
        self.refusal: tuple[int, str] | None = None
        self.forms: list[dict[str, str]] = []

    def consent(self, authorize_url: str) -> dict[str, str]:
        """The answer of the provider after a person agrees."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = asked["code_challenge"]
        return {"code": code, "state": asked["state"]}

    async def answer(self, call: Call, writer: asyncio.StreamWriter) -> None:
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        self.forms.append(form)
        status, body = self._judge(form)
        writer.write(f"HTTP/1.1 {status} Answer\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()

    def _judge(self, form: dict[str, str]) -> tuple[int, bytes]:
        if self.refusal is not None:
            return self.refusal[0], msgspec.json.encode({"error": self.refusal[1]})
        if form.get("client_secret") != "planted-client-secret":
            return 401, msgspec.json.encode({"error": "invalid_client"})
        if form["grant_type"] == "authorization_code":
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            is_right = self.challenges.pop(form["code"], None) == challenge
        elif form["grant_type"] == "refresh_token":
            is_right = form["refresh_token"] == self.refresh_token
        else:
            is_right = form["grant_type"] == "client_credentials"
        if not is_right:
            return 400, msgspec.json.encode({"error": "invalid_grant", "error_description": "Sign in again"})
        self.issued += 1
        self.refresh_token = f"refresh-{self.issued}"
        return 200, msgspec.json.encode(
            {"access_token": f"planted-{self.issued}", "expires_in": self.seconds, "refresh_token": self.refresh_token}
        )


@pytest.fixture
async def provider() -> AsyncIterator[tuple[Provider, str]]:
    """A provider, and its address."""
    found = Provider()
    async with Receiver(found.answer) as server:
        yield found, f"http://127.0.0.1:{server.port}"


@pytest.fixture
async def open_desk(desk: Desk, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk that may connect to this machine."""
    async with running_desk(
        desk.settings.database_url or "", tmp_path, DESKBELL_WEBHOOK_ALLOWED_HOSTS="127.0.0.1"
    ) as found:
        yield found


@pytest.fixture
async def own(open_desk: Desk) -> Organization:
    """An organization there."""
    return await open_desk.organization()


async def client(shop: Organization, url: str, **more: Any) -> UUID:
    """Gives the shop's mailbox a client of the provider."""
    box = await mailbox_id(shop)
    body = {
        "provider": "other", "client_id": "deskbell", "client_secret": "planted-client-secret", "scope": "mail",
        "authorize_url": f"{url}/authorize", "token_url": f"{url}/token", **more,
    }  # fmt: skip
    saved = await (await shop.client("admin")).put(f"/mailboxes/{box}/sign-in", body)
    assert saved.status_code == 200, saved.text
    return box


async def begun(person: Person, box: UUID) -> str:
    """Begins a sign-in; the provider's page."""
    answer = await person.client.post(f"/mailboxes/{box}/sign-in/begin")
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["redirect_uri"].endswith("/api/v1/mailboxes/sign-in/callback")
    return str(answer.json()["data"]["authorize_url"])


async def signed_in(shop: Organization, provider: tuple[Provider, str]) -> UUID:
    """Signs the shop's mailbox in."""
    admin, box = await shop.person("admin"), await client(shop, provider[1])
    back = provider[0].consent(await begun(admin, box))
    answer = await admin.client.get("/mailboxes/sign-in/callback", params=back)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].endswith(f"/desk/admin/mail-connections/{box}?sign_in=done")
    return box


async def state(shop: Organization, box: UUID) -> Any:
    """The sign-in as admins see it."""
    return (await (await shop.client("admin")).get(f"/mailboxes/{box}/sign-in")).json()["data"]


@asynccontextmanager
async def tokens(shop: Organization) -> AsyncIterator[TokenSource]:
    """A source of tokens."""
    source = TokenSource(shop.desk.database, shop.desk.settings)
    try:
        yield source
    finally:
        await source.close()


async def age(shop: Organization, *, over: bool) -> None:
    """Makes the token due for renewal, or over."""
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update mail_sign_ins set renew_at = now() - interval '1 second', "
            "expires_at = case when $1 then now() - interval '1 second' else expires_at end",
            over,
        )


async def test_a_person_signs_in_once_with_a_state_of_their_own(
    own: Organization, provider: tuple[Provider, str]
) -> None:
    admin, other = await own.person("admin"), await own.person("admin2")
    box = await client(own, provider[1])
    back = provider[0].consent(await begun(admin, box))
    callback = "/mailboxes/sign-in/callback"
    assert (await other.client.get(callback, params=back)).status_code == 404, "another admin began it"
    assert (await admin.client.get(callback, params={**back, "state": "guessed"})).status_code == 404
    assert (await (await own.client("agent")).get(callback, params=back)).status_code == 403
    assert (await admin.client.get(callback, params=back)).status_code == 303
    assert (await admin.client.get(callback, params=back)).status_code == 404, "a state is good once"
    found = await state(own, box)
    assert found["trouble"] is None
    assert found["signed_in_at"] is not None
    audit = (await (await own.client("owner")).get("/audit-logs?limit=100")).text
    assert "planted" not in str(found) + audit
    assert "refresh-" not in str(found) + audit
    async with own.desk.database.unit(own.system()) as uow:
        sealed = bytes(await uow.db.fetch_value("select sealed from sealed_secrets where purpose = 'oauth'"))
    assert b"planted" not in sealed
    assert b"refresh" not in sealed


async def test_a_refusal_of_the_person_is_shown(own: Organization, provider: tuple[Provider, str]) -> None:
    admin, box = await own.person("admin"), await client(own, provider[1])
    back = provider[0].consent(await begun(admin, box))
    answer = await admin.client.get(
        "/mailboxes/sign-in/callback", params={"state": back["state"], "error": "access_denied"}
    )
    assert answer.headers["location"].endswith("sign_in=failed")
    found = await state(own, box)
    assert (found["trouble"], found["detail"], found["signed_in_at"]) == ("refused", "access_denied", None)
    assert provider[0].forms == []


async def test_mail_goes_out_with_the_token_which_is_renewed_and_rotated(
    own: Organization, provider: tuple[Provider, str]
) -> None:
    box = await signed_in(own, provider)
    async with running_sink() as sink:
        sink.accounts["ann"] = "planted-1"
        await own_server(own, sink, auth="oauth", password="")
        await replied(own, await ticket(own))
        await send(own)
        assert set((await states(own)).values()) == {"sent"}
        for number in (2, 3):
            await age(own, over=True)
            sink.accounts["ann"] = f"planted-{number}"
            await replied(own, await ticket(own), f"Number {number}")
            await send(own, timedelta(minutes=number))
            assert set((await states(own)).values()) == {"sent"}
    assert [each["refresh_token"] for each in provider[0].forms[1:]] == ["refresh-1", "refresh-2"]
    assert (await shown(own, box))["trouble"] is None


async def test_a_token_is_renewed_after_two_thirds_of_its_life_by_one_worker(
    own: Organization, provider: tuple[Provider, str]
) -> None:
    box = await signed_in(own, provider)
    async with own.desk.database.unit(own.system()) as uow:
        share = await uow.db.fetch_value(
            "select extract(epoch from renew_at - signed_in_at) / extract(epoch from expires_at - signed_in_at) "
            "from mail_sign_ins"
        )
    assert round(float(share), 3) == 0.667
    await age(own, over=False)
    async with tokens(own) as one, tokens(own) as other:
        await asyncio.gather(*(each.token(own.id, box) for each in (one, other, one, other)))
        assert await one.token(own.id, box) == "planted-2"
    assert provider[0].issued == 2
    await age(own, over=False)
    await run_job(own.desk, "mail.renew_mail_tokens")
    assert provider[0].issued == 3


async def test_a_renewal_that_breaks_keeps_no_other_mailbox_from_its_own(
    own: Organization, provider: tuple[Provider, str]
) -> None:
    box = await signed_in(own, provider)
    admin = await own.client("admin")
    made = await admin.post("/mailboxes", {"name": "Broken", "addresses": [f"broken@{own.domain}"]})
    broken = made.json()["data"]["id"]
    body = {
        "provider": "other", "flow": "client", "client_id": "x", "token_url": f"{provider[1]}/token", "scope": "mail",
        "client_secret": "any",
    }  # fmt: skip
    assert (await admin.put(f"/mailboxes/{broken}/sign-in", body)).status_code == 200
    sealer = sealer_of(own.desk.settings)
    async with own.desk.database.unit(own.system()) as uow:
        secret_id = await queries.secret_of(uow.db, UUID(broken))
        assert secret_id is not None
        await keys.add_secret(uow.db, own.id, secret_id, "oauth", sealer.seal(b"no JSON", str(secret_id)), utc_now())
        await uow.db.execute(
            "update mail_sign_ins set renew_at = now() - case when mailbox_id = $1 then interval '1 s' else interval '1 h' end",
            box,
        )
    await run_job(own.desk, "mail.renew_mail_tokens")
    assert provider[0].issued == 2


async def test_a_refused_renewal_notifies_the_admins_immediately(
    own: Organization, provider: tuple[Provider, str]
) -> None:
    box = await signed_in(own, provider)
    provider[0].refresh_token = "revoked"
    await age(own, over=True)
    async with tokens(own) as source:
        for _ in range(2):
            with pytest.raises(NoToken, match="Sign in again"):
                await source.token(own.id, box)
    assert len(provider[0].forms) == 2, "a refusal is not repeated"
    await work(own.desk, own)
    found = (await (await own.client("admin")).get("/notifications")).json()["data"]
    assert [each["type"] for each in found] == ["mail_mailbox"]
    assert (await state(own, box))["trouble"] == "refused"
    back = provider[0].consent(await begun(await own.person("admin"), box))
    assert (await (await own.client("admin")).get("/mailboxes/sign-in/callback", params=back)).status_code == 303
    assert (await state(own, box))["trouble"] is None


async def test_three_failures_of_the_provider_notify_the_admins_and_a_valid_token_is_used_meanwhile(
    own: Organization, provider: tuple[Provider, str]
) -> None:
    box = await signed_in(own, provider)
    provider[0].refusal = (503, "temporarily_unavailable")
    async with tokens(own) as source:
        for number in range(3):
            await age(own, over=False)
            assert await source.token(own.id, box) == "planted-1"
            await work(own.desk, own)
            found = (await (await own.client("admin")).get("/notifications")).json()["data"]
            assert len(found) == (1 if number == 2 else 0)
        provider[0].refusal = None
        await age(own, over=True)
        assert await source.token(own.id, box) == "planted-2"


async def test_a_second_consent_that_fails_leaves_the_first_valid(
    own: Organization, provider: tuple[Provider, str]
) -> None:
    box, admin = await signed_in(own, provider), await own.person("admin")
    for back in ({"error": "access_denied"}, {"code": "wrong"}):
        state_ = parse_qs(urlsplit(await begun(admin, box)).query)["state"][0]
        answer = await admin.client.get("/mailboxes/sign-in/callback", params={"state": state_, **back})
        assert answer.headers["location"].endswith("sign_in=failed")
        found = await state(own, box)
        assert (found["trouble"], found["signed_in_at"] is not None) == (None, True)
    await age(own, over=True)
    async with tokens(own) as source:
        assert await source.token(own.id, box) == "planted-2"


async def test_a_renewal_during_a_consent_spoils_neither(own: Organization, provider: tuple[Provider, str]) -> None:
    box, admin = await signed_in(own, provider), await own.person("admin")
    back = provider[0].consent(await begun(admin, box))
    await age(own, over=True)
    async with tokens(own) as source:
        assert await source.token(own.id, box) == "planted-2"
        assert (await admin.client.get("/mailboxes/sign-in/callback", params=back)).headers["location"].endswith("done")
        assert await source.token(own.id, box) == "planted-3"


async def test_the_end_of_a_renewal_that_was_overtaken_counts_for_nothing(
    own: Organization, provider: tuple[Provider, str]
) -> None:
    box = await signed_in(own, provider)
    sealer = sealer_of(own.desk.settings)
    await age(own, over=False)
    async with own.desk.database.unit(own.system()) as uow:
        claimed = await service.claim(uow, box, sealer)
    assert claimed is not None
    back = provider[0].consent(await begun(await own.person("admin"), box))
    assert (await (await own.client("admin")).get("/mailboxes/sign-in/callback", params=back)).status_code == 303
    late = Tokens(access_token="late", seconds=60, refresh_token="late")
    async with own.desk.database.unit(own.system()) as uow:
        await service.keep(uow, box, late, sealer, claimed.until)
        await service.failed(uow, box, "refused", "late", claimed.until)
    assert (await state(own, box))["trouble"] is None
    async with tokens(own) as source:
        assert await source.token(own.id, box) == "planted-2"


async def test_an_app_that_was_refused_is_tried_again_when_it_is_saved(
    own: Organization, provider: tuple[Provider, str]
) -> None:
    box = await client(own, provider[1], flow="client", authorize_url="")
    provider[0].refusal = (401, "invalid_client")
    async with tokens(own) as source:
        with pytest.raises(NoToken):
            await source.token(own.id, box)
        provider[0].refusal = None
        await client(own, provider[1], flow="client", authorize_url="")
        assert await source.token(own.id, box) == "planted-1"


async def test_an_app_with_rights_of_its_own_needs_no_person(own: Organization, provider: tuple[Provider, str]) -> None:
    box = await client(own, provider[1], flow="client", authorize_url="")
    admin = await own.client("admin")
    assert (await admin.post(f"/mailboxes/{box}/sign-in/begin")).status_code == 409
    async with tokens(own) as source:
        assert await source.token(own.id, box) == "planted-1"
    assert provider[0].forms[0]["grant_type"] == "client_credentials"


async def test_settings_are_checked_and_a_changed_client_has_to_sign_in_again(
    own: Organization, rival: Organization, provider: tuple[Provider, str]
) -> None:
    admin, box = await own.client("admin"), await signed_in(own, provider)
    path = f"/mailboxes/{box}/sign-in"
    assert (await admin.put(path, {"client_id": ""})).status_code == 422
    assert (await admin.put(path, {"provider": "google", "flow": "client"})).status_code == 422
    assert (await admin.put(path, {"client_id": "deskbell"})).json()["data"]["signed_in_at"] is not None
    assert (await (await rival.client("admin")).get(path)).status_code == 404
    moved = {"provider": "microsoft", "tenant": "shop.example"}
    assert "client_secret" in (await admin.put(path, moved)).text, "a secret goes to no other provider"
    changed = (await admin.put(path, {**moved, "client_secret": "another"})).json()["data"]
    assert changed["token_url"] == "https://login.microsoftonline.com/shop.example/oauth2/v2.0/token"
    assert changed["signed_in_at"] is None
    assert (await admin.delete(path)).status_code == 200
    assert (await admin.get(path)).status_code == 404


def test_known_providers_ask_for_mail_and_for_a_token_that_can_be_renewed() -> None:
    google, microsoft = addresses("google", "code", ""), addresses("microsoft", "code", "")
    assert google is not None
    assert microsoft is not None
    assert google[2] == "https://mail.google.com/"
    assert microsoft[0] == "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"
    assert "offline_access" in microsoft[2]
    assert addresses("other", "code", "") is None


async def test_providers_in_our_own_network_are_refused(shop: Organization, provider: tuple[Provider, str]) -> None:
    box = await client(shop, provider[1])
    admin = await shop.person("admin")
    back = provider[0].consent(await begun(admin, box))
    answer = await admin.client.get("/mailboxes/sign-in/callback", params=back)
    assert answer.headers["location"].endswith("sign_in=failed")
    assert provider[0].forms == []
    assert tools_of(shop.desk).settings.webhook_allowed_hosts == ()


async def test_the_command_says_that_there_is_no_token(own: Organization, database_url: str) -> None:
    box = await client(own, "http://127.0.0.1:9")
    body = {"host": "127.0.0.1", "port": 9, "security": "none", "username": "ann", "auth": "oauth"}
    assert (await (await own.client("admin")).put(f"/mailboxes/{box}/imap", body)).status_code == 200
    with short_folder() as folder:
        done = await asyncio.to_thread(
            run, "mail", "test", f"support@{own.domain}", folder=folder, DATABASE_URL=database_url,
            STORAGE_URL=own.desk.settings.storage_url, SECRET_KEY=own.desk.settings.secret_key,
        )  # fmt: skip
    assert done.returncode == 1
    assert "There is no valid token: The mailbox is not signed in yet" in done.stderr
