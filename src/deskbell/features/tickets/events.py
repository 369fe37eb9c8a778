"""Events of tickets and comments."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.rules import Action, Meaning
from deskbell.kernel.events import Change, DomainEvent
from deskbell.kernel.rules.values import Asked
from deskbell.kernel.words import Priority


class AboutTicket(Struct, frozen=True, kw_only=True):
    """Fields of events about one ticket."""

    subject_type: ClassVar[str] = "ticket"
    subject_key: ClassVar[str] = "ticket_id"
    ticket_id: UUID


class AboutTarget(AboutTicket, frozen=True, kw_only=True):
    """Fields of events about a service-level target of a ticket. Internal: targets are never shown to customers."""

    internal: ClassVar[bool] = True
    target: Literal["first_response", "resolution"]
    due_at: datetime


class AboutComment(AboutTicket, frozen=True, kw_only=True):
    """Fields of events about one comment. Those about an internal note are internal."""

    subject_type: ClassVar[str] = "comment"
    subject_key: ClassVar[str] = "comment_id"
    comment_id: UUID
    public: bool

    @property
    def internal(self) -> bool:
        return not self.public


class TicketCreated(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """A ticket was filed."""

    type: ClassVar[str] = "ticket.created"
    number: int
    subject: str
    status: str
    priority: str
    channel: str
    requester_id: UUID
    assignee_id: UUID | None = None
    group_id: UUID | None = None


class TicketUpdated(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """Fields changed, the assignment excepted."""

    type: ClassVar[str] = "ticket.updated"
    changes: dict[str, Change]


class TicketSnoozed(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """It waits until a moment and then opens automatically; without one it no longer does. Internal."""

    type: ClassVar[str] = "ticket.snoozed"
    internal: ClassVar[bool] = True
    until: datetime | None


class TicketWoke(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """A snoozed ticket opened, because its moment came. Internal."""

    type: ClassVar[str] = "ticket.woke"
    internal: ClassVar[bool] = True
    until: datetime


class TicketEscalated(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """A rule or a macro escalated it: its priority went up by one, unless it is the highest. Internal.

    `priority` and `group_id` are those that it has since. A change of them is an event of its own.
    """

    type: ClassVar[str] = "ticket.escalated"
    internal: ClassVar[bool] = True
    priority: Priority
    group_id: UUID | None


class UsedMacro(Struct, frozen=True):
    """A macro as it was when it was used."""

    id: UUID
    name: str
    version: int


class MacroEffect(Struct, frozen=True):
    """An action of a macro that follows the change, at its place; variables in its texts are replaced."""

    place: int
    action: Action


class MacroApplied(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """A person used a macro. Its changes are events of their own, in the same operation. Internal.

    `effects` follow from the journal, `names` are the objects that they name, `calls` the webhooks among them.
    """

    type: ClassVar[str] = "ticket.macro_applied"
    internal: ClassVar[bool] = True
    macro_id: UUID
    name: str
    version: int = 1
    effects: list[MacroEffect] = []
    names: list[Meaning] = []
    calls: list[UUID] = []


class AboutLink(AboutTicket, frozen=True, kw_only=True):
    """Fields of events about a link, one event on each of its two tickets. Internal: customers see no links."""

    internal: ClassVar[bool] = True
    other_id: UUID
    number: int
    """The number of the other ticket."""


class TicketLinked(AboutLink, DomainEvent, frozen=True, kw_only=True):
    """Staff linked it with another ticket. `merged`: one of the two was closed in favour of the other."""

    type: ClassVar[str] = "ticket.linked"
    merged: bool = False


class TicketUnlinked(AboutLink, DomainEvent, frozen=True, kw_only=True):
    """Staff removed its link with another ticket."""

    type: ClassVar[str] = "ticket.unlinked"


class TicketAssigned(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """The assignee or the group changed."""

    type: ClassVar[str] = "ticket.assigned"
    changes: dict[str, Change]


class TicketDeleted(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """Hidden everywhere; an admin can bring it back until it is purged."""

    type: ClassVar[str] = "ticket.deleted"


class TicketRestored(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """Brought back."""

    type: ClassVar[str] = "ticket.restored"


class TicketPurged(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """Removed for good, with its words and files."""

    type: ClassVar[str] = "ticket.purged"


class SlaWarning(AboutTarget, DomainEvent, frozen=True, kw_only=True):
    """Most of the time for a target is used up (see `WARNING_SHARE`); it is missed at `due_at` if nothing happens."""

    type: ClassVar[str] = "sla.warning"


class SlaBreached(AboutTarget, DomainEvent, frozen=True, kw_only=True):
    """A target was missed at `due_at`."""

    type: ClassVar[str] = "sla.breached"


class CommentAdded(AboutComment, DomainEvent, frozen=True, kw_only=True):
    """A reply or an internal note."""

    type: ClassVar[str] = "comment.added"
    first_response: bool = False
    automatic: bool = False
    """Whether it is an automatic mail; no notification is sent."""


class CommentEdited(AboutComment, DomainEvent, frozen=True, kw_only=True):
    """A comment's words changed."""

    type: ClassVar[str] = "comment.edited"


class CommentDeleted(AboutComment, DomainEvent, frozen=True, kw_only=True):
    """A comment was removed."""

    type: ClassVar[str] = "comment.deleted"


class AboutFollower(AboutTicket, frozen=True, kw_only=True):
    """Fields of events about a follower of a ticket. Internal: customers do not learn who else follows."""

    internal: ClassVar[bool] = True
    user_id: UUID


class FollowerAdded(AboutFollower, DomainEvent, frozen=True, kw_only=True):
    """A person follows a ticket from now on."""

    type: ClassVar[str] = "follower.added"
    how: str


class FollowerRemoved(AboutFollower, DomainEvent, frozen=True, kw_only=True):
    """A person no longer follows a ticket."""

    type: ClassVar[str] = "follower.removed"


class RuleFired(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """A rule's condition held. Its changes follow as events of their own.

    `refused` has codes of actions left out, `held` the operators that held with the values that they compared. `round`
    counts the rounds of effects, from 1; `automatic`: a comment that a machine sent woke it. `effects` are the places of the
    actions that follow, `calls` the webhooks among them. `last`: an automation carried out its `finally`.
    `woken_by` says who made the change, in the words of `by:`, with the id of an API key. `macros` are those whose actions
    were carried out.
    """

    type: ClassVar[str] = "rule.fired"
    internal: ClassVar[bool] = True
    name: str
    version: int
    refused: list[str] = []
    held: list[Asked] = []
    round: int = 1
    automatic: bool = False
    effects: list[int] = []
    calls: list[UUID] = []
    last: bool = False
    woken_by: list[str] = []
    macros: list[UsedMacro] = []


class RuleHalted(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """A bound ended what rules did: `firings` or `rounds` of effects in one operation, or one rule `repeated` too often."""

    type: ClassVar[str] = "rule.halted"
    internal: ClassVar[bool] = True
    bound: str


class RuleFailed(AboutTicket, DomainEvent, frozen=True, kw_only=True):
    """A rule could not be asked or carried out, by a mistake of Deskbell's; it was left out."""

    type: ClassVar[str] = "rule.failed"
    internal: ClassVar[bool] = True
    name: str
    version: int
