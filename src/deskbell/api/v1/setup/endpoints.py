"""v1: the first set-up of a server, and facts that a client needs before it signs in."""

from typing import Final

from litestar import Response
from litestar.datastructures import State
from litestar.params import JSONBody

from deskbell import __version__
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, get, post
from deskbell.api.shared.signing_in import device_of
from deskbell.api.v1.auth.shapes import TokenView, WebSessionView
from deskbell.api.v1.auth.signing_in import kind_of, signed_in_answer
from deskbell.api.v1.comments.shapes import MAX_ATTACHMENTS
from deskbell.api.v1.envelope import NEVER_STORED, Success
from deskbell.api.v1.setup.shapes import FirstSetup, ServerMeta, SetupState, SignUpMeta, UndoMeta, UploadMeta
from deskbell.features.access import service
from deskbell.features.drafts.records import MAX_HOLD
from deskbell.kernel.errors import Conflict, Forbidden
from deskbell.runtime.messages import LANGUAGES

TAG: Final = ["Setup"]


@get("/setup", permission=Public.ANONYMOUS, tags=TAG, summary="Get the state of the setup", cache_control=NEVER_STORED)
async def get_setup(uow: Uow) -> Success[SetupState]:
    """Returns whether the server still needs its first owner."""
    return Success(SetupState(await service.needs_setup(uow)))


@post(
    "/setup", permission=Public.ANONYMOUS, tags=TAG, summary="Set up the server", cache_control=NEVER_STORED,
    refuses=(Conflict, Forbidden),
)  # fmt: skip
async def set_up_server(
    uow: Uow, request: DeskbellRequest, state: State, data: JSONBody[FirstSetup]
) -> Response[Success[TokenView] | Success[WebSessionView]]:
    """Creates the first organization and its owner, and signs the owner in as `POST /auth/login` does.

    409 `ALREADY_SET_UP` once the server has an owner. The owner's address counts as confirmed, and the owner may manage
    all organizations of the server.
    """
    kind = kind_of(request, data.session)
    signed_in = await service.set_up(
        uow, state.token_keys, email=data.email, name=data.name, password=data.password,
        organization=data.organization, domain=data.domain, device=device_of(request), kind=kind,
    )  # fmt: skip
    return signed_in_answer(state, signed_in, "Welcome!", 201)


@get("/meta", permission=Public.ANONYMOUS, tags=TAG, summary="Get the server's limits")
async def get_meta(uow: Uow, state: State) -> Success[ServerMeta]:
    """Returns version, limits and languages, and whether sign-up is open."""
    return Success(
        ServerMeta(
            version=__version__,
            sign_up=SignUpMeta(await service.may_sign_up(uow)),
            uploads=UploadMeta(state.settings.max_upload_bytes, MAX_ATTACHMENTS),
            undo=UndoMeta(MAX_HOLD),
            languages=list(LANGUAGES),
        )
    )


ROUTES = [get_setup, set_up_server, get_meta]
