"""v1: mails that wait for a decision, and senders that staff decided about."""

from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.mail.shapes import JudgeSender, Rejection, Review, Reviewed
from deskbell.features.mail.log import KnownSender, LoggedMail, MailFilter
from deskbell.features.mail.service import reviewing, senders
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Mail"]
ReasonParam: TypeAlias = Annotated[
    str | None, QueryParameter(max_length=50, description="The code of a reason, such as `unproven_staff`")
]
_READ: Final = (Permission.MAIL_READ, Permission.TICKET_READ, Permission.COMMENT_INTERNAL)
_REVIEW: Final = (Permission.MAIL_REVIEW, *_READ)


@get("/quarantine", permission=_REVIEW, tags=TAG, summary="List mails in quarantine")
async def list_quarantine(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["arrived_at"]] = "arrived_at",
    order: FromQuery[Order] = "desc",
    reason: ReasonParam = None,
) -> Paginated[LoggedMail]:
    """Lists the mails that wait for a decision, newest first."""
    request = PageRequest.numbered(page, limit, cursor, sort=sort, order=order)
    found = await reviewing.list_mails(uow, MailFilter(state="quarantined", reason=reason), request)
    return Paginated(found.items, Pagination.of(found))


@get("/quarantine/{mail_id:str}", permission=_REVIEW, tags=TAG, summary="Get a mail in quarantine")
async def get_quarantined(uow: Uow, mail_id: FromPath[UUID]) -> Success[LoggedMail]:
    """Returns a mail that waits for a decision, or about which one was made: see its `state`."""
    return Success(await reviewing.get(uow, mail_id))


@post(
    "/quarantine/{mail_id:str}/release", permission=_READ, more=(Permission.MAIL_REVIEW,), tags=TAG,
    summary="Release a mail", status_code=202,
)  # fmt: skip
async def release_mail(uow: Uow, mail_id: FromPath[UUID]) -> Success[LoggedMail]:
    """Has a mail filed although a check stopped it. You may release mail from your own address."""
    return Success(await reviewing.release(uow, mail_id))


@post(
    "/quarantine/{mail_id:str}/trust", permission=_REVIEW, tags=TAG, summary="Release a mail and trust its sender",
    status_code=202,
)  # fmt: skip
async def trust_sender(uow: Uow, mail_id: FromPath[UUID]) -> Success[LoggedMail]:
    """Releases a mail, and has later ones of its sender filed although they fail DMARC, are automatic or come in great numbers.
    They still prove nothing. Members of the staff cannot be trusted by their address.
    """
    return Success(await reviewing.release(uow, mail_id, trust_sender=True))


@post(
    "/quarantine/{mail_id:str}/ticket", permission=_READ, more=(Permission.MAIL_REVIEW,), tags=TAG,
    summary="Make a ticket of a mail", status_code=202,
)  # fmt: skip
async def make_ticket(uow: Uow, mail_id: FromPath[UUID]) -> Success[LoggedMail]:
    """Has a ticket made of a mail, whatever it is: its sender's, or yours if it names none or staff without proof.

    It joins no conversation; where it refers to one, the tickets are linked. A mail that cannot be read becomes a file.
    """
    return Success(await reviewing.make_ticket(uow, mail_id))


@post(
    "/quarantine/{mail_id:str}/reject", permission=_READ, more=(Permission.MAIL_REVIEW,), tags=TAG,
    summary="Reject a mail", status_code=200,
)  # fmt: skip
async def reject_mail(uow: Uow, mail_id: FromPath[UUID], data: JSONBody[Rejection]) -> Success[LoggedMail]:
    """Ends a mail without a ticket; it stays in the log."""
    return Success(await reviewing.reject(uow, mail_id, block_sender=data.block_sender))


@post("/quarantine/bulk", permission=_REVIEW, tags=TAG, summary="Decide about several mails", status_code=200)
async def review_mails(uow: Uow, data: JSONBody[Review]) -> Success[list[Reviewed]]:
    """Decides about up to 100 mails; each has a result of its own."""
    outcomes = await reviewing.review_many(uow, data.ids, data.action, block_sender=data.block_sender)
    return Success([Reviewed(id=mail_id, ok=code is None, code=code) for mail_id, code in outcomes])


@get("/mail-senders", permission=Permission.MAIL_REVIEW, tags=TAG, summary="List blocked and trusted senders")
async def list_senders(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
) -> Paginated[KnownSender]:
    """Lists the senders that staff decided about, the latest first."""
    found = await senders.list_senders(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated(found.items, Pagination.of(found))


@put("/mail-senders/{address:str}", permission=Permission.MAIL_REVIEW, tags=TAG, summary="Block or trust a sender")
async def judge_sender(uow: Uow, address: FromPath[str], data: JSONBody[JudgeSender]) -> Success[KnownSender]:
    """Blocks or trusts an address, or a whole domain as `@example.com`."""
    return Success(await senders.judge_sender(uow, address, data.standing))


@delete(
    "/mail-senders/{address:str}", permission=Permission.MAIL_REVIEW, tags=TAG, summary="Clear a sender",
    status_code=200,
)  # fmt: skip
async def clear_sender(uow: Uow, address: FromPath[str]) -> Done:
    """Treats the mail of a sender as any other again."""
    await senders.clear_sender(uow, address)
    return Done("Sender cleared")


ROUTES = [
    list_quarantine, get_quarantined, release_mail, trust_sender, make_ticket, reject_mail, review_mails, list_senders,
    judge_sender, clear_sender,
]  # fmt: skip
