"""The tokens in a ticket's reply addresses can be revoked; later mails bring new ones."""

from uuid import UUID

from deskbell.features.mail.queries import outgoing
from deskbell.kernel.mail.ids import TokenKind, make_token
from tests.features.mail.test_filing import received, written
from tests.features.mail.test_sending import CLEO, replied, send
from tests.support.desk import Organization
from tests.support.journal import events_about
from tests.support.sink import running_sink


async def test_a_revoked_reply_address_finds_no_ticket_and_later_mails_bring_another(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    first = await received(shop, written(CLEO, message_id="first@elsewhere.example"))
    path = f"/tickets/{first.ticket_id}/reply-tokens"
    addresses = []
    async with running_sink() as sink:
        for words in ("A new one is on its way.", "It arrives tomorrow."):
            await replied(shop, first.ticket_id, words)
            await send(shop, sink)
            addresses.append(sink.mails_to(CLEO)[-1]["Reply-To"].addresses[0].addr_spec)
            if len(addresses) == 1:
                by_token = await received(shop, written(CLEO, to=(addresses[0],)))
                assert (by_token.state, by_token.ticket_id) == ("appended", first.ticket_id)
                assert (await customer.delete(path)).status_code in (403, 404)
                assert (await agent.delete(path)).status_code == 200
    old, new = addresses
    assert old != new
    late = await received(shop, written(CLEO, to=(old,)))
    assert (late.state, late.ticket_id == first.ticket_id) == ("created", False)
    answer = await received(shop, written(CLEO, to=(new,)))
    assert (answer.state, answer.ticket_id) == ("appended", first.ticket_id)
    by_id = await received(shop, written(CLEO, to=(old,), answers=("first@elsewhere.example",)))
    assert (by_id.state, by_id.ticket_id) == ("appended", first.ticket_id), "a Message-ID still finds it"
    assert "ticket.reply_tokens_revoked" in [kind for kind, _ in await events_about(shop, str(first.ticket_id))]


async def test_a_revoked_token_of_staff_is_no_proof(shop: Organization) -> None:
    agent = await shop.person("agent")
    first = await received(shop, written(CLEO))
    await replied(shop, first.ticket_id)
    async with running_sink() as sink:
        await send(shop, sink)
    number = (await agent.client.get(f"/tickets/{first.ticket_id}")).json()["data"]["number"]
    token = await token_of(shop, number, agent.id)
    to = (f"support+{token}@{shop.domain}",)
    assert (await received(shop, written(agent.email, "On it.", to=to))).state == "appended"
    assert (await agent.client.delete(f"/tickets/{first.ticket_id}/reply-tokens")).status_code == 200
    refused = await received(shop, written(agent.email, "On it, still.", to=to))
    assert (refused.state, refused.reason) == ("quarantined", "unproven_staff")


async def token_of(shop: Organization, number: int, person: UUID) -> str:
    """The token of a staff member, as notifications of the ticket had it before."""
    async with shop.desk.database.unit(shop.system()) as uow:
        return make_token(await outgoing.keys(uow.db), TokenKind.PUBLIC_BY_STAFF, number, person=person)
