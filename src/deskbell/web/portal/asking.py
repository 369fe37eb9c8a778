"""A new request: first what it is about, with articles that may answer it, then the form of its category."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from deskbell.features.categories import service as categories
from deskbell.features.categories.records import Category
from deskbell.features.fields import forms
from deskbell.features.fields.forms import ShownForm
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.comment_records import NewComment
from deskbell.features.tickets.records import NewTicket, Ticket
from deskbell.features.tickets.service.similar import own_like
from deskbell.kernel.errors import DeskbellError, Invalid, Problem
from deskbell.kernel.fields import NUMBERS, Definition, FieldValue, Kind
from deskbell.kernel.paging import MAX_LIMIT, PageRequest
from deskbell.kernel.words import Priority
from deskbell.web.forms import Form, form_of
from deskbell.web.help.suggesting import clean_subject, suggested
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.attaching import MOST_FILES, attachments_of, longest_form, stored
from deskbell.web.portal.session import Portal, portal

_LONGEST_SUBJECT: Final = 200
_LONGEST: Final = 65_536
_PRIORITIES: Final = [each.value for each in Priority]
_FIELD: Final = "field."


@get(["/portal/new", "/portal/{organization:str}/new"])
async def new_page(
    request: HelpRequest,
    organization: FromPath[str | None] = None,
    subject: FromQuery[str] = "",
    category: FromQuery[str] = "",
) -> Response[Any]:
    """The first step, and the second once there is a subject."""
    async with portal(request, organization) as at:
        subject = clean_subject(subject)
        typed = {"subject": subject, "category": category}
        if not subject:
            return at.page("portal/new.html", typed=typed, wrong={}, categories=await _categories(at))
        return at.page("portal/ask.html", typed=typed, wrong={}, form=Form(), **await _values(at, category, subject))


@get(["/portal/suggest", "/portal/{organization:str}/suggest"])
async def suggestions(
    request: HelpRequest, organization: FromPath[str | None] = None, subject: FromQuery[str] = ""
) -> Response[Any]:
    """Articles for a subject that is being typed: a part of a page, for its script."""
    async with portal(request, organization) as at:
        subject = clean_subject(subject)
        found, own = await suggested(at.at, subject, at.language), await own_like(at.uow, subject)
        return at.page("portal/suggestions.html", suggested=found, own_requests=own)


@post(["/portal/new", "/portal/{organization:str}/new"], request_max_body_size=None)
async def ask(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Files the request. A refused form comes back with its words; only files have to be chosen again."""
    async with portal(request, organization) as at:
        organization_id = at.at.place.id
    given = await form_of(request, longest=longest_form(request))
    try:
        async with (
            stored(request, organization_id, given.files) as uploads,
            portal(request, organization, writes=True) as at,
        ):
            ticket = await _file(at, given, uploads)
            return at.go(f"/tickets/{ticket.number}?asked=1")
    except DeskbellError as error:
        async with portal(request, organization) as at:
            values = await _values(at, given.get("category"), given.get("subject"))
            return at.refused("portal/ask.html", error, given, form=given, **values)


HANDLERS: Final[list[Any]] = [new_page, suggestions, ask]


async def _file(at: Portal, given: Form, uploads: Any) -> Ticket:
    category_id = _category_id(given.get("category"))
    form = await forms.for_category(at.uow, category_id)
    description = given.get("description").replace("\r\n", "\n").strip()
    problems = list(_problems(given, description))
    if problems:
        raise Invalid(problems)
    ticket = await tickets.create(
        at.uow,
        NewTicket(
            subject=given.get("subject"), description=description, category_id=category_id, by_form=True,
            priority=Priority(given.get("priority") or Priority.NORMAL), fields=_field_values(form, given),
        ),
    )  # fmt: skip
    if uploads:
        files = await attachments_of(at.uow, uploads)
        words = ", ".join(file.filename for file in files)
        await tickets.add_comment(at.uow, ticket.id, NewComment(body=words, attachments=files))
    return ticket


def _problems(given: Form, description: str) -> Iterator[Problem]:
    if not given.get("subject").strip():
        yield Problem.at("subject", "blank")
    if not description:
        yield Problem.at("description", "blank")
    if len(given.get("subject")) > _LONGEST_SUBJECT:
        yield Problem.at("subject", "too_long", limit=_LONGEST_SUBJECT)
    if len(description) > _LONGEST:
        yield Problem.at("description", "too_long", limit=_LONGEST)
    if given.get("priority") not in {"", *_PRIORITIES}:
        yield Problem.at("priority", "enum", allowed=tuple(_PRIORITIES))


def _field_values(form: ShownForm, given: Form) -> dict[str, FieldValue]:
    """The values of fields that were filled in."""
    found: dict[str, FieldValue] = {}
    for each in form.items:
        value = _value(each.field, given)
        if each.writable and value is not None:
            found[each.field.key] = value
    return found


def _value(field: Definition, given: Form) -> FieldValue:
    """A field's value as its type has it; text that is none of the type is refused by the service."""
    name = f"{_FIELD}{field.key}"
    if field.kind is Kind.MULTI_SELECT:
        return given.all(name) or None
    text = given.get(name).strip()
    if field.kind is Kind.CHECKBOX:
        return True if text else None
    if not text:
        return None
    if field.kind in NUMBERS:
        try:
            return int(text) if field.kind is Kind.INTEGER else float(text.replace(",", "."))
        except ValueError:
            return text
    return text


async def _values(at: Portal, category: str, subject: str) -> dict[str, Any]:
    """The values of the form's page."""
    every = await _categories(at)
    category_id = next((each.id for each in every if str(each.id) == category), None)
    form = await forms.for_category(at.uow, category_id)
    return {
        "categories": every, "items": [each for each in form.items if each.writable], "priorities": _PRIORITIES,
        "suggested": await suggested(at.at, subject, at.language),
        "own_requests": await own_like(at.uow, subject), "most_files": MOST_FILES,
    }  # fmt: skip


async def _categories(at: Portal) -> list[Category]:
    return (await categories.list_categories(at.uow, PageRequest(MAX_LIMIT, 0))).items


def _category_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid.field("category_id", "category.unknown") from error
