"""The code that somebody shows at the door: a QR code of an address that is their own.

Whoever opens the address sees the code again and nothing else; only a phone that works a door sees whose it is.
"""

from events.tables import Event
from rsvps.tables import Rsvp
from server import clock, qr, tokens
from server.mail import InlinePicture
from server.pages import absolute


def address(rsvp: Rsvp, event: Event) -> str:
    """What somebody's code says; empty when no chair in a room is theirs, or when it is over."""
    to_come = event.status == "published" and event.over_at > clock.now()
    in_the_room = rsvp.status == "going" and not rsvp.online and event.mode != "online"
    return absolute("rsvps:arrival", rsvp=rsvp.public_id) if to_come and in_the_room else ""


def picture(code: str) -> InlinePicture:
    """The code as a picture for a letter."""
    return InlinePicture("code", qr.png(code, own=tokens.ID_LENGTH))
