"""v1: the mail log, deliveries, and addresses that take no mail."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.api.shared.unit import late_unit
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.mail import quarantine
from deskbell.api.v1.mail.quarantine import ReasonParam
from deskbell.api.v1.mail.shapes import CommentMail, MailHtml, Suppress
from deskbell.channels.mail.images import load_image
from deskbell.features.files.naming import content_disposition
from deskbell.features.mail.log import LoggedMail, MailFigures, MailFilter, Suppressed, UnsentMail, UnsentState
from deskbell.features.mail.outgoing import Delivery
from deskbell.features.mail.records import State
from deskbell.features.mail.service import content_of, images, reviewing, revoking, tracking
from deskbell.features.mail.service.recipients import NextMail, next_mail
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.storage import Storage

TAG: Final = ["Mail"]
_READ: Final = (Permission.MAIL_READ, Permission.TICKET_READ, Permission.COMMENT_INTERNAL)
_UNSENT: Final = (Permission.MAIL_REVIEW, Permission.COMMENT_READ, *_READ)
_OF_COMMENT: Final = (Permission.MAIL_READ, Permission.TICKET_READ, Permission.COMMENT_READ)


@get("/mails", permission=_READ, more=(Permission.MAIL_REVIEW,), tags=TAG, summary="List received mails")
async def list_mails(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["arrived_at"]] = "arrived_at",
    order: FromQuery[Order] = "desc",
    state_: Annotated[State | None, QueryParameter(name="state", description="Mails in this state")] = None,
    reason: ReasonParam = None,
    mailbox_id: Annotated[UUID | None, QueryParameter(description="Mails of this mailbox")] = None,
) -> Paginated[LoggedMail]:
    """Lists every received mail with its state and reason, newest first. Those of no ticket take `mail:review`."""
    wanted = MailFilter(state=state_, reason=reason, mailbox_id=mailbox_id)
    request = PageRequest.numbered(page, limit, cursor, sort=sort, order=order)
    found = await reviewing.list_mails(uow, wanted, request)
    return Paginated(found.items, Pagination.of(found))


@get("/mails/{mail_id:str}", permission=_READ, more=(Permission.MAIL_REVIEW,), tags=TAG, summary="Get a received mail")
async def get_mail(uow: Uow, mail_id: FromPath[UUID]) -> Success[LoggedMail]:
    """Returns a received mail."""
    return Success(await reviewing.get(uow, mail_id))


@get(
    "/mails/{mail_id:str}/html", permission=_READ, more=(Permission.MAIL_REVIEW,), tags=TAG,
    summary="Get a received mail as HTML",
)  # fmt: skip
async def get_mail_html(uow: Uow, mail_id: FromPath[UUID]) -> Success[MailHtml]:
    """Returns the whole mail, with quoted text, as safe HTML."""
    return Success(MailHtml(await reviewing.html_of(uow, mail_id)))


@get(
    "/mails/{mail_id:str}/raw", permission=_READ, more=(Permission.MAIL_REVIEW,), late=True,
    media_type="message/rfc822", tags=TAG, summary="Download a received mail", produces=("message/rfc822",),
)  # fmt: skip
async def download_mail(request: DeskbellRequest, mail_id: FromPath[UUID]) -> Response[Any]:
    """Returns the mail as it came, byte for byte. Raw mails are kept for `DESKBELL_MAIL_RETENTION_DAYS`."""
    async with late_unit(request) as uow:
        await reviewing.get(uow, mail_id)
        stored = await content_of(uow, mail_id)
    content = stored.raw
    if content is None and stored.raw_key is not None:
        storage: Storage = request.app.state.storage
        try:
            content = await storage.get(stored.raw_key)
        except FileNotFoundError:
            content = None
    if content is None:
        raise NotFound("mail")
    headers = {"Content-Disposition": content_disposition(f"{mail_id}.eml"), "content-type": "message/rfc822"}
    return Response(content, headers=headers)


@get("/comments/{comment_id:str}/mail", permission=_OF_COMMENT, tags=TAG, summary="Get a comment's mail")
async def get_mail_of_comment(uow: Uow, comment_id: FromPath[UUID]) -> Success[CommentMail]:
    """Returns the mail that a comment came by, or the mail that brings it with its deliveries."""
    received, sent = await tracking.mail_of_comment(uow, comment_id)
    return Success(CommentMail(received=received, sent=sent))


@get("/tickets/{ticket_id:str}/mail", permission=_OF_COMMENT, tags=TAG, summary="Get a ticket's first mail")
async def get_mail_of_ticket(uow: Uow, ticket_id: FromPath[UUID]) -> Success[CommentMail]:
    """Returns the mail that opened a ticket."""
    return Success(CommentMail(received=await tracking.mail_of_ticket(uow, ticket_id), sent=None))


@get("/tickets/{ticket_id:str}/recipients", permission=_OF_COMMENT, tags=TAG, summary="Get the recipients of a reply")
async def get_recipients(uow: Uow, ticket_id: FromPath[UUID]) -> Success[NextMail]:
    """Returns the recipients of your next public reply, and what its mail quotes, unless you say otherwise with it."""
    return Success(await next_mail(uow, ticket_id))


@get("/comments/{comment_id:str}/deliveries", permission=_OF_COMMENT, tags=TAG, summary="List a reply's deliveries")
async def list_mail_deliveries(uow: Uow, comment_id: FromPath[UUID]) -> Success[list[Delivery]]:
    """Lists the way of a public reply to each recipient."""
    return Success(await tracking.deliveries_of_comment(uow, comment_id))


@get("/deliveries", permission=_UNSENT, tags=TAG, summary="List mail that waits or failed")
async def list_unsent(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
    state_: Annotated[UnsentState | None, QueryParameter(name="state", description="Deliveries in this state")] = None,
) -> Paginated[UnsentMail]:
    """Lists the deliveries that wait, are delayed, failed or bounced, the latest first."""
    found = await tracking.list_unsent(uow, state_, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated(found.items, Pagination.of(found))


@get("/deliveries/{mail_delivery_id:str}", permission=_UNSENT, tags=TAG, summary="Get a delivery of a mail")
async def get_unsent(uow: Uow, mail_delivery_id: FromPath[UUID]) -> Success[UnsentMail]:
    """Returns the way of a mail to one recipient."""
    return Success(await tracking.get_delivery(uow, mail_delivery_id))


@post(
    "/deliveries/{mail_delivery_id:str}/retry", permission=(*_OF_COMMENT, Permission.COMMENT_CREATE), tags=TAG,
    summary="Retry a delivery", status_code=202,
)  # fmt: skip
async def retry_delivery(uow: Uow, mail_delivery_id: FromPath[UUID]) -> Success[Delivery]:
    """Offers a reply to a recipient again: one that failed, bounced, was delayed, suppressed or cancelled."""
    return Success(await tracking.retry(uow, mail_delivery_id))


@delete(
    "/tickets/{ticket_id:str}/reply-tokens", permission=(Permission.TICKET_READ, Permission.TICKET_UPDATE), tags=TAG,
    summary="Revoke a ticket's reply addresses", status_code=200,
)  # fmt: skip
async def revoke_reply_tokens(uow: Uow, ticket_id: FromPath[UUID]) -> Done:
    """Ends the tokens in the reply addresses of the ticket's mails so far. Answers still find it by their Message-IDs, and later
    mails bring new tokens.
    """
    await revoking.revoke_reply_tokens(uow, ticket_id)
    return Done("Reply addresses revoked")


@get(
    "/mail/images/{token:str}", permission=_OF_COMMENT, late=True, media_type="application/octet-stream", tags=TAG,
    summary="Get a picture of a mail", produces=("image/*",),
)  # fmt: skip
async def get_image(request: DeskbellRequest, token: FromPath[str]) -> Response[Any]:
    """Returns a picture that a mail shows from another server, which learns nothing of you. `data-src` in `body_html` and
    `description_html` leads here. 404 for what is private, no picture, larger than 5 MB or not there in 10 seconds.
    """
    async with late_unit(request) as uow:
        address = await images.address_of(uow, token)
    found = await load_image(address, request.app.state.settings.webhook_allowed_hosts)
    if found is None:
        raise NotFound("file")
    headers = {
        "content-type": found.mime_type, "Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }  # fmt: skip
    return Response(found.content, headers=headers)


@get("/suppressed-addresses", permission=Permission.MAIL_REVIEW, tags=TAG, summary="List suppressed addresses")
async def list_suppressed(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
) -> Paginated[Suppressed]:
    """Lists the addresses that no mail is sent to, the latest first."""
    found = await tracking.list_suppressed(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated(found.items, Pagination.of(found))


@post("/suppressed-addresses", permission=Permission.MAIL_REVIEW, tags=TAG, summary="Suppress an address")
async def suppress_address(uow: Uow, data: JSONBody[Suppress]) -> Success[Suppressed]:
    """Ends mail to an address until you allow it again."""
    return Success(await tracking.suppress(uow, data.address))


@delete(
    "/suppressed-addresses/{address:str}", permission=Permission.MAIL_REVIEW, tags=TAG, summary="Allow an address",
    status_code=200,
)  # fmt: skip
async def allow_address(uow: Uow, address: FromPath[str]) -> Done:
    """Sends mail to an address again."""
    await tracking.allow(uow, address)
    return Done("Address allowed")


@get("/mail/status", permission=Permission.MAIL_REVIEW, tags=TAG, summary="Get the state of mail")
async def get_mail_status(uow: Uow) -> Success[MailFigures]:
    """Counts waiting, quarantined and failed mails."""
    return Success(await tracking.figures(uow))


ROUTES = [
    list_mails, get_mail, get_mail_html, download_mail, get_mail_of_comment, get_mail_of_ticket, get_recipients,
    list_mail_deliveries, list_unsent, get_unsent, retry_delivery, revoke_reply_tokens, list_suppressed,
    suppress_address, allow_address, get_mail_status, get_image, *quarantine.ROUTES,
]  # fmt: skip
