"""v1: permissions in words."""

from typing import Final

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.permissions.shapes import PermissionView
from deskbell.kernel.permissions import Permission

TAG: Final = ["Authentication"]


@get("/permissions", permission=Permission.PROFILE, tags=TAG, summary="List permissions")
async def list_permissions(uow: Uow) -> Success[list[PermissionView]]:
    """Lists every permission with what it allows in plain words and the roles that have it."""
    uow.actor.require(Permission.PROFILE)
    return Success([PermissionView.of(each) for each in Permission])


ROUTES = [list_permissions]
