"""The records of a sending domain, and signatures that begin when the key's record is found."""

from datetime import timedelta
from email import message_from_bytes
from typing import Any
from uuid import UUID

import dkim
import msgspec
import pytest

from deskbell.features.mail.queries import domains as domain_queries
from deskbell.features.mail.queries import keys
from deskbell.features.mail.service import domain_looks, domains
from deskbell.features.mail.service.secrets import reseal
from deskbell.features.mail.signing import SigningKey, new_pair, publishes, record_for, signed
from deskbell.runtime.sealing import CannotOpen, Sealer, sealer_of
from tests.api.v1.test_mail import data, raw_mail, taken
from tests.features.mail.test_sending import replied, send
from tests.support.desk import Organization
from tests.support.name_server import NameServer, running_name_server
from tests.support.sink import running_sink
from tests.support.work import run_job, work

CLEO = "cleo@elsewhere.example"


async def mailbox_id(shop: Organization) -> UUID:
    """The default mailbox."""
    boxes = await data(await shop.client("admin"), "/mailboxes")
    return UUID(next(each["id"] for each in boxes if each["is_default"]))


async def checked(shop: Organization, server: NameServer, host: str | None = None) -> dict[str, domains.DnsRecord]:
    """The domain's records by kind, looked up and noted."""
    box = await mailbox_id(shop)
    async with shop.desk.database.unit(shop.system()) as uow:
        found = await domains.facts(uow, box)
    records = await domains.look_up(found.domain, found.key, host, server.resolver)
    async with shop.desk.database.unit(shop.system()) as uow:
        report = await domains.report(uow, box, records)
    assert report.domain == shop.domain
    return {each.kind: each for each in report.records}


async def test_each_record_has_its_state_and_the_text_to_enter(shop: Organization) -> None:
    async with running_name_server() as server:
        found = await checked(shop, server, "relay.example")
        assert {kind: each.state for kind, each in found.items()} == {
            "mx": "missing",
            "spf": "missing",
            "dmarc": "missing",
        }
        assert found["spf"].expected == "v=spf1 a:relay.example ~all"
        server.records[str(shop.domain), "MX"] = ["20 b.example.", "10 a.example."]
        server.set_txt(str(shop.domain), "v=spf1 include:other.example -all", "unrelated=1")
        server.set_txt(f"_dmarc.{shop.domain}", "v=DMARC1; p=reject", "v=DMARC1; p=none")
        found = await checked(shop, server, "relay.example")
        assert (found["mx"].state, found["mx"].found) == ("ok", ["a.example", "b.example"])
        assert (found["spf"].state, found["dmarc"].state) == ("unclear", "several")
        server.set_txt(str(shop.domain), "v=spf1 a:relay.example -all", "v=spf1 -all")
        assert (await checked(shop, server))["spf"].state == "several"
        server.set_txt(str(shop.domain), "v=spf1 a:relay.example -all")
        assert (await checked(shop, server, "relay.example"))["spf"].state == "ok"
        server.silent.add(str(shop.domain))
        found = await checked(shop, server)
        assert (found["spf"].state, found["mx"].state) == ("unknown", "unknown")


async def sent(shop: Organization) -> bytes:
    """The bytes of a reply's mail."""
    filed = await taken(shop, raw_mail(f"Zip {UUID(int=0)}"))
    ticket_id: Any = filed.mail.ticket_id
    async with running_sink() as sink:
        await replied(shop, ticket_id, "Grüße")
        await send(shop, sink)
        return sink.taken[-1][2]


async def test_mail_is_signed_once_the_record_is_found_and_no_longer_when_it_is_gone(shop: Organization) -> None:
    admin, box = await shop.person("admin"), await mailbox_id(shop)
    assert (await (await shop.client("agent")).post(f"/mailboxes/{box}/dkim")).status_code == 403
    made = await admin.client.post(f"/mailboxes/{box}/dkim")
    assert made.status_code == 201, made.text
    assert (await admin.client.post(f"/mailboxes/{box}/dkim")).json()["data"] == made.json()["data"], "once"
    assert "PRIVATE" not in made.text
    record = made.json()["data"]
    assert record["record_name"] == f"deskbell1._domainkey.{shop.domain}"
    async with running_name_server() as server:
        assert (await checked(shop, server))["dkim"].state == "missing"
        server.set_txt(record["record_name"], "v=DKIM1; k=rsa; p=AAAA")
        assert (await checked(shop, server))["dkim"].state == "wrong"
        assert b"DKIM-Signature" not in await sent(shop)
        server.set_txt(record["record_name"], record["record"])
        assert (await checked(shop, server))["dkim"].state == "ok"
        mail = await sent(shop)
        assert message_from_bytes(mail)["DKIM-Signature"]
        published = {f"{record['record_name']}.".encode(): record["record"].encode()}
        assert dkim.verify(mail, dnsfunc=lambda name, timeout=5: published.get(name))  # noqa: ARG005 - the library's call
        for added in (b"From: eve@evil.example\r\n", b"Subject: Another\r\n", b"Cc: eve@evil.example\r\n"):
            forged = added + mail
            assert not dkim.verify(forged, dnsfunc=lambda name, timeout=5: published.get(name)), added  # noqa: ARG005 - as above
        server.silent.add(record["record_name"])
        assert (await checked(shop, server))["dkim"].state == "unknown"
        assert b"DKIM-Signature" in await sent(shop), "without an answer everything stays"
        server.silent.clear()
        del server.records[record["record_name"], "TXT"]
        await checked(shop, server)
        assert b"DKIM-Signature" not in await sent(shop)
    audit = await data(await shop.client("owner"), "/audit-logs?limit=100")
    words = str(audit)
    assert "dkim_key" in words
    assert "PRIVATE" not in words
    assert (await admin.client.delete(f"/mailboxes/{box}/dkim")).status_code == 200
    assert (await admin.client.delete(f"/mailboxes/{box}/dkim")).status_code == 404


async def test_the_page_of_a_domain_is_for_admins_and_needs_an_address(shop: Organization, rival: Organization) -> None:
    admin, box = await shop.person("admin"), await mailbox_id(shop)
    shown = await admin.client.post(f"/mailboxes/{box}/dns")
    assert shown.status_code == 200, shown.text
    assert [each["kind"] for each in shown.json()["data"]["records"]] == ["mx", "spf", "dmarc"]
    assert (await (await shop.client("agent")).post(f"/mailboxes/{box}/dns")).status_code == 403
    assert (await (await rival.client("admin")).post(f"/mailboxes/{box}/dns")).status_code == 404
    bare = await admin.client.post("/mailboxes", {"name": "Bare", "addresses": []})
    assert (await admin.client.post(f"/mailboxes/{bare.json()['data']['id']}/dns")).status_code == 409


async def test_new_keys_are_looked_up_often_and_confirmed_ones_daily(shop: Organization) -> None:
    admin, box = await shop.person("admin"), await mailbox_id(shop)
    assert (await admin.client.post(f"/mailboxes/{box}/dkim")).status_code == 201
    async with running_name_server() as server:
        await look(shop, server)
        assert not await is_due(shop), "looked at just now"
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update dkim_keys set checked_at = $1", uow.now - timedelta(minutes=20))
        assert await is_due(shop), "its key's record was not found"
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update dkim_keys set confirmed_at = $1", uow.now)
        assert not await is_due(shop)
        async with shop.desk.database.unit(shop.system()) as uow:
            await uow.db.execute("update mail_domains set checked_at = $1", uow.now - timedelta(days=2))
        assert await is_due(shop)


async def is_due(shop: Organization) -> bool:
    """Whether the shop's domain is due for a look."""
    async with shop.desk.database.unit(None) as uow:
        later, daily = uow.now - domain_looks.NEW_KEY_AFTER, uow.now - domain_looks.LOOKED_AT_AFTER
        found = await domain_queries.to_check(uow.db, later, daily, 10_000)
    return (shop.id, str(shop.domain)) in {(each.organization_id, each.domain) for each in found}


async def look(shop: Organization, server: NameServer) -> None:
    """The look at the shop's domain, with those of all others that are due."""
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update mail_domains set checked_at = '-infinity'")
    while await is_due(shop):
        await domain_looks.look_at_due(shop.desk.database, server.resolver, "relay.example")


async def test_admins_are_notified_once_of_a_record_that_is_no_longer_right(shop: Organization) -> None:
    admin, domain = await shop.person("admin"), str(shop.domain)

    async def notices() -> list[tuple[str, str]]:
        found = await data(admin.client, "/notifications")
        return [(each["title"], each["message"]) for each in found if each["type"] == "mail_mailbox"]

    async with running_name_server() as server:
        server.records[domain, "MX"] = ["10 mx.example."]
        server.set_txt(domain, "v=spf1 include:relay.example -all")
        await look(shop, server)
        await work(shop.desk, shop)
        assert await notices() == [], "DMARC is missing, but was never right"
        server.silent.add(domain)
        await look(shop, server)
        await work(shop.desk, shop)
        assert await notices() == [], "no answer is no change"
        server.silent.clear()
        del server.records[domain, "TXT"]
        del server.records[domain, "MX"]
        for _ in range(2):
            await look(shop, server)
        await work(shop.desk, shop)
        assert await notices() == [(f"The DNS records of {domain} are no longer right", "MX, SPF")]
        server.records[domain, "MX"] = ["10 mx.example."]
        await look(shop, server)
        del server.records[domain, "MX"]
        await look(shop, server)
        await work(shop.desk, shop)
        assert [message for _, message in await notices()] == ["MX", "MX, SPF"], "again, because it was right between"


async def test_a_look_without_news_is_noted(shop: Organization) -> None:
    async with running_name_server() as server:
        server.set_txt(f"_dmarc.{shop.domain}", "v=DMARC1; p=none")
        for _ in range(2):
            await look(shop, server)
            assert not await is_due(shop)
    await run_job(shop.desk, "mail.look_at_domains")
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await domain_queries.lock_right(uow.db, str(shop.domain)) == {"dmarc"}


async def test_secrets_are_sealed_again_after_a_change_of_the_secret_key(shop: Organization) -> None:
    admin, box = await shop.person("admin"), await mailbox_id(shop)
    await admin.client.post(f"/mailboxes/{box}/dkim")
    async with shop.desk.database.unit(shop.system()) as uow:
        key = await keys.find(uow.db, str(shop.domain))
        assert key is not None
        await keys.mark(uow.db, key.domain, uow.now, uow.now)
        before = await keys.sealed(uow.db, key.secret_id)
    assert before is not None
    settings = shop.desk.settings
    changed = msgspec.structs.replace(settings, secret_key="n" * 40, secret_key_previous=settings.secret_key)
    lost = Sealer("x" * 40)
    async with shop.desk.database.unit(shop.system()) as uow:
        assert not await reseal(uow, lost, key.secret_id), "what no key opens stays as it is"
        with pytest.raises(CannotOpen):
            await domains.signing_key(uow, key.domain, lost)
        assert await keys.sealed(uow.db, key.secret_id) == before
        assert await reseal(uow, sealer_of(changed), key.secret_id)
        assert not await reseal(uow, sealer_of(changed), shop.id)
        found = await domains.signing_key(uow, key.domain, Sealer("n" * 40))
        assert found is not None
        assert "PRIVATE" not in repr(found)
    assert b"DKIM-Signature" not in await sent(shop), "a key that cannot be opened does not stop mail"
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await reseal(uow, Sealer(settings.secret_key, ["n" * 40]), key.secret_id)
    await run_job(shop.desk, "mail.seal_again")
    assert b"DKIM-Signature" in await sent(shop)


def test_a_record_counts_however_it_is_spaced() -> None:
    private, public = new_pair()
    assert publishes(record_for(public), public)
    assert publishes(f"k=rsa ; p={public[:50]} {public[50:]}", public)
    assert not publishes(record_for(public[:-4]), public)
    assert not publishes(f"v=DKIM2; p={public}", public)
    key = SigningKey("shop.example", "s", private)
    assert signed(b"From: a@shop.example\r\n\r\nHi\r\n", key).startswith(b"DKIM-Signature:")
