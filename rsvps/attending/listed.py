"""Who is coming, as far as those who come chose to say: to others who come, or to people connected with them.

Shown by first name, without a link, and never how many more there are. Only people who chose it are listed.
What stands for somebody in one gathering's list (`key`) stands for nobody in another's.
"""

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

from markupsafe import Markup
from starlette.requests import Request

from events.contributions import Panel
from events.tables import Event
from members.names import NOBODY, first
from members.queries import person_by_id
from members.tables import Person
from rsvps.attending import queries
from rsvps.attending.queries import NAMES_ON_A_PAGE
from server import clock, pagination, tokens
from server.errors import NotFound
from server.fragment_cache import hole
from server.languages.messages import Text
from server.pages import part, url
from server.pagination import START, Page, Place

MOST = 50_000  # people among whom one is looked for by their key


class One(NamedTuple):
    """Somebody on the list: their first name, and what stands for them in this one."""

    name: Text
    key: str


async def seen_by(reader: Person, event: Event, place: Place = START) -> Page[One]:
    """Whom a reader may see on an event's list: a page of first names. One query, none once it is over."""
    return (await _page(reader, event, place, NAMES_ON_A_PAGE)).of(partial(_one, event=event))


async def called(reader: Person, event: Event, key: str) -> Person:
    """Whom a reader sees on an event's list by this key. Raises NotFound. Two queries, as long as the whole list."""
    for row in (await _page(reader, event, START, MOST)).rows:
        if _key(event.id, row["id"]) == key and (found := await person_by_id(row["id"])):
            return found
    raise NotFound


def _one(row: Mapping[str, Any], event: Event) -> One:
    return One(first(row["name"], row["called"]) or NOBODY, _key(event.id, row["id"]))


@lru_cache(maxsize=20_000)  # 5 µs each, and a page shows sixty.
def _key(event: int, person: int) -> str:
    return tokens.alias("listed", event, person)


async def _page(reader: Person, event: Event, place: Place, most: int) -> Page[Any]:
    if event.status != "published" or event.over_at <= clock.now():
        return Page([])
    return await pagination.page(queries.listed("$2"), event.id, reader.id, place=place, most=most)


async def _behind_link(_request: Request, event: Event, person: Person, token: str) -> Markup | None:
    """The same for the holder of a letter's link. Costs as `seen_by`."""
    return _drawn(await seen_by(person, event), url("rsvps:coming-by-link", token=token))


async def _on_event_page(request: Request, event: Event) -> Markup | None:
    if request.user is None:
        return None
    seen = (await queries.of_reader(event, request.user)).listed
    return _drawn(seen.of(partial(_one, event=event)), url("rsvps:coming", event=event.public_id))


def _drawn(found: Page[One], list_at: str) -> Markup | None:
    if not found.rows:
        return None
    after = hole("after") if found.after else ""
    return part("rsvps/listed.html", names=found.rows, list_at=list_at, after=after).fill(after=found.after)


panel = Panel("coming", "more", _on_event_page, _behind_link)
