"""v1: the second factor of signing in, and confirming another address."""

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
    "/auth/two-factor/setup", permission=Permission.PROFILE, tags=TAG, summary="Set up a second factor", status_code=200,
    secret=True, cache_control=NEVER_STORED,
)  # fmt: skip
async def set_up(uow: Uow, state: State) -> Success[SetUpView]:
    """A fresh secret for your authenticator app. Signing in does not change until you enable it with a code."""
    made = await service.set_up_second_factor(uow, state.token_keys)
    return Success(SetUpView.of(made), "Scan the QR code with your app, then enable it with the code that it shows.")


@post(
    "/auth/two-factor/enable", permission=Permission.PROFILE, tags=TAG, summary="Enable the second factor",
    status_code=200, secret=True, cache_control=NEVER_STORED,
)  # fmt: skip
async def enable(uow: Uow, state: State, data: JSONBody[EnableBody]) -> Success[RecoveryCodes]:
    """From now on signing in takes a code of your app as well, each code once; or one of the recovery codes."""
    codes = await service.enable_second_factor(uow, state.token_keys, data.code)
    return Success(RecoveryCodes(codes), "Your second factor is on. Keep the recovery codes apart from your phone.")


@post(
    "/auth/two-factor/disable", permission=Permission.PROFILE, tags=TAG, summary="Disable the second factor",
    status_code=200,
)  # fmt: skip
async def disable(uow: Uow, request: DeskbellRequest, data: JSONBody[DisableBody]) -> Done:
    """Signing in takes the password alone again; the recovery codes become worthless."""
    await service.disable_second_factor(uow, data.password, client_address(request))
    return Done("Your second factor is off")


@post(
    "/auth/change-email", permission=Public.ANONYMOUS, tags=TAG, summary="Confirm another address", status_code=200
)  # fmt: skip
async def change_email(uow: Uow, data: JSONBody[TokenBody]) -> Done:
    """Gives an account another address by the token of the link that was mailed there."""
    address = await service.confirm_address_change(uow, data.token)
    return Done(f"Thank you. From now on, sign in with {address}.")


ROUTES = [set_up, enable, disable, change_email]
