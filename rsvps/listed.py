"""Who is coming, as far as those who come chose to say: to others who come, or to people connected with them.

Shown by first name, without a link, and never how many there are besides. Nobody is listed who did not choose it.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request

from events.contributions import Panel
from events.tables import Event
from members.tables import Person
from rsvps.access import sight_of
from rsvps.queries import Answered
from server import clock, db
from server.pages import fragment, url

NAMES_ON_A_PAGE = 60
MOST_ASKED_FOR = 2_000  # of those who are listed for their connections

# (somebody, these people by id) -> those of them who are connected with them. Filled by `server/composition.py`.
Acquaintance = Callable[[Person, Collection[int]], Awaitable[Collection[int]]]
acquaintances: list[Acquaintance] = []


@dataclass(frozen=True)
class Listed:
    """First names, one page of them, and how many pages there are."""

    names: tuple[str, ...] = ()
    page: int = 1
    pages: int = 0


async def seen_by(reader: Person, event: Event, *, page: int = 1) -> Listed:
    """Whom a reader may see on an event's list. One query while nobody is listed, else at most three."""
    if event.status != "published" or event.over_at <= clock.now():
        return Listed()
    to_all, to_connections = await _who_is_listed(event, reader)
    known = await _connected(reader, to_connections) if to_connections else []
    return await _names(event, reader, known, page) if to_all or known else Listed()


async def behind_link(request: Request, found: Answered, token: str) -> Markup | None:
    """The list on the page behind the link of somebody who is going; not for others. Costs as `seen_by`."""
    if not sight_of(found).shows_join_link:
        return None
    return await _drawn(request, found.event, found.person, more=url("rsvps:coming-by-link", token=token))


async def _on_event_page(request: Request, event: Event) -> Markup | None:
    if request.user is None:
        return None
    return await _drawn(request, event, request.user, more=url("rsvps:coming", event=event.public_id))


async def _drawn(request: Request, event: Event, reader: Person, *, more: str) -> Markup | None:
    listed = await seen_by(reader, event)
    return fragment(request, "rsvps/listed.html", listed=listed, more=more) if listed.names else None


panel = Panel("coming", "more", _on_event_page)


async def _who_is_listed(event: Event, reader: Person) -> tuple[bool, list[int]]:
    """Whether anybody is listed for everybody who comes, this reader among them; and who is for connections."""
    row = await db.row(
        """
        SELECT coalesce(bool_or(listed = 'coming'), false) AND EXISTS (
            SELECT FROM rsvps WHERE event = $1 AND person = $2 AND status = 'going'
        ) AS to_all, (array_agg(person) FILTER (WHERE listed = 'connections'))[:$3] AS to_connections
        FROM rsvps WHERE event = $1 AND status = 'going' AND listed <> 'nobody' AND person <> $2
        """,
        event.id,
        reader.id,
        MOST_ASKED_FOR,
    )
    return (row["to_all"], row["to_connections"] or []) if row else (False, [])


async def _connected(reader: Person, others: Collection[int]) -> list[int]:
    return [person for source in acquaintances for person in await source(reader, others)]


async def _names(event: Event, reader: Person, known: Collection[int], page: int) -> Listed:
    rows = await db.rows(
        r"""
        SELECT people.name, count(*) OVER () AS total FROM rsvps JOIN people ON people.id = rsvps.person
        WHERE event = $1 AND status = 'going' AND listed <> 'nobody' AND person <> $2 AND people.name ~ '\S'
            AND (person = ANY($3) OR (listed = 'coming' AND EXISTS (
                SELECT FROM rsvps AS mine WHERE mine.event = $1 AND mine.person = $2 AND mine.status = 'going'
            )))
            AND NOT EXISTS (SELECT FROM blocks WHERE (blocker, blocked) IN ((person, $2), ($2, person)))
        ORDER BY lower(people.name), rsvps.id LIMIT $4 OFFSET $5
        """,
        event.id,
        reader.id,
        list(known),
        NAMES_ON_A_PAGE,
        (page - 1) * NAMES_ON_A_PAGE,
    )
    total = rows[0]["total"] if rows else 0
    names = tuple(row["name"].split()[0] for row in rows)
    return Listed(names, page, -(-total // NAMES_ON_A_PAGE))
