"""v1: two-factor authentication and confirmation of a new address."""

from litestar.datastructures import State
from litestar.params import JSONBody

from deskbell.api.shared.requests import DeskbellRequest, client_address
from deskbell.api.shared.routing import Public, Uow, post
from deskbell.api.v1.auth.shapes import TokenBody
from deskbell.api.v1.envelope import NEVER_STORED, Done, Success
from deskbell.api.v1.two_factor.shapes import DisableBody, EnableBody, RecoveryCodes, SetUpView
from deskbell.features.access import service
from deskbell.kernel.permissions import Permission

TAG = ["Authentication"]


@post(
    "/auth/two-factor/setup", permission=Permission.PROFILE, tags=TAG, summary="Start two-factor setup",
    status_code=200, secret=True, cache_control=NEVER_STORED,
)  # fmt: skip
async def set_up(uow: Uow, state: State) -> Success[SetUpView]:
    """Creates a secret for your authenticator app. Sign-in does not change until you enable it with a code."""
    made = await service.set_up_second_factor(uow, state.token_keys)
    return Success(SetUpView.of(made), "Scan the QR code with your app, then enable it with the code that it shows.")


@post(
    "/auth/two-factor/enable", permission=Permission.PROFILE, tags=TAG, summary="Enable two-factor authentication",
    status_code=200, secret=True, cache_control=NEVER_STORED,
)  # fmt: skip
async def enable(uow: Uow, state: State, data: JSONBody[EnableBody]) -> Success[RecoveryCodes]:
    """Requires a code from your app, or a recovery code, at each sign-in from now on. Each code works once."""
    codes = await service.enable_second_factor(uow, state.token_keys, data.code)
    return Success(
        RecoveryCodes(codes), "Two-factor authentication is enabled. Keep the recovery codes apart from your phone."
    )


@post(
    "/auth/two-factor/disable", permission=Permission.PROFILE, tags=TAG, summary="Disable two-factor authentication",
    status_code=200,
)  # fmt: skip
async def disable(uow: Uow, request: DeskbellRequest, data: JSONBody[DisableBody]) -> Done:
    """Disables two-factor authentication and invalidates the recovery codes."""
    await service.disable_second_factor(uow, data.password, client_address(request))
    return Done("Two-factor authentication is disabled")


@post(
    "/auth/change-email", permission=Public.ANONYMOUS, tags=TAG, summary="Confirm a new address", status_code=200
)  # fmt: skip
async def change_email(uow: Uow, data: JSONBody[TokenBody]) -> Done:
    """Changes an account's address with the token from the link mailed to the new one."""
    address = await service.confirm_address_change(uow, data.token)
    return Done(f"Thank you. From now on, sign in with {address}.")


ROUTES = [set_up, enable, disable, change_email]
