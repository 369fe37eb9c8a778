"""v1: settings of the current user and the organization."""

from typing import Final

from litestar import Response
from litestar.datastructures import State
from litestar.params import JSONBody
from msgspec import UNSET, UnsetType

from deskbell.api.shared.requests import DeskbellRequest, client_address, expected_version
from deskbell.api.shared.routing import Uow, get, put
from deskbell.api.v1.envelope import NEVER_STORED, Success, tagged
from deskbell.api.v1.organizations.shapes import OrganizationView, UpdateOrganization
from deskbell.api.v1.settings.shapes import (
    ChangedSecurity,
    NotificationsBody,
    ProfileBody,
    ProfileView,
    SecurityBody,
    SecurityView,
    SettingsView,
    WebPreferencesBody,
)
from deskbell.api.v1.two_factor.shapes import SetUpView
from deskbell.features.access import service as access
from deskbell.features.access.records import MemberChanges
from deskbell.features.notifications import service as notifications
from deskbell.features.notifications.records import PreferenceChanges, Preferences
from deskbell.features.organizations import service as organizations
from deskbell.features.organizations.records import OrganizationChanges
from deskbell.features.people.records.preferences import WebPreferenceChanges, WebPreferences
from deskbell.features.people.service import members, preferences, profiles
from deskbell.kernel.permissions import Permission

TAG: Final = ["Settings"]


@get("/settings", permission=Permission.PROFILE, more=(Permission.ORGANIZATION_READ,), tags=TAG, summary="Get settings")
async def get_settings(uow: Uow) -> Success[SettingsView]:
    """Returns your profile, notification preferences, security settings and organization."""
    organization = None
    if uow.actor.may(Permission.ORGANIZATION_READ):
        organization = OrganizationView.of(await organizations.get(uow, uow.actor.organization_id))
    return Success(
        SettingsView(
            ProfileView.of(await profiles.myself(uow), await access.pending_address(uow)),
            await notifications.get_preferences(uow),
            await _security(uow),
            organization,
        )
    )


@put("/settings/profile", permission=Permission.PROFILE, tags=TAG, summary="Update your profile")
async def update_profile(uow: Uow, data: JSONBody[ProfileBody]) -> Success[ProfileView]:
    """Updates the given fields. A new address takes effect once you open the link mailed to it."""
    pending = await access.pending_address(uow)
    asked = pending
    if data.email is not UNSET:
        asked = await access.request_address_change(uow, data.email)
    changes = MemberChanges(
        name=data.name if data.name is UNSET else data.name.strip(),
        phone=_or_none(data.phone),
        avatar_url=_or_none(data.avatar),
    )
    member = await members.update_member(uow, uow.actor.id, changes)
    message: str | UnsetType = UNSET
    if asked and asked != pending:
        message = f"We have sent a link to {asked}. Your address changes once you have opened it."
    return Success(ProfileView.of(member, asked), message)


@put("/settings/notifications", permission=Permission.PROFILE, tags=TAG, summary="Update your notification preferences")
async def update_notifications(uow: Uow, data: JSONBody[NotificationsBody]) -> Success[Preferences]:
    """Updates the given preferences. Disabled notifications are not shown in the app either."""
    changes = PreferenceChanges(**{name: getattr(data, name) for name in data.__struct_fields__})
    return Success(await notifications.update_preferences(uow, changes))


@get("/settings/preferences", permission=Permission.PROFILE, tags=TAG, summary="Get your web app preferences")
async def get_web_preferences(uow: Uow) -> Success[WebPreferences]:
    """Returns the look and behaviour of the web app that you have chosen, the same on every device."""
    return Success(await preferences.get_web_preferences(uow))


@put("/settings/preferences", permission=Permission.PROFILE, tags=TAG, summary="Update your web app preferences")
async def update_web_preferences(uow: Uow, data: JSONBody[WebPreferencesBody]) -> Success[WebPreferences]:
    """Updates the given preferences and returns all of them."""
    changes = WebPreferenceChanges(**{name: getattr(data, name) for name in data.__struct_fields__})
    return Success(await preferences.update_web_preferences(uow, changes))


@put("/settings/security", permission=Permission.PROFILE, tags=TAG, summary="Update your security settings",
     cache_control=NEVER_STORED)  # fmt: skip
async def update_security(
    uow: Uow, request: DeskbellRequest, state: State, data: JSONBody[SecurityBody]
) -> Response[Success[ChangedSecurity]]:
    """Changes the password and ends your other sessions; disables two-factor authentication or starts its setup.

    Two-factor authentication is enabled once you send a code to `POST /auth/two-factor/enable`. Until then
    `two_factor_setup` contains the data for the authenticator app.
    """
    made = await access.update_security(
        uow,
        state.token_keys,
        current_password=data.current_password,
        new_password=data.new_password,
        two_factor=data.two_factor_enabled,
        ip=client_address(request),
    )
    now = await _security(uow)
    view = ChangedSecurity(now.two_factor_enabled, now.recovery_codes_left, SetUpView.of(made) if made else None)
    next_step = "Scan the QR code with your authenticator app; then send its code to POST /auth/two-factor/enable."
    return Response(Success(view, next_step if made else "Your security settings are saved"))


@put("/settings/organization", permission=Permission.ORGANIZATION_MANAGE, tags=TAG, summary="Update the organization")
async def update_organization_settings(
    uow: Uow, request: DeskbellRequest, data: JSONBody[UpdateOrganization]
) -> Response[Success[OrganizationView]]:
    """Updates the given fields of your organization, also within `settings`. `GET /organizations/{id}` has its `ETag`."""
    changes = OrganizationChanges(
        data.name,
        data.domain.lower() if isinstance(data.domain, str) else data.domain,
        UNSET if data.settings is UNSET else data.settings.command(),
    )
    version, own_host = expected_version(request), request.app.state.settings.host
    changed = await organizations.update(uow, uow.actor.organization_id, changes, version, own_host=own_host)
    return tagged(OrganizationView.of(changed), organizations.etag(changed))


async def _security(uow: Uow) -> SecurityView:
    factor = await access.find_second_factor(uow)
    return SecurityView(factor is not None, factor.recovery_codes_left if factor is not None else 0)


def _or_none(text: str | UnsetType | None) -> str | UnsetType | None:
    """Strips the text; an empty one becomes None."""
    return (text.strip() or None) if isinstance(text, str) else text


ROUTES = [
    get_settings,
    update_profile,
    update_notifications,
    get_web_preferences,
    update_web_preferences,
    update_security,
    update_organization_settings,
]
