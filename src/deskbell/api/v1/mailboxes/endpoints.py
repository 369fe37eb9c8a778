"""v1: mailboxes."""

from typing import Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.shared.unit import late_actor, late_unit
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.mailboxes import accounts
from deskbell.api.v1.mailboxes.accounts import token_of
from deskbell.api.v1.mailboxes.shapes import CreateMailbox, SetImapAccount, SigningKeyView, UpdateMailbox
from deskbell.channels.mail.imap import try_out_account
from deskbell.channels.mail.tokens import NoToken
from deskbell.features.mail.boxes import MailboxSettings
from deskbell.features.mail.imap import ImapAccount, Step
from deskbell.features.mail.self_test import SelfTestReport
from deskbell.features.mail.service import boxes as service
from deskbell.features.mail.service import domains, imap, self_testing
from deskbell.features.mail.service.domains import DomainReport
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import Database
from deskbell.runtime.name_servers import DnsResolver
from deskbell.runtime.sealing import sealer_of
from deskbell.runtime.settings import Settings

TAG: Final = ["Mail"]


def _answer(box: MailboxSettings) -> Response[Success[MailboxSettings]]:
    return tagged(box, service.etag(box))


@get("/mailboxes", permission=Permission.MAIL_READ, tags=TAG, summary="List mailboxes")
async def list_mailboxes(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["name"]] = "name",
    order: FromQuery[Order] = "asc",
) -> Paginated[MailboxSettings]:
    """Lists the mailboxes by name."""
    found = await service.list_mailboxes(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated(found.items, Pagination.of(found))


@get("/mailboxes/{mailbox_id:str}", permission=Permission.MAIL_READ, tags=TAG, summary="Get a mailbox")
async def get_mailbox(uow: Uow, mailbox_id: FromPath[UUID]) -> Response[Success[MailboxSettings]]:
    """Returns a mailbox."""
    return _answer(await service.get(uow, mailbox_id))


@post("/mailboxes", permission=Permission.MAIL_MANAGE, tags=TAG, summary="Create a mailbox")
async def create_mailbox(uow: Uow, data: JSONBody[CreateMailbox]) -> Response[Success[MailboxSettings]]:
    """Creates a mailbox. An address belongs to one mailbox of the server."""
    box = await service.create(uow, data.command())
    return tagged(box, service.etag(box), new_at=f"/mailboxes/{box.id}")


@put("/mailboxes/{mailbox_id:str}", permission=Permission.MAIL_MANAGE, tags=TAG, summary="Update a mailbox")
async def update_mailbox(
    uow: Uow, request: DeskbellRequest, mailbox_id: FromPath[UUID], data: JSONBody[UpdateMailbox]
) -> Response[Success[MailboxSettings]]:
    """Updates the given fields."""
    return _answer(await service.update(uow, mailbox_id, data.command(), expected_version(request)))


@delete(
    "/mailboxes/{mailbox_id:str}", permission=Permission.MAIL_MANAGE, tags=TAG, summary="Delete a mailbox",
    status_code=200,
)  # fmt: skip
async def delete_mailbox(uow: Uow, request: DeskbellRequest, mailbox_id: FromPath[UUID]) -> Done:
    """Deletes a mailbox with its addresses. Its mails and tickets remain; the default mailbox cannot be deleted."""
    await service.delete(uow, mailbox_id, expected_version(request))
    return Done("Mailbox deleted")


@post(
    "/mailboxes/{mailbox_id:str}/dns", permission=(Permission.MAIL_MANAGE, Permission.MAIL_READ), late=True, tags=TAG,
    summary="Check a mailbox's domain", status_code=200,
)  # fmt: skip
async def check_domain(request: DeskbellRequest, mailbox_id: FromPath[UUID]) -> Success[DomainReport]:
    """Looks up the records of the domain that a mailbox sends from; each has the text to enter.

    Signing (DKIM) begins when the record of the domain's key is found, and ends when it is gone.
    """
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    async with database.unit(late_actor(request)) as uow:
        found = await domains.facts(uow, mailbox_id)
    records = await domains.look_up(found.domain, found.key, settings.smtp_host, DnsResolver())
    async with late_unit(request) as uow:
        return Success(await domains.report(uow, mailbox_id, records))


@post(
    "/mailboxes/{mailbox_id:str}/dkim", permission=(Permission.MAIL_MANAGE, Permission.MAIL_READ), tags=TAG,
    summary="Make a signing key",
)  # fmt: skip
async def make_signing_key(request: DeskbellRequest, uow: Uow, mailbox_id: FromPath[UUID]) -> Success[SigningKeyView]:
    """Makes the key that signs the mail of the mailbox's domain (DKIM), once. Enter the record: signing begins then."""
    found = await domains.add_key(uow, mailbox_id, sealer_of(request.app.state.settings))
    return Success(SigningKeyView.of(found))


@delete(
    "/mailboxes/{mailbox_id:str}/dkim", permission=(Permission.MAIL_MANAGE, Permission.MAIL_READ), tags=TAG,
    summary="Delete a signing key", status_code=200,
)  # fmt: skip
async def delete_signing_key(uow: Uow, mailbox_id: FromPath[UUID]) -> Done:
    """Deletes the key of the mailbox's domain. Its mail is no longer signed."""
    await domains.remove_key(uow, mailbox_id)
    return Done("Signing key deleted")


_ACCOUNT: Final = (Permission.MAIL_MANAGE, Permission.MAIL_READ)


@get("/mailboxes/{mailbox_id:str}/imap", permission=_ACCOUNT, tags=TAG, summary="Get a mailbox's IMAP account")
async def get_imap_account(uow: Uow, mailbox_id: FromPath[UUID]) -> Success[ImapAccount]:
    """Returns how a mailbox is read by IMAP, with its last look and its trouble. The password is never shown."""
    return Success(await imap.get(uow, mailbox_id))


@put("/mailboxes/{mailbox_id:str}/imap", permission=_ACCOUNT, tags=TAG, summary="Set a mailbox's IMAP account")
async def set_imap_account(
    request: DeskbellRequest, uow: Uow, mailbox_id: FromPath[UUID], data: JSONBody[SetImapAccount]
) -> Success[ImapAccount]:
    """Sets the given fields; a new account takes mails from now on. Looking begins within seconds."""
    return Success(await imap.save(uow, mailbox_id, data.settings(), sealer_of(request.app.state.settings)))


@delete(
    "/mailboxes/{mailbox_id:str}/imap", permission=_ACCOUNT, tags=TAG, summary="Delete a mailbox's IMAP account",
    status_code=200,
)  # fmt: skip
async def delete_imap_account(uow: Uow, mailbox_id: FromPath[UUID]) -> Done:
    """Reads the mailbox by IMAP no longer, and deletes the password. The mails on the server stay."""
    await imap.remove(uow, mailbox_id)
    return Done("Account deleted")


@post(
    "/mailboxes/{mailbox_id:str}/test", permission=_ACCOUNT, late=True, tags=TAG,
    summary="Test a mailbox's IMAP account", status_code=200,
)  # fmt: skip
async def test_imap_account(request: DeskbellRequest, mailbox_id: FromPath[UUID]) -> Success[list[Step]]:
    """Looks up the server, connects, signs in and opens the folder. The last step may have a `code`, which says what failed."""
    settings: Settings = request.app.state.settings
    async with late_unit(request) as uow:
        account, password = await imap.for_test(uow, mailbox_id, sealer_of(settings))
    if account.auth == "oauth":
        try:
            password = await token_of(request, mailbox_id)
        except NoToken as failure:
            return Success([Step(name="sign_in", code="token", detail=failure.detail)])
    return Success(await try_out_account(account, password, settings.webhook_allowed_hosts))


@post(
    "/mailboxes/{mailbox_id:str}/test-mail", permission=_ACCOUNT, tags=TAG, summary="Send a mailbox a test",
)  # fmt: skip
async def begin_self_test(uow: Uow, mailbox_id: FromPath[UUID]) -> Success[SelfTestReport]:
    """Sends a mail from the mailbox to itself, the way all of its mail goes, and waits for its arrival in the background.

    Ask for the result by GET until it is `finished`, within about two minutes. The mail opens no ticket.
    """
    return Success(await self_testing.begin(uow, mailbox_id))


@get(
    "/mailboxes/{mailbox_id:str}/test-mail", permission=_ACCOUNT, tags=TAG, summary="Get the last test of a mailbox",
)  # fmt: skip
async def get_self_test(uow: Uow, mailbox_id: FromPath[UUID]) -> Success[SelfTestReport]:
    """Returns what the last test shows by now: whether the mail was taken and arrived, and what changed on its way."""
    return Success(await self_testing.get(uow, mailbox_id))


ROUTES = [
    *accounts.ROUTES,
    begin_self_test, get_self_test,
    get_imap_account, set_imap_account, delete_imap_account, test_imap_account,
    list_mailboxes, get_mailbox, create_mailbox, update_mailbox, delete_mailbox, check_domain, make_signing_key,
    delete_signing_key,
]  # fmt: skip
