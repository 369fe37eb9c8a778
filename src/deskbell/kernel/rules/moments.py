"""The moments at which automations fire on a ticket: some time after, or before, a moment of the ticket."""

from datetime import datetime, timedelta

from msgspec import Struct


class Clock(Struct, frozen=True):
    """When an automation fires for an anchor: `after` it, then `every` so often, `most` times in all.

    A moment up to `armed_at` is passed over unless it catches up.
    """

    after: timedelta
    every: timedelta | None
    most: int
    catch_up: bool
    armed_at: datetime | None


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


def moment_of(clock: Clock, anchor: datetime | None, mark: Mark | None) -> Moment | None:
    """The next moment for an anchor; None without an anchor, or when it has fired often enough.

    Moments missed while no worker ran keep their distance: each is at least `every` after the one before.
    """
    if anchor is None:
        return None
    number, fired_at = 1, None
    if mark is not None and mark.anchor_at == anchor:
        number, fired_at = mark.times + 1, mark.fired_at
    while number <= clock.most:
        at = anchor + clock.after + (number - 1) * (clock.every or timedelta())
        if clock.every is not None and fired_at is not None:
            at = max(at, fired_at + clock.every)
        if clock.catch_up or clock.armed_at is None or at > clock.armed_at:
            return Moment(at, anchor, number, number == clock.most)
        number += 1
    return None
