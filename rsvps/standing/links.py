"""The signed link of a standing answer: in each letter about it, to pause it or to stop."""

from datetime import timedelta

from rsvps.tables import StandingAnswer
from server import clock, tokens
from server.pages import absolute

PURPOSE = "standing"
LASTS = timedelta(days=120)  # Longer than it takes until the next letter, of most.


def token(standing: StandingAnswer) -> str:
    """The secret part of the link."""
    return tokens.sign(PURPOSE, standing.id, standing.link, expires=clock.now() + LASTS)


def address(standing: StandingAnswer) -> str:
    """The whole link, for letters."""
    return absolute("rsvps:counted-in", token=token(standing))


def read(token: str) -> tuple[int, int]:
    """The standing answer's id and the version of its link. Raises NotFound, LinkExpired."""
    standing, version = tokens.read(PURPOSE, token)
    return int(standing), int(version)
