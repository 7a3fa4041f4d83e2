"""The road from a door link to its gathering.

That of a series' link leads to the gathering that is on or next, and what was pressed at an earlier one still to that.
"""

from events.series import making
from events.series import queries as series_queries
from events.tables import Event
from rsvps.door import queries
from rsvps.door.doors import WEEK
from rsvps.door.queries import DoorFound
from rsvps.tables import Door
from server import clock, tokens
from server.errors import Conflict, LinkExpired, NotFound
from server.languages.messages import _
from server.presentation import in_zone, when


class DoorEnded(LinkExpired):
    """Time, or an organiser, has ended a door link."""

    sentence = _("This door link has ended. Whoever organises the gathering can make you a new one.")


class DoorOfCancelled(DoorEnded):
    """The gathering does not take place, so nothing is to be done at its door."""

    sentence = _(
        "This gathering is cancelled, so its door link has ended. Thank you for being ready to help."
    )


class PosterEnded(LinkExpired):
    """The same of a poster."""

    sentence = _("This code has ended. If you are at the gathering, please ask one of its hosts.")


class NotOpenYet(Conflict):
    """It is too early for a door: nobody's name is shown, and nobody can be let in."""

    def __init__(self, door: Door, event: Event) -> None:
        self.door, self.event = door, event
        moment = when(in_zone(door.opens_at, event.zone), zone=event.zone)
        super().__init__(
            _("This code works from %(moment)s on.", moment=moment)
            if door.poster
            else _("This door opens on %(moment)s. The same link works then.", moment=moment)
            if not event.is_pattern
            # Translators: to a helper whose link is for a series that has no date ahead just now
            else _("No next date is set just now. The same link works again as soon as there is one.")
        )


class AnotherEvening(Conflict):
    """What was pressed belongs to a gathering of the series whose door has closed; or the list that is shown does."""

    sentence = _("The door of that date has closed. Please open the link again.")


async def door(secret: str, *, pressed_at: str = "", seen: str = "") -> tuple[Door, Event]:
    """A door by its secret, and its event. One query, or two of a series. Raises NotFound, DoorEnded, NotOpenYet.

    It is as good as the word of its maker: when they no longer organise the gathering, it has ended.

    A series' link leads to the door of one of its gatherings, which a device calls by its name: that at which
    something was `pressed`, for a week longer than it is open; that of the list it has `seen`, while it is still the
    one. Raises AnotherEvening.
    """
    found = await _found(secret, poster=False)
    if found.event.is_pattern:
        return await _at_an_evening(found, pressed_at, seen)
    return _open(found.door, found.event)


async def poster(secret: str) -> tuple[Door, Event]:
    """The same of a poster, which opens no door: it shows nobody."""
    found = await _found(secret, poster=True)
    return _open(found.door, found.event)


async def _at_an_evening(found: DoorFound, pressed_at: str, seen: str) -> tuple[Door, Event]:
    if pressed_at:
        then = await queries.evening_called(found.door.id, pressed_at)
        if then is None or then[0].expires_at + WEEK <= clock.now():
            raise AnotherEvening
        return _open(*then)
    now = await queries.evening(found.door.id, clock.now())
    if now is None and await _is_over(found.event):
        raise DoorEnded
    if seen and (now is None or now[0].public_id != seen):
        raise AnotherEvening
    if now is None:
        raise NotOpenYet(found.door, found.event)
    return _open(*now)


async def _is_over(pattern: Event) -> bool:
    """Whether a series has ended, or has been paused for as long as nobody takes it up again."""
    series = await series_queries.series_by_id(pattern.series)
    today = in_zone(clock.now(), pattern.zone).date()
    return series is None or making.next_day(series, today) is None


def _open(door: Door, event: Event) -> tuple[Door, Event]:
    if event.status == "cancelled":
        raise DoorOfCancelled
    if door.opens_at > clock.now():
        raise NotOpenYet(door, event)
    return door, event


async def _found(secret: str, *, poster: bool) -> DoorFound:
    found = await queries.door_of(tokens.digest(secret))
    if found is None or found.door.poster != poster:
        raise NotFound
    if found.door.revoked_at or found.door.expires_at <= clock.now() or not found.by_a_host:
        raise PosterEnded if poster else DoorEnded
    return found
