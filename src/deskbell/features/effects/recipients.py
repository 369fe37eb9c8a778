"""The recipients of the effects of a trial."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from msgspec import UNSET, Struct

from deskbell.features.macros.for_rules import shared_macro
from deskbell.features.mail.policy import is_robot
from deskbell.features.mail.queries.mailboxes import own_addresses
from deskbell.features.notifications import queries as recipients
from deskbell.features.rules.trials import ToCome, Trial
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.rules import EffectKind, Letter, Notice
from deskbell.features.webhooks.queries import registrations
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

_MAILED: Final = ("mail", "reply", "macro")
"""The effects that go out by mail: never to a machine, nor to an address of the organization."""


class Destination(Struct, frozen=True):
    """An effect and its recipients: addresses of people, or that of a webhook. Without any, it would be left out, or stays on
    the ticket."""

    kind: EffectKind
    to: list[str]


async def destinations_of(uow: UnitOfWork, trial: Trial) -> list[list[Destination]]:
    """The effects of each change of a trial, with their recipients as of today."""
    uow.actor.require(Permission.RULE_MANAGE, Permission.TICKET_READ, Permission.TICKET_EXPLAIN)
    found = [(each, to_come) for tried in trial.tried if (each := tried.after) for to_come in tried.to_come]
    known = await _Known.of(uow, found)
    return [
        [Destination(effect.kind, known.reached(tried.after, effect)) for effect in tried.to_come]
        if tried.after
        else []
        for tried in trial.tried
    ]


class _Known:
    """The people, groups and webhooks that the effects of a trial name, looked up once for all of its tickets."""

    people: dict[UUID, str]
    groups: dict[UUID, list[str]]
    followers: dict[UUID, list[str]]
    leads: list[str]
    webhooks: dict[UUID, str]
    replying: set[UUID]
    """The macros that reply."""
    never: set[str]
    """The addresses of the organization."""

    @classmethod
    async def of(cls, uow: UnitOfWork, effects: Sequence[tuple[Ticket, ToCome]]) -> "_Known":
        """Those that these effects name."""
        known = cls()
        named = {(kind, object_id) for _, each in effects for (kind, _), object_id in each.ids.items()}

        def ids(wanted: str) -> list[UUID]:
            return [object_id for kind, object_id in named if kind == wanted]

        assignees = {ticket.assignee_id for ticket, _ in effects if ticket.assignee_id is not None}
        people = await recipients.recipients(uow.db, [*ids("person"), *assignees]) if effects else []
        known.people = {each.id: each.email for each in people}
        groups = {ticket.group_id for ticket, _ in effects if ticket.group_id is not None}
        known.groups = await recipients.staff_addresses_by_group(uow.db, [*{*ids("group"), *groups}])
        known.followers = await recipients.staff_addresses_by_followed(uow.db, [*{ticket.id for ticket, _ in effects}])
        known.leads = [each.email for each in await recipients.leads(uow.db)] if effects else []
        known.webhooks, known.replying = {}, set()
        for webhook_id in ids("webhook"):
            webhook = await registrations.find(uow.db, webhook_id)
            if webhook is not None:
                readable = uow.actor.may(Permission.WEBHOOK_MANAGE)
                known.webhooks[webhook_id] = webhook.url if readable else str(webhook_id)
        for macro_id in ids("macro"):
            macro = await shared_macro(uow, macro_id)
            if macro is not None and macro.comment is not None and macro.comment.public:
                known.replying.add(macro_id)
        known.never = set()
        all_of_them = {address for ticket, each in effects for address in known.reached(ticket, each)}
        known.never = await own_addresses(uow.db, sorted(each.lower() for each in all_of_them))
        return known

    def reached(self, ticket: Ticket, effect: ToCome) -> list[str]:
        """The recipients of an effect on a ticket, each address once."""
        found = list(dict.fromkeys(self._named(ticket, effect)))
        if effect.kind not in _MAILED:
            return found
        return [each for each in found if not is_robot(each.lower()) and each.lower() not in self.never]

    def _named(self, ticket: Ticket, effect: ToCome) -> Iterable[str]:
        action, ids = effect.action, effect.ids
        if action.mail is not UNSET:
            return self._of_letter(ticket, action.mail)
        if action.notify is not UNSET:
            return self._of_notice(ticket, action.notify, effect)
        if action.webhook is not UNSET:
            url = self.webhooks.get(ids["webhook", action.webhook.webhook])
            return [] if url is None else [url]
        if action.reply is not UNSET:
            return [ticket.requester.email]
        if action.macro is not UNSET:
            return [ticket.requester.email] if ids["macro", action.macro] in self.replying else []
        if action.escalate is not UNSET:
            return self.leads
        names = action.follow if action.follow is not UNSET else action.unfollow
        return [] if names is UNSET else self._people(names, effect)

    def _of_letter(self, ticket: Ticket, letter: Letter) -> Iterable[str]:
        groups = [] if ticket.group_id is None else self.groups.get(ticket.group_id, [])
        known = {
            "requester": [ticket.requester.email], "assignee": self._assignee(ticket), "group": groups,
            "leads": self.leads, "followers": self.followers.get(ticket.id, []),
        }  # fmt: skip
        return [address for name in letter.to for address in known.get(name, [name])]

    def _of_notice(self, ticket: Ticket, notice: Notice, effect: ToCome) -> Iterable[str]:
        found = self._people(notice.people, effect)
        found += self._assignee(ticket) if notice.assignee else []
        found += [each for name in notice.groups for each in self.groups.get(effect.ids["group", name], [])]
        return found + (self.leads if notice.leads else [])

    def _assignee(self, ticket: Ticket) -> list[str]:
        address = None if ticket.assignee_id is None else self.people.get(ticket.assignee_id)
        return [] if address is None else [address]

    def _people(self, names: Sequence[str], effect: ToCome) -> list[str]:
        ids = [effect.ids.get(("person", name)) for name in names]  # `me` of a macro means no one in a rule
        return [self.people[each] for each in ids if each in self.people]
