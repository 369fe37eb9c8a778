"""The audit log: every step, found by who, what, about what and when, at pages and cursors alike."""

from datetime import timedelta

import pytest

from deskbell.features.audit import service
from deskbell.features.audit.records import AuditFilter
from deskbell.features.webhooks.records import EVENT_TYPES
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Invalid
from deskbell.kernel.events import event_types
from deskbell.kernel.paging import PageRequest
from tests.support.desk import Organization


async def test_filters_combine(shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    ticket = (await customer.client.post("/tickets", {"subject": "s", "description": "d"})).json()["data"]["id"]
    await agent.client.patch(f"/tickets/{ticket}/status", {"status": "pending"})
    await agent.client.post(f"/tickets/{ticket}/comments", {"body": "note", "public": False})
    async with shop.desk.database.unit(shop.system()) as uow:

        async def found(**filters: object) -> list[str]:
            page = await service.list_entries(uow, AuditFilter(**filters), PageRequest(100))  # type: ignore[arg-type]  # by name
            assert page.total == len(page.items)
            return [entry.action for entry in page.items]

        everything = await found()
        assert everything[:3] == ["comment.added", "ticket.updated", "ticket.created"]
        assert await found(user_id=customer.id, actions=("ticket.created",)) == ["ticket.created"]
        assert await found(subject_type="ticket") == ["ticket.updated", "ticket.created"]
        assert await found(user_id=agent.id, actions=service.actions_of("ticket,comment")) == everything[:2]
        assert await found(before=utc_now() - timedelta(hours=1)) == []
        assert await found(after=utc_now() - timedelta(hours=1)) == everything
        page = await service.list_entries(uow, AuditFilter(), PageRequest(2))
        walked = [entry.action for entry in page.items]
        while page.next_cursor is not None:
            page = await service.list_entries(uow, AuditFilter(), PageRequest(2, cursor=page.next_cursor))
            walked += [entry.action for entry in page.items]
        assert walked == everything
        last = (await service.list_entries(uow, AuditFilter(), PageRequest(1))).items[0]
    assert (last.user_name, last.user_email, str(last.ticket_id)) == (agent.name, agent.email, ticket)


def test_actions_are_types_or_nouns_and_no_other_word() -> None:
    assert service.actions_of(None) == service.actions_of(" ") == ()
    assert service.actions_of("ticket.created") == ("ticket.created",)
    assert set(service.actions_of("Feedback, ticket")) > {"feedback.received", "ticket.created", "ticket.deleted"}
    with pytest.raises(Invalid) as refused:
        service.actions_of("ticket.created,nonsense")
    assert [(each.path, each.code) for each in refused.value.problems] == [("action", "enum")]


def test_webhooks_offer_the_event_types_of_the_journal() -> None:
    assert set(EVENT_TYPES) <= event_types().keys()
