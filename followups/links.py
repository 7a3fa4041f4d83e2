"""The signed links in letters to those who are connected. They work without signing in, and looking changes nothing."""

from datetime import datetime, timedelta

from server import tokens
from server.pages import absolute

WORDS = "words between"
WAY = "way to be reached"
LASTS = timedelta(days=30)  # As long as what is written to each other is kept.


def words_token(connection: int, person: int, *, since: datetime) -> str:
    """By this one of two (by number) reads what was written and writes, for thirty days since something happened."""
    return tokens.sign(WORDS, connection, person, expires=since + LASTS)


def words_address(connection: int, person: int, *, since: datetime) -> str:
    """The whole link, for letters."""
    return absolute("followups:words", token=words_token(connection, person, since=since))


def read_words(token: str) -> tuple[int, int]:
    """The connection, and whose link it is. Raises NotFound, LinkExpired."""
    connection, person = tokens.read(WORDS, token)
    return int(connection), int(person)


def way_address(person: int, *, since: datetime) -> str:
    """By this somebody says how their connections may reach them, as long as they have not. The whole link."""
    return absolute("followups:way-by-link", token=tokens.sign(WAY, person, expires=since + LASTS))


def read_way(token: str) -> int:
    """Whose link it is. Raises NotFound, LinkExpired."""
    (person,) = tokens.read(WAY, token)
    return int(person)
