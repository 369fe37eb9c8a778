"""Loads the rows that tickets refer to: people, groups, categories, tags."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from deskbell.features.access.events import MemberAdded
from deskbell.features.tickets.queries.references import lock_tags
from deskbell.features.transfer.format.records import Brand, Category, Group, PersonRef, Record, Tag, Ticket
from deskbell.features.transfer.importing.queries import adding, finding
from deskbell.features.transfer.importing.references import People, names_in
from deskbell.features.transfer.importing.rows import BrandRow, Member, NamedRow
from deskbell.features.transfer.importing.work import Work
from deskbell.kernel.ids import new_id


async def add_prerequisites(work: Work, records: Iterable[Record]) -> None:
    """Adds the groups, categories and tags among the records whose names are new."""
    groups: list[NamedRow] = []
    categories: list[NamedRow] = []
    brands: list[BrandRow] = []
    tags: dict[str, NamedRow] = {}
    for record in records:
        if isinstance(record, Group):
            groups.append(NamedRow(new_id(), record.name, record.description))
        elif isinstance(record, Category):
            categories.append(NamedRow(new_id(), record.name, record.description, record.color))
        elif isinstance(record, Brand):
            brands.append(BrandRow(new_id(), record.name, record.color, record.address, record.logo))
        elif isinstance(record, Tag):
            tags.setdefault(record.name, NamedRow(new_id(), record.name, record.color))
    before = _added(work)
    if groups:
        work.counts.groups += await adding.add_groups(work.db, work.organization_id, groups, work.now)
    if categories:
        work.counts.categories += await adding.add_categories(work.db, work.organization_id, categories, work.now)
    if brands:
        work.counts.brands += await adding.add_brands(work.db, work.organization_id, brands, work.now)
    if tags:
        work.counts.tags += await adding.add_tags(work.db, work.organization_id, list(tags.values()), work.now)
    work.counts.present += len(groups) + len(categories) + len(brands) + len(tags) - (_added(work) - before)


def _added(work: Work) -> int:
    return work.counts.groups + work.counts.categories + work.counts.brands + work.counts.tags


async def members_of(work: Work, people: People) -> dict[str, Member]:
    """All named people by address. Unknown ones become members; known ones are not changed."""
    emails = people.emails()
    if not emails:
        return {}
    members = await finding.members_by_email(work.db, emails)
    unknown = [people.row(email) for email in emails if email not in members]
    added: set[str] = set()
    if unknown:
        added = await adding.add_people(work.db, work.organization_id, unknown)
        members |= await finding.members_by_email(work.db, [row.email for row in unknown])
        for row in unknown:
            if row.email in added:
                work.add_event(MemberAdded(user_id=members[row.email].id, role=row.role, how="import"), row.created_at)
    work.counts.people += len(added)
    work.counts.present += sum(1 for email in people.described() if email not in added)
    return members


async def join_groups(work: Work, groups: Sequence[Group]) -> None:
    """Adds the people of `group` lines to their groups; unknown people become agents."""
    people = People(work.now)
    places = [(group.name, email, "lead") for group in groups for email in group.leads]
    places += [(group.name, email, "member") for group in groups for email in group.members]
    for _, email, _ in places:
        people.mention(PersonRef(email=email), None, staff=True)
    members = await members_of(work, people)
    ids = await finding.groups_by_name(work.db, [group.name for group in groups])
    await adding.add_group_members(
        work.db, work.organization_id, [ids[name] for name, _, _ in places],
        [members[email].id for _, email, _ in places], [role for _, _, role in places], work.now,
    )  # fmt: skip


async def groups_of(work: Work, tickets: Sequence[Ticket]) -> dict[str, UUID]:
    """The groups that tickets and their histories name; unknown ones are created."""
    names = names_in(tickets, "group")
    found = await finding.groups_by_name(work.db, names) if names else {}
    missing = [NamedRow(new_id(), name, None) for name in names if name not in found]
    if missing:
        work.counts.groups += await adding.add_groups(work.db, work.organization_id, missing, work.now)
        found |= await finding.groups_by_name(work.db, [row.name for row in missing])
    return found


async def categories_of(work: Work, tickets: Sequence[Ticket]) -> dict[str, UUID]:
    """The categories that tickets and their histories name; unknown ones are created."""
    names = names_in(tickets, "category")
    found = await finding.categories_by_name(work.db, names) if names else {}
    missing = [NamedRow(new_id(), name, None) for name in names if name not in found]
    if missing:
        work.counts.categories += await adding.add_categories(work.db, work.organization_id, missing, work.now)
        found |= await finding.categories_by_name(work.db, [row.name for row in missing])
    return found


async def brands_of(work: Work, tickets: Sequence[Ticket]) -> dict[str, UUID]:
    """The brands that tickets and their histories name; unknown ones are created."""
    names = names_in(tickets, "brand")
    found = await finding.brands_by_name(work.db, names) if names else {}
    missing = [BrandRow(new_id(), name) for name in names if name not in found]
    if missing:
        work.counts.brands += await adding.add_brands(work.db, work.organization_id, missing, work.now)
        found |= await finding.brands_by_name(work.db, [row.name for row in missing])
    return found


async def statuses_of(work: Work, tickets: Sequence[Ticket]) -> dict[str, tuple[UUID, str]]:
    """The own statuses that tickets have, by name. None is created: its line says within which status it is."""
    names = sorted({ticket.custom_status for ticket in tickets if ticket.custom_status is not None})
    return await finding.statuses_by_name(work.db, names) if names else {}


async def tags_of(work: Work, tickets: Iterable[Ticket]) -> dict[str, UUID]:
    """The tags of tickets; unknown ones are created. All are locked against deletion until the commit."""
    names = sorted({tag for ticket in tickets for tag in ticket.tags})
    if not names:
        return {}
    rows = [NamedRow(new_id(), name, None) for name in names]
    while len(found := await lock_tags(work.db, names)) < len(names):
        work.counts.tags += await adding.add_tags(work.db, work.organization_id, rows, work.now)
    return found
