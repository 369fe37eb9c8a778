"""The session of a customer at the portal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response
from litestar.datastructures import Cookie, State
from litestar.response import Redirect
from msgspec.structs import replace

from deskbell.features.access.service.sessions import LONGEST_WEB_SESSION
from deskbell.features.access.tokens import TokenKeys, WebClaims
from deskbell.features.people.service import preferences
from deskbell.kernel.errors import DeskbellError, Invalid, TooManyRequests, Unauthenticated
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.limits import Tally, standing_of
from deskbell.runtime.messages import LANGUAGES, language_of, sentence
from deskbell.runtime.settings import Settings
from deskbell.web.answers import Rendered, answer
from deskbell.web.forms import Form
from deskbell.web.help.shell import shown
from deskbell.web.help.visiting import HelpRequest, Visit, visit

PORTAL_COOKIE: Final = "deskbell_portal"
"""The cookie of the portal. It is sent to the portal alone, and no contract accepts it."""
_PATH: Final = "/portal"
_NEVER_STORED: Final = "no-store"


class SignInNeeded(Exception):
    """The page is for signed-in customers; `to` is the address of the form that signs in and leads back."""

    def __init__(self, to: str) -> None:
        self.to = to
        super().__init__(to)


class Portal:
    """One request to the portal. Each signed-in user has a customer's rights here, also a member of the staff."""

    def __init__(self, at: Visit, *, signed_in: bool, language: str) -> None:
        self.at = at
        self.request = at.request
        self.uow: UnitOfWork = at.uow
        self.signed_in = signed_in
        self.language = language
        self.root = at.addresses.portal

    def page(self, template: str, *, status_code: int = 200, **values: Any) -> Response[bytes]:
        """A page of the portal."""
        rendered: Rendered = shown(
            self.at, template, locale=self.language, cache=_NEVER_STORED, switch=[], root=self.root,
            signed_in=self.signed_in, **values,
        )  # fmt: skip
        return answer(self.request, rendered, status_code=status_code)

    def refused(self, template: str, error: DeskbellError, given: Form, **values: Any) -> Response[bytes]:
        """The page of a form that was refused, with each problem and the words that were typed."""
        return self.page(
            template, status_code=error.status, typed=given.typed, wrong=problems_of(error, self.language), **values
        )

    def go(self, path: str) -> Redirect:
        """Leads on after a form, to a path below the portal's."""
        return Redirect(f"{self.root}{path}", status_code=303)

    async def undo(self) -> None:
        """Undoes everything that the unit wrote, so that a page can be read and shown."""
        actor = self.uow.actor
        await self.uow.rollback()
        await self.uow.enter(actor)


@asynccontextmanager
async def portal(request: HelpRequest, organization: str | None, *, writes: bool = False) -> AsyncIterator[Portal]:
    """A request of a signed-in customer. Raises `SignInNeeded` without a session in this organization."""
    async with visit(request, organization, writes=writes) as at:
        if not await _enter(at):
            raise SignInNeeded(f"{at.addresses.portal}/sign-in?next={quote(_way_back(request, at), safe='')}")
        chosen = (await preferences.get_web_preferences(at.uow)).language
        yield Portal(at, signed_in=True, language=_language(request, chosen))


@asynccontextmanager
async def doorstep(request: HelpRequest, organization: str | None, *, writes: bool = False) -> AsyncIterator[Portal]:
    """A request to a page before the sign-in."""
    async with visit(request, organization, writes=writes) as at:
        yield Portal(at, signed_in=False, language=_language(request, None))


def _way_back(request: HelpRequest, at: Visit) -> str:
    """The address that a sign-in leads back to: that of a page with its search or its typed subject."""
    if request.method != "GET":
        return at.addresses.portal
    query = request.scope["query_string"].decode("ascii", "ignore")
    return f"{request.url.path}?{query}" if query else str(request.url.path)


def problems_of(error: DeskbellError, language: str) -> dict[str, str]:
    """The sentences of a refusal by field; "" for the form as a whole, `fields.…` for the organization's own fields."""
    if not isinstance(error, Invalid):
        return {"": sentence(error.reason, language)}
    return {each.path.removeprefix("custom_"): sentence(each, language) for each in reversed(error.problems)}


def session_cookie(request: Request[Any, Any, State], value: str) -> Cookie:
    """The cookie of a session; "" removes it."""
    settings: Settings = request.app.state.settings
    age = int(LONGEST_WEB_SESSION.total_seconds()) if value else 0
    secure = settings.base_url.startswith("https://")
    return Cookie(PORTAL_COOKIE, path=_PATH, value=value, max_age=age, secure=secure, httponly=True, samesite="lax")


async def _enter(at: Visit) -> bool:
    keys: TokenKeys = at.request.app.state.token_keys
    try:
        claims = keys.read_portal(at.request.cookies.get(PORTAL_COOKIE, ""))
    except Unauthenticated:
        return False
    if claims.organization_id != at.place.id:
        return False
    if not await _enter_session(at, claims) or not at.uow.actor.verified:
        return False  # who has not confirmed the address might read what its real owner wrote by mail
    if at.uow.actor.role is not Role.CUSTOMER:
        await at.uow.enter(replace(at.uow.actor, role=Role.CUSTOMER, platform_admin=False))
    return True


async def _enter_session(at: Visit, claims: WebClaims) -> bool:
    """Enters as the session's user, and counts the request as those of the agents' app are. Raises `TooManyRequests`."""
    settings: Settings = at.request.app.state.settings
    if not settings.rate_limits:
        return await at.uow.enter_session(claims.organization_id, claims.session_id)
    tallies = [Tally(f"web:{claims.session_id}", settings.rate_limits.limits["web"])]
    is_valid, used = await at.uow.enter_session_counted(claims.organization_id, claims.session_id, tallies)
    standing = standing_of(tallies, used, at.uow.now)
    if standing.exceeded:
        raise TooManyRequests(standing.retry_after(at.uow.now))
    return is_valid


def _language(request: HelpRequest, chosen: str | None) -> str:
    return chosen if chosen in LANGUAGES else language_of(request.headers.get("accept-language"))
