"""The compiled rules of organizations, kept by each worker under their version."""

import logging
from collections import OrderedDict
from typing import Final
from uuid import UUID

from deskbell.features.tickets.queries import rules as queries
from deskbell.features.tickets.rules import NO_RULES, RuleBook, ready
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork

_log = logging.getLogger(__name__)

MAX_CACHED: Final = 500
"""The number of organizations whose compiled rules a worker keeps."""

_compiled: OrderedDict[UUID, tuple[int, RuleBook]] = OrderedDict()


@step("`create` and `write`")
async def rules_of(uow: UnitOfWork, version: int) -> RuleBook:
    """The compiled rules of the organization. `version` comes with a look-up that the change makes anyway."""
    if version == 0:
        return NO_RULES
    organization_id = uow.actor.organization_id
    known = _compiled.get(organization_id)
    if known is None or known[0] != version:
        found = []
        for stored in await queries.rules_in_force(uow.db):
            try:
                found.append(ready(stored))
            except Exception:  # noqa: BLE001 - one unreadable rule must not stop the others, nor the change
                _log.exception("rule %s cannot be read and is left out", stored.id)
        known = _compiled[organization_id] = (version, RuleBook(found))
    _compiled.move_to_end(organization_id)
    while len(_compiled) > MAX_CACHED:
        _compiled.popitem(last=False)
    return known[1]
