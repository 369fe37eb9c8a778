"""The moments at which automations fire on a ticket: some time after, or before, a moment of the ticket."""

from datetime import datetime, timedelta

from msgspec import Struct

from deskbell.kernel.working_time import Calendar, Span


class Clock(Struct, frozen=True):
    """When an automation fires for an anchor: `after` it, then `every` so often, `most` times in all.

    A `Span` is working time; `before` the anchor if that is set. A moment up to `armed_at` is passed over unless it catches up.
    """

    after: timedelta | Span
    every: timedelta | Span | None
    most: int
    catch_up: bool
    armed_at: datetime | None
    before: bool = False


class Mark(Struct, frozen=True):
    """The number of firings of an automation for an anchor, and the last one."""

    anchor_at: datetime
    times: int
    fired_at: datetime


class Moment(Struct, frozen=True):
    """A moment of an automation. `number` counts its firings for the anchor from 1; `last` is the final one."""

    at: datetime
    anchor_at: datetime
    number: int
    last: bool


def moment_of(
    clock: Clock, anchor: datetime | None, mark: Mark | None, calendar: Calendar | None = None
) -> Moment | None:
    """The next moment for an anchor; None without an anchor, or when it has fired often enough.

    Without a calendar all time is working time; with one that has no opening ahead there is no moment. Moments
    missed while no worker ran keep their distance: each is at least `every` after the one before.
    """
    if anchor is None:
        return None
    number, fired_at = 1, None
    if mark is not None and mark.anchor_at == anchor:
        number, fired_at = mark.times + 1, mark.fired_at
    at = _moved(anchor, clock.after, calendar, back=clock.before)
    for each in range(1, clock.most + 1):
        if each > 1 and at is not None and clock.every is not None:
            at = _moved(at, clock.every, calendar)
        if at is None:
            return None
        if each < number:
            continue
        if clock.every is not None and fired_at is not None:
            soonest = _moved(fired_at, clock.every, calendar)
            if soonest is None:
                return None
            at = max(at, soonest)
        if clock.catch_up or clock.armed_at is None or at > clock.armed_at:
            return Moment(at, anchor, each, each == clock.most)
    return None


def _moved(
    moment: datetime, length: timedelta | Span, calendar: Calendar | None, *, back: bool = False
) -> datetime | None:
    if isinstance(length, timedelta):
        return moment - length if back else moment + length
    if calendar is None:
        time = timedelta(days=length.days) + length.time
        return moment - time if back else moment + time
    return calendar.earlier(moment, length) if back else calendar.later(moment, length)
