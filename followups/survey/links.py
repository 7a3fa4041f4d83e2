"""The signed link of one person's follow-up: it shows, answers and dismisses, without signing in."""

from followups.survey.queries import Asked
from server import tokens
from server.pages import absolute, url

PURPOSE = "follow-up"


def token(asked: Asked) -> str:
    """The secret part of the link. Once the follow-up has closed it shows what is left to its person alone: a note to
    themselves, what they asked for. Raising `link` ends it sooner."""
    return tokens.sign(PURPOSE, asked.id, asked.link, expires=asked.closes_at)


def address(asked: Asked) -> str:
    """The whole link, for letters."""
    return absolute("followups:followup", token=token(asked))


def path(asked: Asked, **query: object) -> str:
    """The same on this site; `query` says which of the names to show."""
    said = {name: value for name, value in query.items() if value}
    return url("followups:followup", token=token(asked), query=said or None)


def read(token: str) -> tuple[int, int]:
    """The reply's id and the version of its link. Raises NotFound, LinkExpired."""
    reply, version = tokens.read(PURPOSE, token)
    return int(reply), int(version)
