"""Who is coming, as far as those who come chose to say: to others who come, or to people connected with them.

Shown by first name, without a link, and never how many there are besides. Nobody is listed who did not choose it.
What stands for somebody in one gathering's list (`key`) stands for nobody in another's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import asyncpg
from markupsafe import Markup
from starlette.requests import Request

from events.contributions import Panel
from events.tables import Event
from members.names import NOBODY, first
from members.queries import hidden, person_by_id
from members.tables import Person
from rsvps.status.queries import Answered
from server import clock, db, tokens
from server.errors import NotFound
from server.pages import fragment, url

NAMES_ON_A_PAGE = 60
MOST = 50_000  # people among whom one is looked for by their key

# (an expression for one person's id, one for another's) -> SQL: they are connected. Other packages know how;
# `server/composition.py` puts it here.
Acquaintance = Callable[[str, str], str]
acquaintances: list[Acquaintance] = []


class One(NamedTuple):
    """Somebody on the list: their first name, and what stands for them in this one."""

    name: str
    key: str


@dataclass(frozen=True)
class Listed:
    """First names, one page of them, and how many pages are known of: this one, and the next if there is one."""

    people: tuple[One, ...] = ()
    page: int = 1
    pages: int = 1


async def seen_by(reader: Person, event: Event, *, page: int = 1) -> Listed:
    """Whom a reader may see on an event's list, by name. One query, none once it is over.

    Costs milliseconds while few are listed, some fifty when twenty thousand are.
    """
    if event.status != "published" or event.over_at <= clock.now():
        return Listed()
    rows = await _rows(reader, event, NAMES_ON_A_PAGE + 1, (page - 1) * NAMES_ON_A_PAGE)
    people = tuple(_one(row, event) for row in rows[:NAMES_ON_A_PAGE])
    return Listed(people, page, page + (len(rows) > NAMES_ON_A_PAGE))


async def called(reader: Person, event: Event, key: str) -> Person:
    """Whom a reader sees on an event's list by this key. Raises NotFound. Two queries, as long as the whole list."""
    if event.status == "published" and event.over_at > clock.now():
        for row in await _rows(reader, event, MOST, 0):
            if _key(event, row["id"]) == key and (found := await person_by_id(row["id"])):
                return found
    raise NotFound


def _one(row: asyncpg.Record, event: Event) -> One:
    return One(first(row["name"], row["called"]) or NOBODY, _key(event, row["id"]))


def _key(event: Event, person: int) -> str:
    return tokens.alias("listed", event.id, person)


async def _rows(reader: Person, event: Event, most: int, offset: int) -> list[asyncpg.Record]:
    connected = " OR ".join(known("people.id", "$2") for known in acquaintances) or "false"
    statement = _SEEN.format(connected=connected, hidden=hidden("$2"))
    return await db.rows(statement, event.id, reader.id, most, offset)


_SEEN = r"""
    SELECT people.id, people.name, people.called FROM rsvps JOIN people ON people.id = rsvps.person
    WHERE event = $1 AND status = 'going' AND listed <> 'nobody' AND person <> $2 AND people.name ~ '\S'
        AND CASE listed WHEN 'coming' THEN EXISTS (
            SELECT FROM rsvps AS mine WHERE mine.event = $1 AND mine.person = $2 AND mine.status = 'going'
        ) ELSE {connected} END
        AND person <> ALL ({hidden})
    ORDER BY people.folded, rsvps.id LIMIT $3 OFFSET $4
"""


async def behind_link(request: Request, found: Answered, token: str) -> Markup | None:
    """The list on the page behind the link of somebody who is going; not for others. Costs as `seen_by`."""
    if found.rsvp.status != "going":
        return None
    return await _drawn(request, found.event, found.person, more=url("rsvps:coming-by-link", token=token))


async def _on_event_page(request: Request, event: Event) -> Markup | None:
    if request.user is None:
        return None
    return await _drawn(request, event, request.user, more=url("rsvps:coming", event=event.public_id))


async def _drawn(request: Request, event: Event, reader: Person, *, more: str) -> Markup | None:
    listed = await seen_by(reader, event)
    return fragment(request, "rsvps/listed.html", listed=listed, more=more) if listed.people else None


panel = Panel("coming", "more", _on_event_page)
