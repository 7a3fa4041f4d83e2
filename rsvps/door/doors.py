"""Door links: a secret address at which helpers note who has come, without an account.

Its secret is shown once and only its digest is kept. It ends by itself when its maker said, which is some time after
the gathering, and at once when an organiser takes it back.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Literal, NamedTuple

from events.tables import Event
from members.tables import Person
from rsvps.tables import Door
from server import clock, db, tokens
from server.db import transaction
from server.errors import Refusal
from server.presentation import in_zone
from server.ratelimit import at_most

# How long it works after the end of the gathering, or from now on when that is over.
Lasting = Literal["hours", "day", "week"]
HOURS = timedelta(hours=6)
WEEK = timedelta(days=7)
LONGEST = timedelta(days=14)  # From when it is made, or its gathering is moved, whatever was chosen.
MOST = 20  # open ones of a gathering


class Choice(NamedTuple):
    """How long a link that is made now can work: `until` is when it would end."""

    lasting: Lasting
    label: str
    until: datetime


class TooManyDoors(Refusal):
    """A gathering has as many open links as anybody could look after."""

    sentence = f"There are {MOST} door links already. Take back those that nobody uses."
    field = "name"


class NoDoor(Refusal):
    """A gathering that does not take place has no door."""

    sentence = "This gathering is cancelled, so nobody is expected at its door."
    field = "name"


@at_most("60 per day", "door link", of=lambda event, **_: event.id)
async def open_door(event: Event, *, name: str, by: Person, lasting: Lasting = "hours") -> tuple[Door, str]:
    """A new door link and its secret, which nobody can be shown again. Raises TooManyDoors, NoDoor."""
    if event.status == "cancelled":
        raise NoDoor
    secret, now = tokens.new_secret(), clock.now()
    door = Door(
        event=event.id,
        name=name,
        secret=tokens.digest(secret),
        made_by=by.id,
        created_at=now,
        lasting=lasting,
        expires_at=expiry(event, now, lasting),
    )
    async with transaction():
        open_ones = await db.value(
            "SELECT count(*) FROM doors WHERE event = $1 AND revoked_at IS NULL AND expires_at > $2",
            event.id,
            now,
        )
        if open_ones >= MOST:
            raise TooManyDoors
        await door.save()
    return door, secret


def expiry(event: Event, now: datetime, lasting: Lasting) -> datetime:
    """When a link that is made now ends, at most fourteen days from now. The day is that of the event's zone."""
    end = max(event.over_at, now)
    if lasting == "day":
        local = in_zone(end, event.zone) + timedelta(days=1)
        until = datetime.combine(local.date(), time(23, 59), local.tzinfo)
    else:
        until = end + (HOURS if lasting == "hours" else WEEK)
    return min(until, now + LONGEST)


async def take_along(_before: Event, event: Event) -> None:
    """A gathering has moved: its open links end as long after its end as before. In its transaction, two queries."""
    now = clock.now()
    open_ones = await db.rows(
        """
        SELECT id, lasting FROM doors
        WHERE event = $1 AND revoked_at IS NULL AND expires_at > $2 AND lasting <> '' ORDER BY id
        """,
        event.id,
        now,
    )
    await db.run(
        """
        UPDATE doors SET expires_at = new.ends FROM unnest($1::bigint[], $2::timestamptz[]) AS new (id, ends)
        WHERE doors.id = new.id
        """,
        [door["id"] for door in open_ones],
        [expiry(event, now, door["lasting"]) for door in open_ones],
    )


def choices(event: Event, now: datetime) -> list[Choice]:
    """What its maker can choose from, the usual first."""
    labels = _ONCE_OVER if event.over_at <= now else _AHEAD
    return [Choice(lasting, label, expiry(event, now, lasting)) for lasting, label in labels.items()]


_AHEAD: dict[Lasting, str] = {
    "hours": "Until 6 hours after the end",
    "day": "Until the end of the day after",
    "week": "Until a week after the end",
}
_ONCE_OVER: dict[Lasting, str] = {
    "hours": "For 6 hours",
    "day": "Until the end of tomorrow",
    "week": "For a week",
}


async def revoke(event: Event, public_id: str) -> bool:
    """End a link of this event at once. Twice is harmless. Whether there is such a link."""
    found = await db.value(
        """
        UPDATE doors SET revoked_at = coalesce(revoked_at, $3) WHERE event = $1 AND public_id = $2 RETURNING true
        """,
        event.id,
        public_id,
        clock.now(),
    )
    return bool(found)


async def end_theirs(person: Person, events: Sequence[int]) -> None:
    """End the links that somebody made who hosts these events no longer: they may still know their addresses."""
    await db.run(
        "UPDATE doors SET revoked_at = $3 WHERE made_by = $1 AND event = ANY($2) AND revoked_at IS NULL",
        person.id,
        list(events),
        clock.now(),
    )
