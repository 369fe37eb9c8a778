"""The service level of a ticket computed from its whole history, for imported tickets."""

from collections.abc import Mapping
from datetime import datetime

from deskbell.features.sla.history import History
from deskbell.kernel.deadlines import Deadlines, advanced, marked_due, opened
from deskbell.kernel.sla_clock import Policy


def recomputed(history: History, policies: Mapping[str, Policy], at: datetime) -> Deadlines:
    """The service level at a time, as if it had been tracked from the creation under these policies."""
    deadlines = opened(history.created_at, history.status, policies[history.priority])
    status, priority = history.status, history.priority
    for moment, field, word in _steps(history, at):
        answered = field == "answer"
        if field == "status":
            status = word
        elif field == "priority":
            priority = word
        deadlines = advanced(
            deadlines, max(moment, history.created_at), status, answered=answered, policy=policies[priority]
        )
    return marked_due(deadlines, at)


# At equal times the order is targets, answer, status: an answer or solution is measured by the new targets.
_ORDER = ("priority", "answer", "status")


def _steps(history: History, at: datetime) -> list[tuple[datetime, str, str]]:
    steps = [(moment, "priority", word) for moment, word in history.priority_changes]
    steps += [(moment, "status", word) for moment, word in history.status_changes]
    if history.first_responded_at is not None:
        steps.append((history.first_responded_at, "answer", ""))
    return sorted((s for s in steps if s[0] <= at), key=lambda step: (step[0], _ORDER.index(step[1])))
