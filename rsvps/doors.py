"""Door links: a secret address at which helpers note who has come, without an account.

Its secret is shown once and only its digest is kept. It ends by itself some hours after the gathering, and at once
when an organiser takes it back.
"""

from datetime import datetime, timedelta

from events.tables import Event
from members.tables import Person
from rsvps.tables import Door
from server import clock, db, tokens
from server.db import transaction
from server.errors import Refusal

OPEN_AFTERWARDS = timedelta(hours=6)  # After the end of the gathering, or from now on when that is over.
LONGEST = timedelta(days=14)  # From when it is made.
MOST = 20  # open ones of a gathering


class TooManyDoors(Refusal):
    """A gathering has as many open links as anybody could look after."""

    sentence = f"There are {MOST} door links already. Take back those that nobody uses."
    field = "name"


class NoDoor(Refusal):
    """A gathering that does not take place has no door."""

    sentence = "This gathering is cancelled, so nobody is expected at its door."
    field = "name"


async def open_door(event: Event, *, name: str, by: Person) -> tuple[Door, str]:
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
        expires_at=expiry(event, now),
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


def expiry(event: Event, now: datetime) -> datetime:
    """When a link that is made now ends: six hours after the end, at most fourteen days from now."""
    return min(max(event.over_at, now) + OPEN_AFTERWARDS, now + LONGEST)


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
