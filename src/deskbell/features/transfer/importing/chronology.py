"""Moves times before the creation of a ticket to that time, so that durations are never negative."""

from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from deskbell.features.transfer.format.adjustments import Adjustment, Kind
from deskbell.features.transfer.format.reading import RecordLine
from deskbell.features.transfer.format.records import Comment, Ticket

_TIMES: Final = ("updated_at", "first_response_at", "solved_at", "closed_at", "deleted_at")


def in_order(line: RecordLine, *, complete: bool) -> RecordLine:
    """The line of a ticket with its times in order.

    In a `complete` line, which comes from an export, comments and changes keep their times: clocks of several servers
    differ a little, and an import of an export must give the same export.
    """
    ticket = line.record
    if not isinstance(ticket, Ticket) or ticket.created_at is None:
        return line
    start = ticket.created_at
    changed: dict[str, Any] = {name: start for name in _TIMES if _is_before(getattr(ticket, name), start)}
    paths = list(changed)
    if ticket.feedback is not None and _is_before(ticket.feedback.at, start):
        changed["feedback"] = replace(ticket.feedback, at=start)
        paths.append("feedback.at")
    if not complete:
        _order_parts(ticket, start, changed, paths)
    if not changed:
        return line
    notes = [
        Adjustment(line.line, path, "was before the time it follows, and is set to it", Kind.CORRECTED)
        for path in paths
    ]
    return line._replace(record=replace(ticket, **changed), adjustments=[*line.adjustments, *notes])


def _order_parts(ticket: Ticket, start: datetime, changed: dict[str, Any], paths: list[str]) -> None:
    comments = [_ordered(comment, start) for comment in ticket.comments]
    early = [i for i, (new, old) in enumerate(zip(comments, ticket.comments, strict=True)) if new is not old]
    if early:
        changed["comments"] = comments
        paths += [f"comments[{index}]" for index in early]
    early = [index for index, change in enumerate(ticket.changes) if change.at < start]
    if early:
        changed["changes"] = [replace(each, at=start) if each.at < start else each for each in ticket.changes]
        paths += [f"changes[{index}].at" for index in early]


def _ordered(comment: Comment, start: datetime) -> Comment:
    created = start if _is_before(comment.created_at, start) else comment.created_at
    edited = comment.edited_at
    if _is_before(edited, created or start):
        edited = created or start
    if created is comment.created_at and edited is comment.edited_at:
        return comment
    return replace(comment, created_at=created, edited_at=edited)


def _is_before(time: datetime | None, start: datetime) -> bool:
    return time is not None and time < start
