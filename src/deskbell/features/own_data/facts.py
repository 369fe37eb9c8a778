"""The customer's own values of the organization's fields of contacts."""

from deskbell.features.fields.configuration import current
from deskbell.features.own_data.queries import profile
from deskbell.kernel.fields import FieldValue
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


async def mine(uow: UnitOfWork) -> dict[str, FieldValue]:
    """The actor's own values of the fields that customers may read, by the field's label."""
    uow.actor.require(Permission.PROFILE)
    given = {each.name: each.value for each in await profile.values(uow.db, uow.actor.id)}
    if not given:
        return {}
    known = (await current(uow.db, uow.actor.organization_id)).contact_fields
    return {each.label: given[each.key] for each in known if each.customer != "hidden" and each.key in given}
