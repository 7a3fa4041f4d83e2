"""What answers mean to the events' pages: who may see what, what is in calendars and in agendas."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from events.calendars.calendar import Status
from events.calendars.entries import entry
from events.contributions import AgendaItem, Asked, InCalendar, Panel, Press, Tool
from events.relations import RelationFact
from events.view import Relation
from members.tables import Person
from rsvps.attending import panels
from rsvps.questions import sheet
from rsvps.seating import queries as seating
from rsvps.seating.rules import window
from rsvps.status import queries
from rsvps.status.access import relation
from rsvps.status.headlines import moment
from rsvps.status.queries import Answered, Word
from server import clock
from server.pages import url
from server.presentation import plural, when

MOST = 2_000  # entries in one person's calendar
MOST_AHEAD = 100  # items in an agenda
FAR = timedelta(days=12 * 365)
KINDS: dict[str, Literal["", "go", "wait", "accent"]] = {
    "going": "go",
    "waitlisted": "wait",
    "requested": "wait",
    "offered": "accent",
    "invited": "accent",
}

panel = Panel("answer", "answer", panels.answer)
bar = Panel("answer in short", "bar", panels.bar)
copy = sheet.copy_all
concerned = seating.who_is_concerned
tools = [
    Tool("Questions", "circle-help", "rsvps:questions"),
    Tool("Who is coming", "users-round", "rsvps:people"),
    Tool("Invite people", "user-plus", "rsvps:invitations", offered="ahead"),
    Tool("Write to them", "mail", "rsvps:letters", offered="published"),
    Tool("At the door", "door-open", "rsvps:doors", offered="held"),
]


relation_fact = RelationFact(queries.word_of, lambda word: relation(Word(*word)))


async def relations(person: Person) -> Mapping[int, Relation]:
    """What their answers make somebody to events that are not over. One query."""
    return {word.event: relation(word) for word in await queries.words_of(person.id, clock.now())}


async def calendar(person: Person, since: datetime, until: datetime) -> list[InCalendar]:
    """What they are going to, and what they may come to, for their own calendar. One query."""
    found = await queries.concerning(person.id, since, until, most=MOST)
    return [_in_calendar(answered) for answered in found if answered.rsvp.status in {"going", "maybe"}]


async def agenda(person: Person, now: datetime) -> list[AgendaItem]:
    """What is before them: going, maybe, waiting, invited. One query."""
    found = await queries.concerning(person.id, now, now + FAR, most=MOST_AHEAD)
    return [_item(answered) for answered in found]


def _in_calendar(found: Answered) -> InCalendar:
    status: Status = "TENTATIVE" if found.rsvp.status == "maybe" else "CONFIRMED"
    return InCalendar(found.event, partial(entry, found.event, community=found.community, status=status))


def _item(found: Answered) -> AgendaItem:
    event = found.event
    return AgendaItem(
        event=event,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        title=event.title,
        note=_note(found),
        href=url("events:event", event=event.public_id),
        kind=KINDS.get(found.rsvp.status, ""),
        asked=_asked(found, clock.now()),
    )


def _asked(found: Answered, now: datetime) -> Asked | None:
    """What is asked of somebody by it: to take a seat that is kept for them, or to answer an invitation."""
    rsvp, event = found.rsvp, found.event
    here = url("events:event", event=event.public_id)
    if event.status != "published":
        return None
    if rsvp.status == "offered" and rsvp.confirmed and rsvp.offer_until > now:
        fields = {"answer": "going", "guests": str(rsvp.guests)}
        take = Press("Take the seat", url("rsvps:answer", event=event.public_id), fields)
        return Asked(event.title, _note(found), "Look", here, take, until=rsvp.offer_until)
    if rsvp.status == "invited" and not rsvp.confirmed and not window(event, now):
        invited = f"You are invited: {when(event.local_start, None, event.zone)}"
        return Asked(event.title, invited, "Answer", here, until=event.starts_at)
    return None


def _note(found: Answered) -> str:
    if found.event.status == "cancelled":
        return "Cancelled"
    rsvp = found.rsvp
    if rsvp.status == "going" and rsvp.guests:
        return f"Going with {plural(rsvp.guests, 'guest')}"
    if rsvp.status == "offered" and rsvp.confirmed:
        return f"A seat is kept for you until {moment(rsvp.offer_until, found.event.zone, clock.now())}"
    if rsvp.status == "invited" and rsvp.confirmed:
        return "The seat went to somebody else"
    notes = {
        "going": "Going",
        "maybe": "Maybe",
        "requested": "Asked to come",
        "waitlisted": f"Number {found.place} in line",
        "invited": "Invited",
    }
    return notes.get(rsvp.status, "Answered")
