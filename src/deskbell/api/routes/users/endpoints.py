"""routes: registration and profiles."""

from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody

from deskbell.api.routes.users.shapes import Register, Registered, UpdateUser, VerificationSent
from deskbell.api.shared.people import SignedInView, UserView
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Public, Uow, get, patch, post
from deskbell.api.shared.signing_in import device_of, token_keys
from deskbell.features.access import service
from deskbell.features.access.records import MemberChanges, Membership
from deskbell.features.people.queries.profiles import PublicProfile
from deskbell.features.people.service import members, profiles
from deskbell.kernel.errors import Forbidden
from deskbell.kernel.permissions import Permission

TAG = ["Authentication & Users"]


@post(
    "/users",
    permission=Public.ANONYMOUS,
    tags=TAG,
    summary="Register",
    security=[{}],
    also=(202,),
    refuses=(Forbidden,),
)
async def register(
    uow: Uow, request: DeskbellRequest, data: JSONBody[Register]
) -> Response[Registered | VerificationSent]:
    """Creates an account and signs in. An existing contact's address must first be confirmed by mail (202)."""
    signed_in = await service.sign_up(
        uow, token_keys(request), name=data.name or data.email.partition("@")[0], email=data.email,
        password=data.password, organization_id=data.organization_id, device=device_of(request),
    )  # fmt: skip
    if signed_in is None:
        message = "We sent a link to this address. Please follow it to finish signing up."
        return Response(VerificationSent("verification_required", message), status_code=202)
    view = SignedInView.of(signed_in)
    user = {name: getattr(view.user, name) for name in view.user.__struct_fields__}
    return Response(Registered(**user, token=view.token, refresh_token=view.refresh_token), status_code=201)


@get("/users/me", permission=Permission.PROFILE, tags=TAG, summary="Get the current user")
async def get_me(uow: Uow) -> UserView:
    """Returns your membership in this organization."""
    return UserView.of(await profiles.myself(uow))


@get(
    "/users/{user_id:str}",
    permission=Public.OPTIONAL,
    more=(Permission.PROFILE, Permission.CONTACT_READ),
    tags=TAG,
    summary="Get a user's profile",
)
async def get_user(uow: Uow, user_id: FromPath[UUID]) -> UserView | PublicProfile:
    """Returns name and picture. The user and the staff of their organization get the full profile."""
    found = await profiles.view_profile(uow, user_id)
    return UserView.of(found) if isinstance(found, Membership) else found


@patch(
    "/users/{user_id:str}",
    permission=Permission.PROFILE,
    more=(Permission.MEMBER_MANAGE,),
    tags=TAG,
    summary="Update a user's profile",
)
async def update_user(uow: Uow, user_id: FromPath[UUID], data: JSONBody[UpdateUser]) -> UserView:
    """Updates the given fields. Users may update themselves, admins any member of their organization."""
    if user_id != uow.actor.user_id:
        uow.actor.require(Permission.MEMBER_MANAGE)  # stricter than the service: the document denies this to agents
    changes = MemberChanges(name=data.name, phone=data.phone, avatar_url=data.avatar_url, role=data.role)
    return UserView.of(await members.update_member(uow, user_id, changes))


ROUTES = [register, get_me, get_user, update_user]
