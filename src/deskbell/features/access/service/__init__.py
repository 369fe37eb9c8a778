"""Commands on accounts and access."""

from deskbell.features.access.service.api_keys import (
    create_api_key,
    enter_with_api_key,
    list_api_keys,
    pass_of_api_key,
    revoke_api_key,
)
from deskbell.features.access.service.email_addresses import (
    confirm_address_change,
    pending_address,
    request_address_change,
    resend_verification,
    verify_email,
)
from deskbell.features.access.service.invitations import (
    accept_invitation,
    invite,
    list_invitations,
    resend_invitation,
    revoke_invitation,
)
from deskbell.features.access.service.memberships import add_member, remove_member
from deskbell.features.access.service.owners import create_organization_with_owner, create_owner
from deskbell.features.access.service.passwords import change_password, request_password_reset, reset_password
from deskbell.features.access.service.second_factor import (
    SetUp,
    disable_second_factor,
    enable_second_factor,
    find_second_factor,
    set_up_second_factor,
)
from deskbell.features.access.service.security import update_security
from deskbell.features.access.service.sessions import (
    end_own_other_sessions,
    end_session,
    list_sessions,
    refresh,
    start_session,
)
from deskbell.features.access.service.setting_up import needs_setup, set_up
from deskbell.features.access.service.sign_in_links import request_sign_in_link, sign_in_by_link
from deskbell.features.access.service.signing_in import my_organizations, sign_in, sign_out
from deskbell.features.access.service.signing_up import may_sign_up, sign_up
from deskbell.features.access.service.step_up import step_up

__all__ = [
    "SetUp",
    "accept_invitation",
    "add_member",
    "change_password",
    "confirm_address_change",
    "create_api_key",
    "create_organization_with_owner",
    "create_owner",
    "disable_second_factor",
    "enable_second_factor",
    "end_own_other_sessions",
    "end_session",
    "enter_with_api_key",
    "find_second_factor",
    "invite",
    "list_api_keys",
    "list_invitations",
    "list_sessions",
    "may_sign_up",
    "my_organizations",
    "needs_setup",
    "pass_of_api_key",
    "pending_address",
    "refresh",
    "remove_member",
    "request_address_change",
    "request_password_reset",
    "request_sign_in_link",
    "resend_invitation",
    "resend_verification",
    "reset_password",
    "revoke_api_key",
    "revoke_invitation",
    "set_up",
    "set_up_second_factor",
    "sign_in",
    "sign_in_by_link",
    "sign_out",
    "sign_up",
    "start_session",
    "step_up",
    "update_security",
    "verify_email",
]
