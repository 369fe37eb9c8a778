"""The bounds of commands that read the pasts of many tickets."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from deskbell.kernel.access import step

MAX_EVENTS: Final = 10_000
"""The number of events that one answer, or one batch, reads. It ends before that; a ticket with more is left out."""


@step("trials and undoing, which authorise their actor")
def first_within(ticket_ids: Sequence[UUID], counts: Mapping[UUID, int]) -> Sequence[UUID]:
    """The first of these tickets that together have no more events than `MAX_EVENTS`. `counts` are those of each."""
    events = 0
    for i, ticket_id in enumerate(ticket_ids):
        count = counts.get(ticket_id, 0)
        events += count if count <= MAX_EVENTS else 0
        if events > MAX_EVENTS:
            return ticket_ids[:i]
    return ticket_ids
