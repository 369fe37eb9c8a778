"""Commands on people and their access."""

from deskbell.features.accounts.service.address_change import (
    confirm_address_change,
    pending_address,
    request_address_change,
)
from deskbell.features.accounts.service.api_keys import (
    create_api_key,
    enter_with_api_key,
    list_api_keys,
    revoke_api_key,
)
from deskbell.features.accounts.service.invitations import (
    accept_invitation,
    invite,
    list_invitations,
    resend_invitation,
    revoke_invitation,
)
from deskbell.features.accounts.service.members import remove_member, update_member
from deskbell.features.accounts.service.owners import create_organization_with_owner, create_owner
from deskbell.features.accounts.service.passwords import change_password, request_password_reset, reset_password
from deskbell.features.accounts.service.people import add_member, ensure_customer
from deskbell.features.accounts.service.profile import my_organizations, myself
from deskbell.features.accounts.service.second_factor import (
    SetUp,
    disable_second_factor,
    enable_second_factor,
    find_second_factor,
    set_up_second_factor,
)
from deskbell.features.accounts.service.security import update_security
from deskbell.features.accounts.service.sessions import (
    end_other_sessions,
    end_session,
    list_sessions,
    refresh,
    start_session,
)
from deskbell.features.accounts.service.signing_in import sign_in, sign_out
from deskbell.features.accounts.service.signing_up import sign_up
from deskbell.features.accounts.service.verification import resend_verification, verify_email

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
    "end_other_sessions",
    "end_session",
    "ensure_customer",
    "enter_with_api_key",
    "find_second_factor",
    "invite",
    "list_api_keys",
    "list_invitations",
    "list_sessions",
    "my_organizations",
    "myself",
    "pending_address",
    "refresh",
    "remove_member",
    "request_address_change",
    "request_password_reset",
    "resend_invitation",
    "resend_verification",
    "reset_password",
    "revoke_api_key",
    "revoke_invitation",
    "set_up_second_factor",
    "sign_in",
    "sign_out",
    "sign_up",
    "start_session",
    "update_member",
    "update_security",
    "verify_email",
]
