"""What the event's page and the agenda show of the morning after."""

from collections.abc import Collection, Sequence
from datetime import datetime

from markupsafe import Markup
from starlette.requests import Request

from events import access
from events.contributions import AgendaItem, Asked, Panel, Tool
from events.tables import Event
from followups.prompts import links as prompt_links
from followups.prompts import queries as prompts
from followups.prompts.telling import told
from followups.prompts.turns import week_of
from followups.survey import links, queries
from members.letters.away import is_away
from members.letters.letters_wanted import PROMPTS
from members.tables import Person
from server import clock, forms
from server.languages.messages import _
from server.pages import fragment
from server.presentation import in_zone, long_date


async def draw(request: Request, event: Event) -> Markup | None:
    """The way to one's own page, until one has come to its end, put it aside, or it closes.

    One query, none before the event is over.
    """
    now = clock.now()
    if request.user is None or event.over_at > now:
        return None
    asked = await queries.asked_of(request.user, event)
    if asked is None or not asked.unfinished or not asked.open_at(now):
        return None
    if not (await access.view(request.user, event)).takes_part:
        return None
    return fragment(request, "followups/panel.html", event=event, asked=asked, link=links.path(asked))


async def agenda(person: Person, now: datetime) -> Sequence[AgendaItem]:
    """The follow-ups that wait until somebody has come to their end. One query."""
    return [
        AgendaItem(
            event=asked.event,
            starts_at=asked.event.starts_at,
            ends_at=asked.event.ends_at,
            title=asked.event.title,
            note=_("How was it?"),
            href=links.path(asked),
            asked=_asked(asked),
        )
        for asked in await queries.open_for(person, now)
    ]


def _asked(asked: queries.Asked) -> Asked:
    until = long_date(in_zone(asked.closes_at, asked.event.zone))
    note = _("How was it, and who did you meet? Open until %(day)s.", day=until)
    label = _("Go on where you were") if asked.answered_at else _("Say how it was")
    return Asked(asked.event.title, note, label, links.path(asked), until=asked.closes_at, first=True)


async def prompt(request: Request, person: Person) -> Markup | None:
    """What somebody is told this week, on their agenda. One query, and a few more if there is something."""
    now = clock.now()
    found = await prompts.prompt_of(person, week_of(now, person.zone))
    says = await told(found) if found and not found.silent and not is_away(person, now) else None
    if found is None or says is None:
        return None
    return fragment(request, "followups/prompt_on_agenda.html", told=says, token=prompt_links.token(found))


async def how_often(request: Request, person: Person, refused: Collection[str]) -> Markup:
    """How often somebody is prompted, among the letters in their settings. One query."""
    chosen = "never" if PROMPTS in refused else await prompts.how_often(person)
    return fragment(request, "followups/how_often.html", form=forms.blank(how_often=chosen))


panel = Panel("follow-up", "first", draw)
tools = [
    Tool(_("Who came"), "user-check", "followups:came", offered="afterwards"),
    Tool(_("What people said"), "message-circle", "followups:said", for_co_hosts=False, offered="afterwards"),
]
