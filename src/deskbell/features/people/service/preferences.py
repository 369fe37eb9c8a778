"""Preferences in the web app. They concern the member alone, so that a change is no event."""

from deskbell.features.people.queries import preferences as queries
from deskbell.features.people.records.preferences import WebPreferenceChanges, WebPreferences
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


async def get_web_preferences(uow: UnitOfWork) -> WebPreferences:
    """The actor's preferences."""
    uow.actor.require(Permission.PROFILE)
    return await queries.web_preferences(uow.db, uow.actor.id)


async def update_web_preferences(uow: UnitOfWork, changes: WebPreferenceChanges) -> WebPreferences:
    """Sets the given preferences and returns all."""
    uow.actor.require(Permission.PROFILE)
    return await queries.change_web_preferences(uow.db, uow.actor.id, changes)
