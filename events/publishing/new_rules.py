"""A country changes its clocks: 19:00 stays 19:00, and the moment follows.

What was typed is kept beside each moment. When the tz database says otherwise than it did, the moments of all
gatherings that are not over are worked out again; what has moved is told like any other move, by one letter to each
person concerned, and calendars count it. What is over stays what it was. Twice is harmless, two at once as well.
"""

from datetime import datetime, timedelta
from typing import Any

from events import contributions, queries, versions
from events.details import value_in
from events.publishing import publishing
from events.tables import Event, TimeZoneRules
from events.wall_clock import KEPT, followed, shown
from server import clock, timezones
from server.db import transaction

# No country has ever moved its clocks by more than a day. What is further from what was typed was set by hand.
FURTHEST = timedelta(hours=26)
AT_ONCE = 5000


async def follow_if_newer() -> int:
    """Follow the rules of this tz database, unless they were followed, or newer ones. Returns how much moved.

    One query while nothing is new. An older worker beside a newer one moves nothing back.
    """
    followed_already = await queries.rules_followed()
    return 0 if followed_already >= timezones.version() else await follow()


async def follow() -> int:
    """Move what has to move, gatherings and what belongs to them. Returns how much that was.

    A query for 5,000 gatherings that are not over, some more for each that moves.
    """
    moved = sum([await _follow(event) for event in await _behind()])
    for follow_too in contributions.following:
        moved += await follow_too()
    rules = TimeZoneRules(version=timezones.version())
    await TimeZoneRules.insert(rules).on_conflict(
        target=TimeZoneRules.version, action="DO UPDATE", values=[TimeZoneRules.followed_at]
    )
    return moved


async def _behind() -> list[int]:
    """The gatherings that are not over and whose moments are not what was typed."""
    behind: list[int] = []
    last = 0
    while events := await queries.not_over(clock.now(), after=last, limit=AT_ONCE):
        behind += [event.id for event in events if _otherwise(event)]
        last = events[-1].id
    return behind


async def _follow(number: int) -> bool:
    async with transaction():
        event = await queries.locked(number)
        changed = _otherwise(event) if event else {}
        if event is None or not changed:
            return False
        await publishing.rewrite(event, changed)
        return versions.moves(changed) or not changed.keys().isdisjoint(KEPT)


def _otherwise(event: Event) -> dict[str, Any]:
    """What has to be written of an event, by column: moments that follow, and wall clocks that nobody told."""
    changed: dict[str, Any] = {}
    for name, wall in KEPT.items():
        moment, typed = value_in(event, name), value_in(event, wall)
        if moment is None:
            continue
        follows = followed(moment, typed, event.zone) if typed else moment
        if typed is None or abs(follows - moment) > FURTHEST:
            changed[wall] = shown(moment, event.zone)
        elif follows != moment:
            changed[name] = follows
    return _in_order(event, changed)


def _in_order(event: Event, changed: dict[str, Any]) -> dict[str, Any]:
    """With an end after its beginning, as long after it as it was, where a jump of the clocks swallows the time."""
    for first, last in (("starts_at", "ends_at"), ("answers_open_at", "answers_close_at")):
        begins, ends = (changed.get(name, value_in(event, name)) for name in (first, last))
        if begins and ends and ends <= begins:
            changed[last] = begins + _length(value_in(event, first), value_in(event, last))
    return {name: value for name, value in changed.items() if value != value_in(event, name)}


def _length(begins: datetime, ends: datetime) -> timedelta:
    return ends - begins
