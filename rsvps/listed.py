"""Who is coming, as far as those who come chose to say: to others who come, or to people connected with them.

Shown by first name, without a link, and never how many there are besides. Nobody is listed who did not choose it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request

from events.contributions import Panel
from events.tables import Event
from members.names import NOBODY, first
from members.queries import hidden
from members.tables import Person
from rsvps.queries import Answered
from server import clock, db
from server.pages import fragment, url

NAMES_ON_A_PAGE = 60

# (an expression for one person's id, one for another's) -> SQL: they are connected. Other packages know how;
# `server/composition.py` puts it here.
Acquaintance = Callable[[str, str], str]
acquaintances: list[Acquaintance] = []


@dataclass(frozen=True)
class Listed:
    """First names, one page of them, and how many pages are known of: this one, and the next if there is one."""

    names: tuple[str, ...] = ()
    page: int = 1
    pages: int = 1


async def seen_by(reader: Person, event: Event, *, page: int = 1) -> Listed:
    """Whom a reader may see on an event's list, by name. One query, none once it is over.

    Costs milliseconds while few are listed, some fifty when twenty thousand are.
    """
    if event.status != "published" or event.over_at <= clock.now():
        return Listed()
    rows = await db.rows(
        _SEEN.format(
            connected=" OR ".join(known("people.id", "$2") for known in acquaintances) or "false",
            hidden=hidden("$2"),
        ),
        event.id,
        reader.id,
        NAMES_ON_A_PAGE + 1,
        (page - 1) * NAMES_ON_A_PAGE,
    )
    names = tuple(first(row["name"], row["called"]) or NOBODY for row in rows[:NAMES_ON_A_PAGE])
    return Listed(names, page, page + (len(rows) > NAMES_ON_A_PAGE))


_SEEN = r"""
    SELECT people.name, people.called FROM rsvps JOIN people ON people.id = rsvps.person
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
    return fragment(request, "rsvps/listed.html", listed=listed, more=more) if listed.names else None


panel = Panel("coming", "more", _on_event_page)
