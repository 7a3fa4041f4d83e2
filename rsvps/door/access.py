"""The road from a door link to its gathering."""

from events.tables import Event
from rsvps.door import queries
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
        )


async def door(secret: str) -> tuple[Door, Event]:
    """A door by its secret, and its event. One query. Raises NotFound, DoorEnded, NotOpenYet.

    It is as good as the word of its maker: when they no longer organise the gathering, it has ended.
    """
    return await _open(secret, poster=False)


async def poster(secret: str) -> tuple[Door, Event]:
    """The same of a poster, which opens no door: it shows nobody."""
    return await _open(secret, poster=True)


async def _open(secret: str, *, poster: bool) -> tuple[Door, Event]:
    found = await queries.door_of(tokens.digest(secret))
    if found is None or found.door.poster != poster:
        raise NotFound
    if found.door.revoked_at or found.door.expires_at <= clock.now() or not found.by_a_host:
        raise PosterEnded if poster else DoorEnded
    if found.event.status == "cancelled":
        raise DoorOfCancelled
    if found.door.opens_at > clock.now():
        raise NotOpenYet(found.door, found.event)
    return found.door, found.event
