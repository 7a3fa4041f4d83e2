"""What the event's page and the agenda show of the morning after."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup
from starlette.requests import Request

from events import access
from events.contributions import AgendaItem, Asked, Panel, Tool
from events.tables import Event
from followups.survey import links, queries
from members.tables import Person
from server import clock
from server.pages import fragment
from server.presentation import in_zone, long_date


async def draw(request: Request, event: Event) -> Markup | None:
    """The way to one's own page while it is open. One query, none before the event is over."""
    now = clock.now()
    if request.user is None or event.over_at > now:
        return None
    asked = await queries.asked_of(request.user, event)
    if asked is None or not asked.open_at(now) or not (await access.view(request.user, event)).takes_part:
        return None
    return fragment(request, "followups/panel.html", event=event, asked=asked, link=links.path(asked))


async def agenda(person: Person, now: datetime) -> Sequence[AgendaItem]:
    """The follow-ups that wait for a first word. One query."""
    return [
        AgendaItem(
            event=asked.event,
            starts_at=asked.event.starts_at,
            ends_at=asked.event.ends_at,
            title=asked.event.title,
            note="How was it?",
            href=links.path(asked),
            asked=_asked(asked),
        )
        for asked in await queries.open_for(person, now)
    ]


def _asked(asked: queries.Asked) -> Asked:
    until = long_date(in_zone(asked.closes_at, asked.event.zone))
    note = f"How was it, and who did you meet? Open until {until}."
    return Asked(asked.event.title, note, "Say how it was", links.path(asked), until=asked.closes_at)


panel = Panel("follow-up", "answer", draw)
tools = [
    Tool("Who came", "user-check", "followups:came", offered="afterwards"),
    Tool("What people said", "message-circle", "followups:said", for_co_hosts=False, offered="afterwards"),
]
