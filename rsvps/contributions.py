"""What answers mean to the events' pages: who may see what, what is in calendars and in agendas."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from events.calendars.calendar import Entry, Status
from events.calendars.entries import entry
from events.contributions import AgendaItem, Asked, InCalendar, Panel, Press, Tool
from events.relations import RelationFact
from events.view import EventView, Relation
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
from server.languages.messages import Words, _, ngettext, pgettext
from server.pages import url
from server.presentation import when

MOST = 2_000  # entries in one person's calendar
MOST_AHEAD = 100  # items in an agenda
SEAT_ASKED = {"going", "waitlisted", "offered", "requested"}
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
concerned = seating.whom_these_concern
tools = [
    Tool(_("Questions"), "circle-help", "rsvps:questions", for_pattern=True),
    Tool(_("Who is coming"), "users-round", "rsvps:people"),
    Tool(_("Invite people"), "user-plus", "rsvps:invitations", offered="ahead"),
    # Translators: to those who are coming
    Tool(_("Write to them"), "mail", "rsvps:letters", offered="published"),
    Tool(_("At the door"), "door-open", "rsvps:doors", offered="held", for_pattern=True),
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
    return InCalendar(found.event, partial(_entry, found, status))


def _entry(found: Answered, status: Status, view: EventView) -> Entry:
    """As new as what they said, where they have changed it: with that, what they may see does.

    A first answer dates nothing: what it brings is in their calendar for the first time, and has the text that those
    who come have in common, which is kept.
    """
    said = entry(found.event, view, community=found.community, status=status)
    if found.rsvp.answered_at == found.rsvp.created_at:
        return said
    return replace(said, changed_at=max(said.changed_at, found.rsvp.answered_at))


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
        press=_not_this_time(found),
    )


def _not_this_time(found: Answered) -> Press | None:
    """For whoever is counted in every time."""
    event = found.event
    if not found.counted_in or found.rsvp.status not in SEAT_ASKED or event.status != "published":
        return None
    return Press(
        _("Not this time"),
        url("rsvps:answer", event=event.public_id),
        {"answer": "declined", "then": "agenda"},
    )


def _asked(found: Answered, now: datetime) -> Asked | None:
    """What is asked of somebody by it: to take a seat that is kept for them, or to answer an invitation."""
    rsvp, event = found.rsvp, found.event
    here = url("events:event", event=event.public_id)
    if event.status != "published":
        return None
    if rsvp.status == "offered" and rsvp.confirmed and rsvp.offer_until > now:
        fields = {"answer": "going", "guests": str(rsvp.guests)}
        take = Press(
            pgettext("my answer", "Take the seat"), url("rsvps:answer", event=event.public_id), fields
        )
        # Translators: on a button that leads to the page where a seat is kept for somebody
        look = pgettext("button", "Look")
        return Asked(event.title, _note(found), look, here, take, until=rsvp.offer_until)
    if rsvp.status == "invited" and not rsvp.confirmed and not window(event, now):
        invited = _("You are invited: %(when)s", when=when(event.local_start, None, event.zone))
        # Translators: on a button: say whether you come
        answer = pgettext("button", "Answer")
        return Asked(event.title, invited, answer, here, until=event.starts_at)
    return None


def _note(found: Answered) -> Words:
    rsvp = found.rsvp
    if found.event.status == "cancelled":
        # Translators: a gathering that does not take place
        return pgettext("gathering", "Cancelled")
    if rsvp.status == "going" and rsvp.guests:
        return ngettext("Going with %(num)s guest", "Going with %(num)s guests", rsvp.guests)
    if rsvp.status == "offered" and rsvp.confirmed:
        until = moment(rsvp.offer_until, found.event.zone, clock.now())
        return _("A seat is kept for you until %(moment)s", moment=until)
    if rsvp.status == "invited" and rsvp.confirmed:
        return _("The seat went to somebody else")
    if rsvp.status == "waitlisted":
        return _("Number %(place)s in line", place=found.place)
    return _NOTES.get(rsvp.status, pgettext("my answer", "Answered"))


_NOTES: dict[str, Words] = {
    # Translators: how a reader has answered, in their own agenda
    "going": pgettext("my answer", "Going"),
    "maybe": pgettext("my answer", "Maybe"),
    "requested": pgettext("my answer", "Asked to come"),
    "invited": pgettext("my answer", "Invited"),
}
