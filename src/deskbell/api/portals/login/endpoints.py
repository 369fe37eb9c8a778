"""portals: sign-in."""

from litestar.params import JSONBody

from deskbell.api.shared.people import Credentials, SignedInView
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, post
from deskbell.api.shared.signing_in import device_of, token_keys
from deskbell.features.access import service
from deskbell.kernel.errors import Forbidden, Unauthenticated


@post(
    "/login", permission=Public.ANONYMOUS, tags=["Sign-in"], summary="Sign in", status_code=200, security=[{}],
    refuses=(Forbidden, Unauthenticated),
)  # fmt: skip
async def log_in(uow: Uow, request: DeskbellRequest, data: JSONBody[Credentials]) -> SignedInView:
    """Returns tokens for valid credentials. The access token contains `user_id` and `role`."""
    signed_in = await service.sign_in(
        uow,
        token_keys(request),
        email=data.email,
        password=data.password,
        code=data.code,
        device=device_of(request),
    )
    return SignedInView.of(signed_in)


ROUTES = [log_in]
