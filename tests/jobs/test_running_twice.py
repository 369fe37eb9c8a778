"""A reaction may run twice: after a crash between its work and the note that it is done. The second run changes nothing."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from deskbell.features.access.events import RecoveryCodeUsed, SecondFactorDisabled, SecondFactorEnabled
from deskbell.features.access.service.sign_in_links import request_sign_in_link
from deskbell.features.mail.events import (
    MailBounced,
    MailboxFailing,
    MailCommandRefused,
    MailDomainFailing,
    MailFailed,
    MailLate,
    MailLoopStopped,
    MailQuarantined,
    QuarantineWaits,
)
from deskbell.features.rules.events import RuleSwitchedOff
from deskbell.features.tickets.events import RuleFailed, RuleHalted, SlaBreached, SlaWarning, TicketLinked, TicketPurged
from deskbell.features.webhooks.events import WebhookDisabled
from deskbell.jobs.execution import run_reaction
from deskbell.kernel.events import DomainEvent, event_types
from deskbell.kernel.ids import new_id
from deskbell.runtime.reactions import ReactionTask, reactions_to
from tests.support.accounts import fresh_address, sign_up_body
from tests.support.desk import PASSWORD, Client, Organization
from tests.support.work import tools_of, work

COUNTED: Final = ["events", "notifications", "tickets", "ticket_tags", "comments", "groups", "tags", "categories", "brands",
                 "memberships", "account_tokens", "webhook_deliveries", "sla_policies", "ticket_feedback", "files",
                 "ticket_values", "rules", "rule_versions", "rule_effects", "outgoing_mails", "mail_deliveries"]  # fmt: skip
"""The tables that reactions and their jobs write. Without the outbox: a handler's mails are sent at least once."""
NOW: Final = datetime(2026, 11, 20, tzinfo=UTC)


async def lived_through(shop: Organization) -> None:
    """Records at least one event of every type that has a reaction."""
    admin, agent = await shop.person("admin"), await shop.person("agent")
    customer = await shop.person("customer")
    visitor = shop.desk.client()
    group = await created(admin.client, "/groups", {"name": "Returns", "member_ids": [str(agent.id)]})
    category = await created(admin.client, "/categories", {"name": "Boots"})
    brand = await created(admin.client, "/brands", {"name": "Demo Outfitters"})
    fields = {
        "group_id": group,
        "category_id": category,
        "brand_id": brand,
        "tags": ["late", "slow"],
        "requester_id": str(customer.id),
    }
    effects = [{"reply": {"text": "Seen"}}, {"note": {"text": "Look"}}, {"notify": {"leads": True, "text": "Look"}}]
    await created(admin.client, "/rules", {"name": "Answer", "on": ["ticket.created"], "do": effects})
    notifying = {"title": "Look", "do": [{"escalate": {}}, {"notify": {"assignee": True, "text": "Look"}}]}
    macro = await created(admin.client, "/macros", notifying)
    ticket = await created(admin.client, "/tickets", {"subject": "Zip", "description": "It broke", **fields})
    await created(admin.client, f"/macros/{macro}/apply", {"ticket_ids": [ticket]})
    tag = (await admin.client.get("/tags?search=late")).json()["data"][0]["id"]
    for path, body in (
        (f"/tickets/{ticket}", {"assignee_id": str(agent.id)}),
        (f"/tickets/{ticket}", {"status": "solved", "priority": "high"}),
        ("/sla-policies/high", {"first_response_seconds": 600}),
        (f"/contacts/{customer.id}", {"name": "Another Name"}),
        (f"/organizations/{shop.id}", {"settings": {"time_zone": "Europe/Berlin"}}),
    ):
        answer = await admin.client.put(path, body)
        assert answer.status_code == 200, answer.text
    reply = await created(agent.client, f"/tickets/{ticket}/comments", {"body": "Done."})
    await created(customer.client, f"/feedback/tickets/{ticket}", {"rating": 5})
    await created(visitor, "/auth/signup", sign_up_body(shop, fresh_address()))
    assert (await visitor.post("/auth/forgot-password", {"email": customer.email})).status_code == 200
    async with shop.desk.database.unit(shop.system()) as uow:
        await request_sign_in_link(uow, customer.email, f"/portal/{shop.id}")
    await created(admin.client, "/agents", {"email": fresh_address(), "name": "New", "role": "agent"})
    password = {"current_password": PASSWORD, "new_password": "another-passphrase-1"}
    assert (await agent.client.put("/settings/security", password)).status_code == 200
    assert (await admin.client.put("/settings/profile", {"email": fresh_address()})).status_code == 200
    await merged(admin.client, "slow", "late")
    shoes = await merged_category(admin.client, category)
    deleted = (f"/groups/{group}", f"/categories/{shoes}", f"/brands/{brand}", f"/tags/{tag}", f"/agents/{agent.id}")
    for path in deleted:
        assert (await admin.client.delete(path)).status_code == 200, path
    await change_fields(admin.client)
    await recorded(
        shop,
        SlaWarning(ticket_id=UUID(ticket), target="resolution", due_at=NOW),
        SlaBreached(ticket_id=UUID(ticket), target="resolution", due_at=NOW),
        TicketPurged(ticket_id=new_id()),
        TicketLinked(ticket_id=UUID(ticket), other_id=new_id(), number=9, merged=True),
        RuleFailed(ticket_id=UUID(ticket), name="Late", version=1), RuleHalted(ticket_id=UUID(ticket), bound="rounds"),
        RuleSwitchedOff(rule_id=new_id(), name="Late", reason="failing"),
        *of_mail(shop, UUID(ticket), UUID(reply), agent.id),
        SecondFactorEnabled(user_id=agent.id), SecondFactorDisabled(user_id=agent.id),
        RecoveryCodeUsed(user_id=agent.id, left=3),
        WebhookDisabled(webhook_id=new_id(), url="https://example.com", reason="gone", error="410"),
    )  # fmt: skip


async def merged_category(client: Client, category_id: str) -> str:
    """A category that takes the place of another one."""
    into = await created(client, "/categories", {"name": "Shoes"})
    assert (await client.post(f"/categories/{category_id}/merge", {"into_id": into})).status_code == 200
    return into


async def merged(client: Client, name: str, into: str) -> None:
    ids = {each["name"]: each["id"] for each in (await client.get("/tags")).json()["data"]}
    answer = await client.post(f"/tags/{ids[name]}/merge", {"into_id": ids[into]})
    assert answer.status_code == 200, answer.text


async def change_fields(client: Any) -> None:
    """Defines, changes, deletes and restores a field and a form."""
    await created(client, "/fields", {"key": "size", "type": "text", "label": "Size"})
    form = await created(client, "/forms", {"name": "All", "items": [{"field": "size"}]})
    assert (await client.put("/fields/size", {"label": "Fit", "customer": "read"})).status_code == 200
    assert (await client.put(f"/forms/{form}", {"items": []})).status_code == 200
    for path in (f"/forms/{form}", "/fields/size"):
        assert (await client.delete(path)).status_code == 200, path
    assert (await client.post("/fields/size/restore")).status_code == 200


def of_mail(shop: Organization, ticket_id: UUID, comment_id: UUID, agent_id: UUID) -> list[DomainEvent]:
    """Events of mail that reactions follow."""
    delivery: dict[str, Any] = {
        "mail_id": new_id(), "delivery_id": new_id(), "on_ticket_id": ticket_id, "comment_id": comment_id,
        "address": "x@y.example",
    }  # fmt: skip
    return [
        MailFailed(**delivery, reason="550", is_final=True),
        MailBounced(**delivery),
        MailQuarantined(mail_id=new_id(), reason="unproven_staff", sender_id=agent_id),
        MailLoopStopped(
            mailbox_id=new_id(), on_ticket_id=ticket_id, address="x@y.example", our_address="s@y.example", mails=10
        ),
        MailCommandRefused(
            mail_id=new_id(), on_ticket_id=ticket_id, comment_id=comment_id, sender_id=agent_id, command="#frob"
        ),
        MailboxFailing(mailbox_id=new_id(), trouble="sign_in", detail="No"),
        MailDomainFailing(organization_id=shop.id, domain="shop.example", records=["mx"]),
        QuarantineWaits(organization_id=shop.id, mails=1),
        MailLate(organization_id=shop.id, kind="outgoing", mails=1),
    ]


async def created(client: Any, path: str, body: dict[str, Any]) -> str:
    answer = await client.post(path, body)
    assert answer.status_code in {200, 201}, answer.text
    return str(answer.json()["data"].get("id", ""))


async def recorded(shop: Organization, *events: DomainEvent) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        for event in events:
            uow.record(event)


async def rows(shop: Organization) -> dict[str, int]:
    """The number of rows of each table that a handler may write."""
    async with shop.desk.database.unit(shop.system()) as uow:
        names = await uow.db.fetch_all(
            "select relname from pg_class where relkind = 'r' and relname = any($1)", COUNTED
        )
        return {name: await uow.db.fetch_value(f'select count(*) from "{name}"') for (name,) in names}


async def test_every_reaction_changes_nothing_when_it_runs_again(shop: Organization) -> None:
    await lived_through(shop)
    await work(shop.desk, shop)
    before = await rows(shop)
    async with shop.desk.database.unit(shop.system()) as uow:
        events = await uow.db.fetch_all("select id, type from events where not imported order by id")
    ran: set[str] = set()
    for event_id, kind in events:
        for reaction in reactions_to(kind):
            task = ReactionTask(reaction.name, shop.id, event_id)
            await run_reaction(tools_of(shop.desk), msgspec.json.encode(task))
            ran.add(reaction.name)
    await work(shop.desk, shop)
    declared = {each.name for kind in event_types() for each in reactions_to(kind)}
    assert ran == declared, "add a step with its event to lived_through"
    assert await rows(shop) == before
