"""The signed link of one answer: in every letter about it, it shows, changes and takes back."""

from datetime import datetime, timedelta

from events.tables import Event
from rsvps.tables import Rsvp, WalkIn
from server import clock, tokens
from server.pages import absolute

PURPOSE = "rsvp"
LASTS = timedelta(days=30)  # After the event is over.


def token(rsvp: Rsvp, event: Event) -> str:
    """The secret part of the link. Raising `rsvp.link` ends it."""
    return tokens.sign(PURPOSE, rsvp.id, rsvp.link, expires=_expires(event))


def address(rsvp: Rsvp, event: Event, *, along: str = "") -> str:
    """The whole link, for letters. `along`: the name of what is taken on with the answer (`rsvps.letters.along`)."""
    return absolute("rsvps:link", token=token(rsvp, event), query={"along": along} if along else None)


def read(token: str) -> tuple[int, int]:
    """The answer's id and the version of its link. Raises NotFound, LinkExpired with both as its parts."""
    rsvp, version = tokens.read(PURPOSE, token)
    return int(rsvp), int(version)


CAME = "came"
KEPT = timedelta(days=7)  # How long an address that was left at a door waits to be confirmed.


def came(walk_in: WalkIn) -> str:
    """The secret part of the link by which somebody confirms that they came, and left their address."""
    return tokens.sign(CAME, walk_in.id, walk_in.person, expires=walk_in.left_at + KEPT)


def read_came(token: str) -> tuple[int, int]:
    """The id of what was noted of them, and theirs. Raises NotFound, LinkExpired."""
    walk_in, person = tokens.read(CAME, token)
    return int(walk_in), int(person)


def _expires(event: Event) -> datetime:
    # A link asked for long after the event still has a week.
    return max(event.over_at + LASTS, clock.now() + timedelta(days=7))
