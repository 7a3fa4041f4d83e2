"""When a shift is: typed on its gathering's wall clock, kept by its distance from the start there, and its moments.

A shift belongs to its gathering, so it is kept how long before or after the start it is, and how long it lasts, as
the clock on the wall shows it (`wall_begins`, `wall_lasts`). From that follow the true minutes by which PostgreSQL
finds its moments (`begins`, `lasts`). The two differ when clocks are set between the shift and the start.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from events.tables import Event
from events.wall_clock import followed, shown
from server import clock
from server.db import transaction
from server.jobs import later_once
from server.statements import lock
from volunteers import mail, queries, store
from volunteers.queries import Hours, Placed
from volunteers.tables import Role

AT_ONCE = 5000


def typed(event: Event, starts_at: datetime, ends_at: datetime) -> Hours:
    """The hours of a shift between two moments."""
    start, begins, ends = (shown(at, event.zone) for at in (event.starts_at, starts_at, ends_at))
    return Hours(
        _minutes(starts_at - event.starts_at),
        _minutes(ends_at - starts_at),
        _minutes(begins - start),
        # As long as it truly lasts where it ends in an hour that the clock shows twice.
        _minutes(ends - begins) if ends > begins else _minutes(ends_at - starts_at),
    )


def on_the_wall(starts_at: datetime, zone: str, before: Hours) -> Hours:
    """The same hours on the wall clock, for a gathering that starts at this moment in this zone."""
    wall = shown(starts_at, zone) + timedelta(minutes=before.wall_begins)
    was = starts_at + timedelta(minutes=before.begins)
    begins = followed(was, wall, zone)
    lasts = timedelta(minutes=before.wall_lasts)
    ends = followed(was + timedelta(minutes=before.lasts), wall + lasts, zone)
    if ends <= begins:
        ends = begins + lasts
    return before._replace(begins=_minutes(begins - starts_at), lasts=_minutes(ends - begins))


def hours_of(role: Role | Placed) -> Hours:
    """The hours of a role."""
    return Hours(role.begins, role.lasts, role.wall_begins, role.wall_lasts)


async def take_along(_before: Event, event: Event) -> None:
    """A gathering has moved: its shifts keep their hours on the wall clock. With its row locked, two queries."""
    roles = await queries.roles_of(event.id)
    moved = {role.id: on_the_wall(event.starts_at, event.zone, hours_of(role)) for role in roles}
    await _write({role.id: moved[role.id] for role in roles if moved[role.id] != hours_of(role)}, counts=0)


async def follow_new_rules() -> int:
    """After a country has changed its clocks: move the shifts that do not move with their gathering, and say so."""
    moved = 0
    last = 0
    while found := await queries.hours_to_come(clock.now(), after=last, limit=AT_ONCE):
        for placed in found:
            if _where_it_belongs(placed) != hours_of(placed):
                moved += await _follow(placed)
        last = found[-1].id
    return moved


async def _follow(placed: Placed) -> int:
    role = placed.id
    async with transaction():
        # The gathering first, as whoever moves it does.
        await lock(Event, placed.event)
        now = await queries.hours_of_role(role)
        if now is None or _where_it_belongs(now) == hours_of(now):
            return 0
        await _write({role: _where_it_belongs(now)}, counts=1)
        if now.status == "published":
            told = {
                f"shift:{role}:{person}": [role, person, None, True]
                for person in await queries.signed_up(role)
            }
            await later_once(mail.changed, told, at=clock.now())
        return 1


def _where_it_belongs(placed: Placed) -> Hours:
    return on_the_wall(placed.starts_at, placed.zone, hours_of(placed))


async def _write(hours: Mapping[int, Hours], *, counts: int) -> None:
    """`counts`: whether calendars count it as a change of the shift's own, beside its gathering's."""
    if hours:
        await store.move(hours, counts=counts, now=clock.now())


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)
