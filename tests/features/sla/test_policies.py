"""Service-level policies: the defaults until an organization changes them, and each change once in the journal."""

import asyncio

import pytest

from deskbell.features.sla import service
from deskbell.features.sla.records import PolicyChanges
from deskbell.kernel.errors import Invalid, NotFound
from deskbell.kernel.sla_clock import DEFAULT_POLICIES, Policy
from tests.support.desk import Organization


async def test_reading_the_defaults_writes_nothing_and_gives_the_ids_that_stay(shop: Organization) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        before = await service.list_policies(uow)
        assert await service.policies_in_force(uow.db) == DEFAULT_POLICIES
        assert await uow.db.fetch_value("select count(*) from sla_policies") == 0
        await service.set_policy(uow, "high", PolicyChanges(first_response_seconds=600))
        after = await service.list_policies(uow)
    assert [policy.id for policy in after] == [policy.id for policy in before]
    assert [policy.priority for policy in after] == ["urgent", "high", "normal", "low"]
    assert len({policy.id for policy in after}) == 4


async def test_a_decision_is_recorded_once_and_a_repeat_not_at_all(shop: Organization) -> None:
    for _ in range(2):
        async with shop.desk.database.unit(shop.system()) as uow:
            policy = await service.set_policy(uow, "low", PolicyChanges(resolution_seconds=None))
    async with shop.desk.database.unit(shop.system()) as uow:
        assert (await service.policies_in_force(uow.db))["low"] == Policy(24 * 3_600, None)
        recorded = await uow.db.fetch_all("select type, payload from events where subject_id = $1", policy.id)
    assert [row[0] for row in recorded] == ["sla_policy.updated"]
    assert '"resolution_seconds"' in recorded[0][1]


async def test_two_concurrent_changes_are_both_kept(shop: Organization) -> None:
    async def decide(changes: PolicyChanges) -> None:
        async with shop.desk.database.unit(shop.system()) as uow:
            await service.set_policy(uow, "urgent", changes)

    await asyncio.gather(
        decide(PolicyChanges(first_response_seconds=60)), decide(PolicyChanges(resolution_seconds=120))
    )
    async with shop.desk.database.unit(shop.system()) as uow:
        assert (await service.policies_in_force(uow.db))["urgent"] == Policy(60, 120)


async def test_what_is_no_target_or_no_priority_is_refused(shop: Organization) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        with pytest.raises(Invalid):
            await service.set_policy(uow, "low", PolicyChanges(first_response_seconds=0))
        with pytest.raises(NotFound):
            await service.set_policy(uow, "medium", PolicyChanges())
        with pytest.raises(NotFound):
            await service.get_policy(uow, "medium")
