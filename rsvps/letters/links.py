"""The signed link of one answer: in every letter about it, it shows, changes and takes back."""

from datetime import datetime, timedelta

from events.tables import Event
from rsvps.tables import Rsvp
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


def _expires(event: Event) -> datetime:
    # A link asked for long after the event still has a week.
    return max(event.over_at + LASTS, clock.now() + timedelta(days=7))
