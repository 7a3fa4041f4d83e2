"""Who is coming, as far as those who come chose to say: to others who come, or to people connected with them.

Shown by first name, without a link, and never how many there are besides. Nobody is listed who did not choose it.
What stands for somebody in one gathering's list (`key`) stands for nobody in another's.
"""

from collections.abc import Callable
from functools import partial
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
from server import clock, pagination, tokens
from server.errors import NotFound
from server.pages import fragment, url
from server.pagination import START, Key, Listing, Page, Place

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


async def seen_by(reader: Person, event: Event, place: Place = START) -> Page[One]:
    """Whom a reader may see on an event's list: a page of first names. One query, none once it is over."""
    return (await _page(reader, event, place, NAMES_ON_A_PAGE)).of(partial(_one, event=event))


async def called(reader: Person, event: Event, key: str) -> Person:
    """Whom a reader sees on an event's list by this key. Raises NotFound. Two queries, as long as the whole list."""
    for row in (await _page(reader, event, START, MOST)).rows:
        if _key(event, row["id"]) == key and (found := await person_by_id(row["id"])):
            return found
    raise NotFound


def _one(row: asyncpg.Record, event: Event) -> One:
    return One(first(row["name"], row["called"]) or NOBODY, _key(event, row["id"]))


def _key(event: Event, person: int) -> str:
    return tokens.alias("listed", event.id, person)


async def _page(reader: Person, event: Event, place: Place, most: int) -> Page[asyncpg.Record]:
    if event.status != "published" or event.over_at <= clock.now():
        return Page([])
    return await pagination.page(_listing(), event.id, reader.id, place=place, most=most)


def _listing() -> Listing:
    """$1: the event, $2: the reader. In the order of `rsvp_names`, which knows who is listed."""
    connected = " OR ".join(known("people.id", "$2") for known in acquaintances) or "false"
    return Listing(
        "listed",
        keys=(Key("rsvp_names.name", "text"), Key("rsvp_names.rsvp", "bigint")),
        listed="people.id, people.name, people.called",
        source=rf"""
            FROM rsvp_names CROSS JOIN LATERAL (
                SELECT people.id, people.name, people.called FROM rsvps JOIN people ON people.id = rsvps.person
                WHERE rsvps.id = rsvp_names.rsvp AND person <> $2 AND people.name ~ '\S'
                    AND CASE listed WHEN 'coming' THEN EXISTS (
                        SELECT FROM rsvps AS mine
                        WHERE mine.event = $1 AND mine.person = $2 AND mine.status = 'going'
                    ) ELSE {connected} END
                    AND person <> ALL ({hidden("$2")})
                OFFSET 0
            ) AS people WHERE rsvp_names.event = $1 AND rsvp_names.listed
        """,  # noqa: S608 - our own words
    )


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
    found = await seen_by(reader, event)
    return fragment(request, "rsvps/listed.html", found=found, list_at=more) if found.rows else None


panel = Panel("coming", "more", _on_event_page)
