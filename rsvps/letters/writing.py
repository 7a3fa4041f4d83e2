"""What the letters about answers share: what they tell of a gathering, to whom, and the calendar part.

People who may not see the gathering when a letter is about to go get none; they are told only that an answer of
theirs has ended, in no newer words than they knew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from events.calendars import calendar
from events.calendars.calendar import Attendee, Mailbox, Method, Partstat, Status
from events.calendars.entries import entry
from events.card import Card, card
from events.tables import Event
from events.view import EventView
from members import queries as members_queries
from members.letters.letters_wanted import unsubscribe_address, wants
from members.letters.receivers import address_of
from members.tables import Person
from rsvps.door import tickets
from rsvps.letters import along as taken_along
from rsvps.letters import links
from rsvps.letters.queries import HistoryStep
from rsvps.status import headlines
from rsvps.status.access import view_of
from rsvps.status.queries import Answered
from server import clock
from server.languages.language import speaking
from server.languages.messages import Text, _
from server.mail import Address, CalendarPart, Letter, sender
from server.pages import absolute

IN_CALENDAR = ("going", "maybe")  # Whose calendars hold the event.
PARTSTATS: dict[str, Partstat] = {"going": "ACCEPTED", "maybe": "TENTATIVE"}


@dataclass(frozen=True)
class About:
    """A gathering as its letters tell of it, to one person: only what they may see.

    `side` says on which side of a hybrid event they are, in a sentence; empty for others. `page` and `link` are empty
    for somebody who no longer sees it.
    """

    card: Card
    join_url: str
    community: str
    page: str
    link: str
    organiser: Text = ""
    side: Text = ""

    @property
    def title(self) -> Text:
        """What it is called."""
        return self.card.title

    @property
    def when(self) -> Text:
        """When it is, in one line."""
        return self.card.when


# Until when a letter is worth sending


def until_start(of: Mapping[str, Any]) -> datetime:
    """It is about coming: of no use once the gathering has begun."""
    event: Event = of["event"]
    return event.starts_at


def until_end(of: Mapping[str, Any]) -> datetime:
    """It is about an answer or the gathering itself: of use while one can still come, or be on the way."""
    event: Event = of["event"]
    return event.over_at


# What they say


async def about_step(told: HistoryStep | None, *statuses: str, **more: Any) -> Letter | None:
    """A letter about a step, while it is the newest one and the answer has one of these statuses.

    With the calendar part for those who have the event in their calendars.
    """
    if told is None or not told.newest or told.answered.rsvp.status not in statuses:
        return None
    return None if called_off(told.answered) else await _with_code(told.answered, **more)


async def by_host(told: HistoryStep | None, *statuses: str, **more: Any) -> Letter | None:
    """The same about what a host did: with their name, what they wrote, and what happens in line."""
    if told is None:
        return None
    host = await host_of(told)
    turn = headlines.turn(told.answered.event, clock.now())
    return await about_step(told, *statuses, host=host, turn=turn, **more)


async def out_of_calendar(told: HistoryStep | None, status: str, **more: Any) -> Letter | None:
    """About the end of an answer, in the host's words; takes the event out of the calendar if it was there."""
    if told is None or not told.newest or told.answered.rsvp.status != status or called_off(told.answered):
        return None
    return await ending(told, host=await host_of(told), note=told.note, in_calendar=told.in_calendar, **more)


async def ending(told: HistoryStep, **more: Any) -> Letter:
    """That an answer has ended, also to people who no longer see the gathering by it; takes it out of their calendar.

    They read what they knew: its name and time, as long as nothing was changed since they went.
    """
    found, view = told.answered, await view_of(told.answered)
    about, to = await describe(found, view), await receiver(found)
    with speaking(to.reads):
        removes = _calendar(found, view, "CANCEL")
        if not view.sees_it:
            about = replace(about, page="", link="")
            if found.event.changed_at > told.at:
                about, removes = _unnamed(found), _removal(found)
    part = CalendarPart("CANCEL", removes) if told.in_calendar else None
    return Letter(to=to, context=context(found, about, **more), calendar=part)


async def host_of(told: HistoryStep) -> Text:
    """The name of the host who took a step; none when it was Kith, nor between people of whom one blocked the other."""
    if told.by is None:
        return ""
    host = await members_queries.person_by_id(told.by)
    if host is None or await members_queries.are_blocked(host.id, told.answered.person.id):
        # Translators: in place of a name
        return _("An organiser of %(community)s", community=told.answered.community)
    return named(host, told.answered)


async def _with_code(found: Answered, **more: Any) -> Letter | None:
    """With the calendar part and, for those who come to the room, what they show at the door."""
    code = tickets.address(found.rsvp, found.event)
    letter = await with_calendar(found, "REQUEST", code=code, **more)
    return replace(letter, pictures=(tickets.picture(code),)) if letter and code else letter


async def plain(found: Answered, *, along: str = "", **more: Any) -> Letter | None:
    """A letter that cannot be refused, with nothing for the calendar; None if they do not see the gathering.

    `along`: the name of what they would take on with their answer, for its link.
    """
    view = await view_of(found)
    if not view.takes_part:
        return None
    about = await describe(found, view)
    if along:
        about = replace(about, link=links.address(found.rsvp, found.event, along=along))
    told = await taken_along.told(found.event, found.person, along)
    return Letter(to=await receiver(found), context=context(found, about, along=told, **more))


async def to_kept_out(found: Answered, sentence: Text) -> Letter | None:
    """That somebody is kept out, to whoever has the address that was typed; None if they are not."""
    view = await view_of(found)
    if not view.kept_out or not view.sees_it:
        return None
    about = replace(await describe(found, view), page="", link="")
    to = replace(await receiver(found), name="")
    return Letter(to=to, context=context(found, about, sentence=sentence))


async def with_calendar(found: Answered, method: Method, **more: Any) -> Letter | None:
    """The same with its calendar part, for those who may have one."""
    letter = await plain(found, **more)
    if letter is None or not has_calendar(found, method):
        return letter
    view = await view_of(found)
    with speaking(letter.to.reads):
        return replace(letter, calendar=CalendarPart(method, _calendar(found, view, method)))


async def refusable(
    found: Answered, kind: str, *, organiser: Text = "", reply_to: Address | None = None, **more: Any
) -> Letter | None:
    """A letter of a kind that one can refuse; None if they have, or do not see the gathering."""
    letter = await plain(found, organiser=organiser, **more) if await wants(found.person.id, kind) else None
    if letter is None:
        return None
    leaves = unsubscribe_address(found.person.id, kind)
    return replace(letter, reply_to=reply_to, unsubscribe=leaves, kind=kind)


def inviting(found: Answered, by: Person, words: str) -> dict[str, Any]:
    """What an invitation says: in whose name, in which words of theirs, and from when on one can answer."""
    opens, now = found.event.policy.answers_open_at, clock.now()
    moment: Text = headlines.moment(opens, found.event.zone, now) if opens and now < opens else ""
    return {"organiser": named(by, found), "words": words, "opens": moment}


def calendar_part(found: Answered, view: EventView, method: Method = "REQUEST") -> CalendarPart:
    """An answer's entry for the calendar of whose it is, in the language that is being spoken."""
    return CalendarPart(method, _calendar(found, view, method))


def called_off(found: Answered) -> bool:
    """Whether there is nothing to come to."""
    return found.event.status != "published"


def has_calendar(found: Answered, method: Method) -> bool:
    """Whether an answer puts its gathering into their calendar, or has to take it out."""
    waits = found.rsvp.status in {"invited", "waitlisted", "offered", "requested"}
    return found.rsvp.status in IN_CALENDAR or (method == "CANCEL" and not waits)


def named(organiser: Person, found: Answered) -> Text:
    """How an organiser is called in a letter."""
    return organiser.signing_for(found.community)


async def receiver(found: Answered) -> Address:
    """Where a letter about an answer goes, in the language of whose it is."""
    return await address_of(found.person, found.event.community)


def context(found: Answered, about: About, *, organiser: Text = "", **more: Any) -> dict[str, Any]:
    """What the templates of every letter about an answer get."""
    return {
        "about": replace(about, organiser=organiser),
        "rsvp": found.rsvp,
        "event": found.event,
        "place": found.place,
        **more,
    }


async def describe(found: Answered, view: EventView) -> About:
    """The gathering in the words of a letter, to somebody who may see this much of it."""
    event = found.event
    link = links.address(found.rsvp, event)
    # Somebody without an account sees an event that is not for everybody by their own link alone.
    open_to_them = found.person.has_account or event.visibility in {"public", "unlisted"}
    return About(
        card=await card(event, shows_address=view.shows_address),
        join_url=event.join_url if view.shows_join_link else "",
        community=found.community,
        page=absolute("events:event", event=event.public_id) if open_to_them else link,
        link=link,
        side=_side(found),
    )


def _unnamed(found: Answered) -> About:
    """The gathering to somebody who may know nothing of what it is now."""
    title = _("A gathering of %(community)s", community=found.community)
    return About(Card(title), "", found.community, page="", link="")


def _side(found: Answered) -> Text:
    if found.event.mode != "hybrid" or found.rsvp.status not in {
        "going",
        "waitlisted",
        "offered",
        "requested",
    }:
        return ""
    if found.rsvp.status == "going":
        return _("You take part in the call.") if found.rsvp.online else _("You come to the room.")
    return (
        _("This is about a seat in the call.")
        if found.rsvp.online
        else _("This is about a seat in the room.")
    )


def _calendar(found: Answered, view: EventView, method: Method) -> str:
    status: Status = "TENTATIVE" if found.rsvp.status == "maybe" else "CONFIRMED"
    return calendar.invitation(
        entry(found.event, view, community=found.community, status=status),
        *_parties(found),
        method=method,
        stamped_at=clock.now(),
    )


def _removal(found: Answered) -> str:
    event = found.event
    return calendar.removal(
        event.uid, event.sequence, str(_unnamed(found).title), *_parties(found), stamped_at=clock.now()
    )


def _parties(found: Answered) -> tuple[Mailbox, Attendee]:
    partstat = PARTSTATS.get(found.rsvp.status, "DECLINED")
    return (
        Mailbox(found.community, sender().email),
        Attendee(found.person.name, found.person.email, partstat),
    )
