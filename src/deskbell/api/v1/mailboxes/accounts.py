"""v1: the accounts of mailboxes at their providers: the way out, the sign-in, and the settings for an address."""

from typing import Annotated, Final, TypeAlias
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.shared.unit import late_actor, late_unit
from deskbell.api.v1.envelope import Done, Success
from deskbell.api.v1.mailboxes.shapes import SetSignIn, SetSmtpAccount
from deskbell.channels.mail.guessing import guess
from deskbell.channels.mail.smtp import try_out_server
from deskbell.channels.mail.tokens import NoToken, TokenSource, request_tokens
from deskbell.features.mail.imap import Step
from deskbell.features.mail.providers import AccountGuess
from deskbell.features.mail.service import sign_in, smtp
from deskbell.features.mail.sign_in import Begun, SignIn
from deskbell.features.mail.smtp import SmtpAccount
from deskbell.features.webhooks.sending import Sender
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.kernel.errors import NotFound
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import Database
from deskbell.runtime.name_servers import DnsResolver
from deskbell.runtime.sealing import sealer_of
from deskbell.runtime.settings import Settings

TAG: Final = ["Mail"]
_ACCOUNT: Final = (Permission.MAIL_MANAGE, Permission.MAIL_READ)
_CALLBACK: Final = "/api/v1/mailboxes/sign-in/callback"
_LONGEST: Final = 4_000
StateParam: TypeAlias = Annotated[str, QueryParameter(name="state", description="As the provider sends it back")]
CodeParam: TypeAlias = Annotated[str, QueryParameter(description="The provider's code for the first tokens")]
ErrorParam: TypeAlias = Annotated[str, QueryParameter(description="The provider's word for a refusal")]
AddressParam: TypeAlias = Annotated[
    str, QueryParameter(min_length=3, max_length=254, description="The mailbox's address")
]


async def token_of(request: DeskbellRequest, mailbox_id: UUID) -> str:
    """The access token of a mailbox, for a test of its account. Raises `NoToken`, `CannotOpen`."""
    source = TokenSource(request.app.state.database, request.app.state.settings)
    try:
        return await source.token(late_actor(request).organization_id, mailbox_id)
    finally:
        await source.close()


@get(
    "/mailboxes/settings", permission=Permission.MAIL_MANAGE, late=True, tags=TAG,
    summary="Get the settings for a mailbox's address",
)  # fmt: skip
async def get_settings_for_address(request: DeskbellRequest, address: AddressParam) -> Success[AccountGuess]:
    """Returns the servers of an address: those of a known provider, else those that the domain's DNS records name.

    `source` says where they come from; it is `none` where nothing is known, and then only the domain is.
    """
    resolver = getattr(request.app.state, "resolver", None) or DnsResolver()
    return Success(await guess(address, resolver))


@get("/mailboxes/{mailbox_id:str}/smtp", permission=_ACCOUNT, tags=TAG, summary="Get a mailbox's mail server")
async def get_smtp_account(uow: Uow, mailbox_id: FromPath[UUID]) -> Success[SmtpAccount]:
    """Returns how a mailbox sends, with its rate and its trouble. The password is never shown."""
    return Success(await smtp.get(uow, mailbox_id))


@put("/mailboxes/{mailbox_id:str}/smtp", permission=_ACCOUNT, tags=TAG, summary="Set a mailbox's mail server")
async def set_smtp_account(
    request: DeskbellRequest, uow: Uow, mailbox_id: FromPath[UUID], data: JSONBody[SetSmtpAccount]
) -> Success[SmtpAccount]:
    """Sets the given fields. The mailbox's mail goes out through this server from then on."""
    return Success(await smtp.save(uow, mailbox_id, data.settings(), sealer_of(request.app.state.settings)))


@delete(
    "/mailboxes/{mailbox_id:str}/smtp", permission=_ACCOUNT, tags=TAG, summary="Delete a mailbox's mail server",
    status_code=200,
)  # fmt: skip
async def delete_smtp_account(uow: Uow, mailbox_id: FromPath[UUID]) -> Done:
    """Deletes the server with its password. The mailbox's mail goes out through the server of `DESKBELL_SMTP_URL` again."""
    await smtp.remove(uow, mailbox_id)
    return Done("Mail server deleted")


@post(
    "/mailboxes/{mailbox_id:str}/smtp/test", permission=_ACCOUNT, late=True, tags=TAG,
    summary="Test a mailbox's mail server", status_code=200,
)  # fmt: skip
async def test_smtp_account(request: DeskbellRequest, mailbox_id: FromPath[UUID]) -> Success[list[Step]]:
    """Looks up the server, connects and signs in; sends nothing. The last step may have a `code`, which says what failed."""
    settings: Settings = request.app.state.settings
    async with late_unit(request) as uow:
        account, secret = await smtp.for_test(uow, mailbox_id, sealer_of(settings))
    if account.auth == "oauth":
        try:
            secret = await token_of(request, mailbox_id)
        except NoToken as failure:
            return Success([Step(name="sign_in", code="token", detail=failure.detail)])
    return Success(await try_out_server(account, secret, settings.webhook_allowed_hosts))


@get("/mailboxes/{mailbox_id:str}/sign-in", permission=_ACCOUNT, tags=TAG, summary="Get a mailbox's sign-in")
async def get_sign_in(uow: Uow, mailbox_id: FromPath[UUID]) -> Success[SignIn]:
    """Returns how a mailbox signs in at its provider, and whether its token is valid. Secrets are never shown."""
    return Success(await sign_in.get(uow, mailbox_id))


@put("/mailboxes/{mailbox_id:str}/sign-in", permission=_ACCOUNT, tags=TAG, summary="Set a mailbox's sign-in")
async def set_sign_in(
    request: DeskbellRequest, uow: Uow, mailbox_id: FromPath[UUID], data: JSONBody[SetSignIn]
) -> Success[SignIn]:
    """Sets the given fields. A changed client has to sign in again."""
    return Success(await sign_in.save(uow, mailbox_id, data.settings(), sealer_of(request.app.state.settings)))


@delete(
    "/mailboxes/{mailbox_id:str}/sign-in", permission=_ACCOUNT, tags=TAG, summary="Delete a mailbox's sign-in",
    status_code=200,
)  # fmt: skip
async def delete_sign_in(uow: Uow, mailbox_id: FromPath[UUID]) -> Done:
    """Deletes the client's secret and the tokens. Accounts that use them stop working."""
    await sign_in.remove(uow, mailbox_id)
    return Done("Sign-in deleted")


@post(
    "/mailboxes/{mailbox_id:str}/sign-in/begin", permission=_ACCOUNT, secret=True, tags=TAG,
    summary="Begin a mailbox's sign-in", status_code=200,
)  # fmt: skip
async def begin_sign_in(request: DeskbellRequest, uow: Uow, mailbox_id: FromPath[UUID]) -> Success[Begun]:
    """Returns the page of the provider where you sign in with the mailbox's account, within 15 minutes, in this browser.

    `redirect_uri` must be registered with the client at the provider.
    """
    settings: Settings = request.app.state.settings
    redirect_uri = f"{settings.base_url.rstrip('/')}{_CALLBACK}"
    return Success(await sign_in.begin(uow, mailbox_id, sealer_of(settings), redirect_uri))


@get(
    "/mailboxes/sign-in/callback", permission=_ACCOUNT, late=True, tags=TAG, summary="Complete a mailbox's sign-in",
    status_code=303, refuses=(NotFound,),
)  # fmt: skip
async def complete_sign_in(
    request: DeskbellRequest, given: StateParam, code: CodeParam = "", error: ErrorParam = ""
) -> Response[None]:
    """Completes a sign-in with the answer of the provider, and redirects to the mailbox's page, which shows the result.

    Only the person who began the sign-in can complete it, once.
    """
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    actor, sealer = late_actor(request), sealer_of(settings)
    async with database.unit(actor) as uow:
        asked = await sign_in.returned(uow, given[:_LONGEST], code[:_LONGEST], sealer)
    trouble = error[:_LONGEST]
    if not trouble:
        try:
            async with Sender(AllowedHosts(settings.webhook_allowed_hosts)) as sender:
                tokens = await request_tokens(sender, asked)
            async with database.unit(actor) as uow:
                await sign_in.signed_in(uow, asked.mailbox_id, tokens, sealer)
        except NoToken as failure:
            trouble = failure.detail
    if trouble:
        async with database.unit(actor) as uow:
            await sign_in.not_signed_in(uow, asked.mailbox_id, trouble)
    ended = "failed" if trouble else "done"
    to = f"/desk/admin/mail-connections/{asked.mailbox_id}?sign_in={ended}"
    return Response(None, status_code=303, headers={"location": f"{settings.base_url.rstrip('/')}{to}"})


ROUTES = [
    get_settings_for_address, get_smtp_account, set_smtp_account, delete_smtp_account, test_smtp_account, get_sign_in,
    set_sign_in, delete_sign_in, begin_sign_in, complete_sign_in,
]  # fmt: skip
