"""Filing a ticket."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from msgspec import UnsetType

from deskbell.features.access.addresses import clean_name
from deskbell.features.fields.configuration import configuration
from deskbell.features.people.service import contacts
from deskbell.features.tickets.events import TicketCreated
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.queries import tickets as queries
from deskbell.features.tickets.queries.deadlines import for_creation, policy_in_force
from deskbell.features.tickets.records import Named, NewTicket, Person, Ticket
from deskbell.features.tickets.required import required_problems
from deskbell.features.tickets.rules import RuleBook
from deskbell.features.tickets.service.acting import Decision
from deskbell.features.tickets.service.compiling import rules_of
from deskbell.features.tickets.service.deciding import decide
from deskbell.features.tickets.service.moments import with_next_moment
from deskbell.features.tickets.service.recording import record_decision
from deskbell.features.tickets.service.valuing import valued
from deskbell.kernel.access import step
from deskbell.kernel.deadlines import opened
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.fields import CustomField
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.kernel.sla_clock import Policy
from deskbell.kernel.words import DONE, Status
from deskbell.runtime.database import UnitOfWork

T = TypeVar("T")


async def create(uow: UnitOfWork, new: NewTicket) -> Ticket:
    """Files a ticket for the actor or, by staff, for a customer.

    Raises `Invalid` naming every reference that does not hold, `Forbidden` when a customer tries what is the staff's.
    """
    actor = uow.actor
    actor.require(Permission.TICKET_CREATE)
    problems: list[Problem] = []
    if new.assignee_id is not None or new.group_id is not None:
        actor.require(Permission.TICKET_ASSIGN)
    given = await for_creation(uow.db, new.priority, new.requester_id or actor.user_id)
    requester = await _requester(uow, new, given.requester, problems)
    assignee = await resolve_assignee(uow, new.assignee_id, problems)
    group = await resolve_group(uow, new.group_id, problems)
    category = await resolve_category(uow, new.category_id, problems)
    brand = await resolve_brand(uow, new.brand_id, problems)
    subject = clean_subject(new.subject, problems)
    fields = await configuration(uow.db, actor.organization_id, given.workflow_version)
    values: list[CustomField] | UnsetType = []
    if new.custom_fields or new.fields:
        values = await valued(uow, fields, [], new.custom_fields, new.fields, problems, new.category_id)
    if requester is None:
        raise Invalid(problems)
    status = Status.OPEN if new.status == Status.NEW and assignee is not None else new.status
    ticket = Ticket(
        organization_id=actor.organization_id, id=new_id(), number=0, subject=subject,
        description=new.description, status=status, priority=new.priority, type=new.type, channel=new.channel,
        requester=requester, assignee=assignee, group=group, category=category, brand=brand, tags=clean_tags(new.tags),
        tag_ids=[], custom_fields=values or [], external_id=new.external_id, version=1,
        reopen_count=0, created_at=uow.now, updated_at=uow.now, first_response_at=None,
        solved_at=uow.now if status in DONE else None, closed_at=uow.now if status == Status.CLOSED else None,
        deleted_at=None, waiting_since=None if status in DONE else uow.now,
        workflow_version=fields.version, configured=fields, rules_version=given.rules_version,
        self_filed=requester.id == actor.user_id, deadlines=opened(uow.now, status, given.policy),
    )  # fmt: skip
    if new.by_form and actor.user_id is not None and actor.api_key_id is None:
        problems += required_problems(ticket, "create", staff=actor.is_staff)
    if problems:
        raise Invalid(problems)
    book = await rules_of(uow, given.rules_version)
    decision = await decide(uow, book, None, ticket, None, set())
    return await _file(uow, ticket, decision, given.policy, book, new.description_html)


async def _file(
    uow: UnitOfWork, ticket: Ticket, decision: Decision, policy: Policy, book: RuleBook, html: str | None
) -> Ticket:
    """Writes a new ticket as rules have left it, and records it as it was filed and what they did."""
    left = decision.ticket
    deadlines = ticket.deadlines
    if left.priority != ticket.priority:
        policy = await policy_in_force(uow.db, left.priority)
    if left.priority != ticket.priority or left.status != ticket.status:
        deadlines = opened(uow.now, left.status, policy)
    left = msgspec.structs.replace(
        left, tag_ids=await tag_ids_of(uow, left.tags), deadlines=deadlines,
        status_since=uow.now, assigned_since=None if left.assignee is None else uow.now, customer_wrote_at=uow.now,
    )  # fmt: skip
    left = await with_next_moment(uow, book, left, is_new=True)
    if decision.firings:
        uow.begin_operation()  # filing the ticket and what rules did belong together
    created = TicketCreated(
        ticket_id=ticket.id, number=0, subject=ticket.subject, status=ticket.status, priority=ticket.priority,
        channel=ticket.channel, requester_id=ticket.requester.id, assignee_id=ticket.assignee_id, group_id=ticket.group_id,
    )  # fmt: skip
    number = await uow.write_recorded(queries.added(left, html), created, "number")
    record_decision(uow, decision)
    return msgspec.structs.replace(left, number=number)


async def _requester(uow: UnitOfWork, new: NewTicket, found: Person | None, problems: list[Problem]) -> Person | None:
    """The requester of a new ticket. `found` is the member with the given id, or the actor."""
    if new.requester_id is not None and new.requester is not None:
        problems.append(Problem.at("requester", "requester.twice"))
        return None
    if new.requester is not None:
        uow.actor.require(Permission.CONTACT_WRITE)
        member = await contacts.ensure_customer(uow, new.requester.email, new.requester.name)
        return Person(member.user_id, member.name, member.email, member.avatar_url, member.role)
    if new.requester_id is not None and new.requester_id != uow.actor.user_id:
        uow.actor.require(Permission.CONTACT_WRITE)
        unknown = "contact.unknown"
    else:
        unknown = "requester.missing"
    if found is None:
        problems.append(Problem.at("requester_id", unknown))
    return found


Seen: TypeAlias = dict[tuple[str, object], Any]
"""Look-ups of a command on many tickets that need not be made again for each; a unit's references stay as they are."""


async def once(seen: Seen | None, kind: str, key: object, look_up: Callable[[], Awaitable[T]]) -> T:
    """The result of a look-up, the one made before if there was one."""
    if seen is None:
        return await look_up()
    if (kind, key) not in seen:
        seen[kind, key] = await look_up()
    found: T = seen[kind, key]
    return found


@step("`create` and `update`")
async def resolve_assignee(
    uow: UnitOfWork, user_id: UUID | None, problems: list[Problem], seen: Seen | None = None
) -> Person | None:
    """The staff member to assign to, or a problem added to the list."""
    if user_id is None:
        return None
    person = await once(seen, "assignee", user_id, lambda: references.find_staff(uow.db, user_id))
    if person is None:
        problems.append(Problem.at("assignee_id", "agent.unknown"))
    return person


@step("`create` and `update`")
async def resolve_group(
    uow: UnitOfWork, group_id: UUID | None, problems: list[Problem], seen: Seen | None = None
) -> Named | None:
    """The group to put a ticket in, or a problem added to the list."""
    if group_id is None:
        return None
    group = await once(seen, "group", group_id, lambda: references.find_group(uow.db, group_id))
    if group is None:
        problems.append(Problem.at("group_id", "group.unknown"))
    return group


@step("`create` and `update`")
async def resolve_category(
    uow: UnitOfWork, category_id: UUID | None, problems: list[Problem], seen: Seen | None = None
) -> Named | None:
    """The category to put a ticket in, or a problem added to the list."""
    if category_id is None:
        return None
    category = await once(seen, "category", category_id, lambda: references.find_category(uow.db, category_id))
    if category is None:
        problems.append(Problem.at("category_id", "category.unknown"))
    return category


@step("`create` and `update`")
async def resolve_brand(
    uow: UnitOfWork, brand_id: UUID | None, problems: list[Problem], seen: Seen | None = None
) -> Named | None:
    """The brand with this id; without one, a problem is added to the list."""
    if brand_id is None:
        return None
    brand = await once(seen, "brand", brand_id, lambda: references.find_brand(uow.db, brand_id))
    if brand is None:
        problems.append(Problem.at("brand_id", "brand.unknown"))
    return brand


def clean_subject(text: str, problems: list[Problem]) -> str:
    """The subject in one line, as mails and lists show it, or a problem added to the list."""
    subject = clean_name(text)
    if not subject:
        problems.append(Problem.at("subject", "blank"))
    return subject


def clean_tags(tags: Sequence[str]) -> list[str]:
    """Tags without surrounding space, empty ones and repetitions, in the order given."""
    return list(dict.fromkeys(tag for tag in (" ".join(each.split()) for each in tags) if tag))


@step("`create` and `update`")
async def tag_ids_of(uow: UnitOfWork, names: Sequence[str]) -> list[UUID]:
    """The ids of tags in the order of their names; those that do not exist are created.

    None of them is deleted before the unit ends.
    """
    if not names:
        return []
    while len(ids := await references.lock_tags(uow.db, names)) < len(names):
        await references.add_tags(uow.db, uow.actor.organization_id, [new_id() for _ in names], names, uow.now)
    return [ids[name] for name in names]
