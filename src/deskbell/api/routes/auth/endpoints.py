"""routes: sign-in and token refresh."""

from litestar.params import JSONBody

from deskbell.api.routes.auth.shapes import RefreshBody
from deskbell.api.shared.people import Credentials, SignedInView
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, post
from deskbell.api.shared.signing_in import device_of, token_keys
from deskbell.features.access import service
from deskbell.kernel.errors import Forbidden, Unauthenticated

TAG = ["Authentication & Users"]


@post(
    "/auth/login", permission=Public.ANONYMOUS, tags=TAG, summary="Sign in", status_code=200, security=[{}],
    refuses=(Forbidden, Unauthenticated),
)  # fmt: skip
async def log_in(uow: Uow, request: DeskbellRequest, data: JSONBody[Credentials]) -> SignedInView:
    """Returns an access token (JWT) and a refresh token for valid credentials."""
    signed_in = await service.sign_in(
        uow,
        token_keys(request),
        email=data.email,
        password=data.password,
        code=data.code,
        device=device_of(request),
    )
    return SignedInView.of(signed_in)


@post(
    "/auth/refresh", permission=Public.ANONYMOUS, tags=TAG, summary="Refresh the access token", status_code=200, security=[{}],
    refuses=(Unauthenticated,),
)  # fmt: skip
async def refresh(uow: Uow, request: DeskbellRequest, data: JSONBody[RefreshBody]) -> SignedInView:
    """Returns a new access token and refresh token. Using a refresh token twice ends its session."""
    return SignedInView.of(await service.refresh(uow, token_keys(request), data.refresh_token))


ROUTES = [log_in, refresh]
