"""The letters about answers. Each is loaded afresh when it is sent, and not sent when it is no longer true.

Letters about a step carry its number in the history and are dropped when a newer step has overtaken them.
Calendar parts (iMIP) go to who is going or may come, and to who was; never to who waits.
"""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from events import calendar, changes
from events.calendar import Attendee, Mailbox, Method, Partstat, Status
from events.entries import entry, location
from members import queries as members_queries
from members.letters_wanted import ORGANISERS, REMINDERS, unsubscribe_address, wants
from members.tables import Person
from rsvps import links, queries
from rsvps.access import sight_of
from rsvps.queries import Answered, Told
from rsvps.room import Step
from rsvps.tables import HostLetter
from rsvps.waitlist import MOST_SKIPS
from server import clock
from server.jobs import Job
from server.mail import Address, CalendarPart, Letter, letter
from server.pages import absolute
from server.presentation import day_from, when
from server.settings import settings

IN_CALENDAR = ("going", "maybe")  # Whose calendars hold the event.
PARTSTATS: dict[str, Partstat] = {"going": "ACCEPTED", "maybe": "TENTATIVE"}


@dataclass(frozen=True)
class About:
    """A gathering as its letters tell of it, to one person: only what they may see."""

    title: str
    when: str
    where: str
    join_url: str
    community: str
    page: str
    link: str
    organiser: str = ""


def about(step: Step) -> Job | None:
    """The letter that a step of an answer calls for, if any. It takes the step's number in the history."""
    before, after = step.before, step.after
    if not after.confirmed or (before.status, before.guests) == (after.status, after.guests):
        return None
    if after.status == "going":
        return promoted if before.status == "waitlisted" and step.by is None else confirmation
    if after.status == before.status:
        return None
    return {
        "maybe": confirmation,
        "waitlisted": waiting,
        "declined": withdrawal,
        "withdrawn": withdrawal,
    }.get(after.status or "")


# About one's own answer: these always come


@letter("rsvps/confirm")
async def confirm(rsvp: int) -> Letter | None:
    """Asks whoever has the address to confirm what somebody typed. Uses nothing that was typed but the answer."""
    found = await queries.answered(rsvp)
    if found is None or found.rsvp.confirmed or _too_late(found):
        return None
    return Letter(
        to=Address("", found.person.email),
        context=_context(found),
        unsubscribe=absolute("rsvps:refusal", token=links.token(found.rsvp, found.event)),
        even_if_dead=True,
    )


@letter("rsvps/known_already")
async def known_already(rsvp: int) -> Letter | None:
    """Tells somebody who has answered before that their address was typed again, and gives them their link."""
    found = await queries.answered(rsvp)
    return None if found is None or _too_late(found) else _plain(found)


@letter("rsvps/confirmation")
async def confirmation(change: int) -> Letter | None:
    """You are going, or may come; with the calendar part."""
    return _about_step(await queries.told(change), IN_CALENDAR)


@letter("rsvps/promoted")
async def promoted(change: int) -> Letter | None:
    """A seat has come free, and it is yours."""
    return _about_step(await queries.told(change), ("going",))


@letter("rsvps/waiting")
async def waiting(change: int) -> Letter | None:
    """You are on the waiting list, at this place. Nothing for the calendar yet."""
    told = await queries.told(change)
    if told is None or told.answered.rsvp.status != "waitlisted" or _too_late(told.answered):
        return None
    return _plain(told.answered)


@letter("rsvps/skipped")
async def skipped(rsvp: int, times: int) -> Letter | None:
    """A seat went to a smaller party behind yours, for so many times now. Not written once something newer is true."""
    found = await queries.answered(rsvp)
    if found is None or found.rsvp.status != "waitlisted" or found.rsvp.skipped != times or _too_late(found):
        return None
    return _plain(found, times=times, most=MOST_SKIPS)


@letter("rsvps/withdrawal")
async def withdrawal(change: int) -> Letter | None:
    """You are not coming: takes it out of the calendar. Not written if it was in none."""
    told = await queries.told(change)
    if told is None or not told.newest or not told.in_calendar:
        return None
    return _with_calendar(told.answered, "CANCEL", by_rule=told.by_rule)


@letter("rsvps/changed")
async def changed(rsvp: int, change: int) -> Letter | None:
    """The gathering moved: old and new side by side, and the calendar moved with it."""
    found = await queries.answered(rsvp)
    if found is None or _too_late(found):
        return None
    differences = await changes.differences(change, sight_of(found))
    if not differences:
        return None
    return _with_calendar(found, "REQUEST", differences=differences)


@letter("rsvps/cancelled")
async def cancelled(rsvp: int) -> Letter | None:
    """It does not happen, and why."""
    found = await queries.answered(rsvp)
    if found is None or found.event.status != "cancelled":
        return None
    return _with_calendar(found, "CANCEL", reason=found.event.cancel_reason)


@letter("rsvps/fresh_link")
async def fresh_link(rsvp: int) -> Letter | None:
    """The link again, because somebody with an old one asked."""
    found = await queries.answered(rsvp)
    return _plain(found, even_if_dead=True) if found else None


# Of kinds that one can refuse


@letter("rsvps/invitation")
async def invitation(rsvp: int) -> Letter | None:
    """An organiser asks somebody to come. Not written between people of whom one has blocked the other."""
    found = await queries.answered(rsvp)
    if found is None or found.rsvp.status != "invited" or found.rsvp.invited_by is None or _too_late(found):
        return None
    inviter = await members_queries.person_by_id(found.rsvp.invited_by)
    if inviter is None or await members_queries.are_blocked(inviter.id, found.person.id):
        return None
    return await _refusable(found, ORGANISERS, organiser=_named(inviter, found))


@letter("rsvps/reminder")
async def reminder(rsvp: int) -> Letter | None:
    """It is soon. Not after the start, nor to who is not coming any more."""
    found = await queries.answered(rsvp)
    if found is None or found.rsvp.status not in IN_CALENDAR or _too_late(found):
        return None
    if found.event.starts_at <= clock.now():
        return None
    starts = found.event.local_start
    return await _refusable(found, REMINDERS, day=day_from(starts, clock.now()))


@letter("rsvps/from_organiser")
async def from_organiser(host_letter: int, rsvp: int) -> Letter | None:
    """What an organiser writes, in their own words and name."""
    written = await HostLetter.objects().where(HostLetter.id == host_letter).first()
    found = await queries.answered(rsvp)
    if written is None or found is None:
        return None
    organiser = await members_queries.person_by_id(written.by) if written.by else None
    if organiser is None or await members_queries.are_blocked(organiser.id, found.person.id):
        return None
    reply_to = Address(organiser.name, organiser.email) if written.answers_to_me else None
    return await _refusable(
        found,
        ORGANISERS,
        reply_to=reply_to,
        organiser=organiser.name,
        subject=written.subject,
        body=written.body,
    )


# What they share


def _about_step(told: Told | None, statuses: tuple[str, ...]) -> Letter | None:
    if (
        told is None
        or not told.newest
        or told.answered.rsvp.status not in statuses
        or _too_late(told.answered)
    ):
        return None
    return _with_calendar(told.answered, "REQUEST")


def _plain(found: Answered, *, even_if_dead: bool = False, **more: Any) -> Letter:
    return Letter(to=_to(found.person), context=_context(found, **more), even_if_dead=even_if_dead)


def _with_calendar(found: Answered, method: Method, **more: Any) -> Letter:
    part = CalendarPart(method, _calendar(found, method)) if _has_calendar(found, method) else None
    return Letter(to=_to(found.person), context=_context(found, **more), calendar=part)


async def _refusable(
    found: Answered, kind: str, *, organiser: str = "", reply_to: Address | None = None, **more: Any
) -> Letter | None:
    if not await wants(found.person.id, kind):
        return None
    return Letter(
        to=_to(found.person),
        context=_context(found, organiser=organiser, **more),
        reply_to=reply_to,
        unsubscribe=unsubscribe_address(found.person.id, kind),
    )


def _too_late(found: Answered) -> bool:
    return found.event.status != "published" or found.event.over_at <= clock.now()


def _has_calendar(found: Answered, method: Method) -> bool:
    waits = found.rsvp.status in {"waitlisted", "offered", "requested"}
    return found.rsvp.status in IN_CALENDAR or (method == "CANCEL" and not waits)


def _named(organiser: Person, found: Answered) -> str:
    return organiser.name or f"An organiser of {found.community}"


def _to(person: Person) -> Address:
    return Address(person.name, person.email)


def _context(found: Answered, *, organiser: str = "", **more: Any) -> dict[str, Any]:
    return {
        "about": describe(found, organiser=organiser),
        "rsvp": found.rsvp,
        "event": found.event,
        "place": found.place,
        **more,
    }


def describe(found: Answered, *, organiser: str = "") -> About:
    """The gathering in the words of a letter, as far as its receiver may know it."""
    event, sight = found.event, sight_of(found)
    link = links.address(found.rsvp, event)
    # Who has no account sees an event that is not for everybody by their own link alone.
    open_to_them = found.person.has_account or event.visibility in {"public", "unlisted"}
    return About(
        title=event.title,
        when=when(event.local_start, event.local_end, event.zone),
        where=location(event, shows_address=sight.shows_address),
        join_url=event.join_url if sight.shows_join_link else "",
        community=found.community,
        page=absolute("events:event", event=event.public_id) if open_to_them else link,
        link=link,
        organiser=organiser,
    )


def _calendar(found: Answered, method: Method) -> str:
    status: Status = "TENTATIVE" if found.rsvp.status == "maybe" else "CONFIRMED"
    return calendar.invitation(
        entry(found.event, sight_of(found), community=found.community, status=status),
        Mailbox(found.community, parseaddr(settings.mail_from)[1]),
        Attendee(found.person.name, found.person.email, PARTSTATS.get(found.rsvp.status, "DECLINED")),
        method=method,
        stamped_at=clock.now(),
    )
