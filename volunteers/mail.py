"""The letters about shifts, each with its calendar part. What concerns one's own word always comes."""

from email.utils import parseaddr
from typing import Any

from events import calendar
from events.calendar import Attendee, Mailbox, Method
from events.entries import location
from members.letters_wanted import REMINDERS, unsubscribe_address, wants
from server import clock
from server.mail import Address, CalendarPart, Letter, letter
from server.pages import absolute
from server.presentation import day_from, when
from server.settings import settings
from volunteers import queries
from volunteers.entries import entry
from volunteers.queries import Told


@letter("volunteers/confirmation")
async def confirmation(role: int, person: int) -> Letter | None:
    """Thank you: you are in; with the calendar part."""
    found = await queries.told(role, person)
    return _letter(found, "REQUEST") if found and _holds(found) else None


@letter("volunteers/changed")
async def changed(role: int, person: int) -> Letter | None:
    """Its hours are others now."""
    found = await queries.told(role, person)
    return _letter(found, "REQUEST") if found and _holds(found) else None


@letter("volunteers/withdrawal")
async def withdrawal(role: int, person: int) -> Letter | None:
    """You are out again: takes it out of the calendar."""
    found = await queries.told(role, person)
    return _letter(found, "CANCEL") if found and not found.shift.mine and not _over(found) else None


@letter("volunteers/not_needed")
async def not_needed(role: int, person: int) -> Letter | None:
    """The shift, or the whole gathering, does not happen: takes it out of the calendar."""
    found = await queries.told(role, person)
    if found is None or not found.shift.mine or _over(found):
        return None
    gone = found.shift.removed_at is not None or found.shift.event.status == "cancelled"
    return _letter(found, "CANCEL", cancelled=found.shift.event.status == "cancelled") if gone else None


@letter("volunteers/reminder")
async def reminder(role: int, person: int) -> Letter | None:
    """It is soon."""
    found = await queries.told(role, person)
    if found is None or not _holds(found) or not await wants(person, REMINDERS):
        return None
    return _letter(
        found,
        None,
        unsubscribe=unsubscribe_address(person, REMINDERS),
        day=day_from(found.shift.local_start, clock.now()),
    )


def _holds(found: Told) -> bool:
    on = found.shift.removed_at is None and found.shift.event.status == "published"
    return found.shift.mine and on and not _over(found)


def _over(found: Told) -> bool:
    return found.shift.ends_at <= clock.now()


def _letter(found: Told, method: Method | None, *, unsubscribe: str | None = None, **more: Any) -> Letter:
    shift, event = found.shift, found.shift.event
    context = {
        "title": shift.title,
        "about": shift.about,
        "gathering": event.title,
        "when": when(shift.local_start, shift.local_end, event.zone),
        "where": location(event, shows_address=shift.mine),
        "join_url": event.join_url if shift.mine else "",
        "community": found.community,
        "page": absolute("volunteers:volunteers", event=event.public_id),
        **more,
    }
    return Letter(
        to=Address(found.person.name, found.person.email),
        context=context,
        calendar=CalendarPart(method, _calendar(found, method)) if method else None,
        unsubscribe=unsubscribe,
    )


def _calendar(found: Told, method: Method) -> str:
    return calendar.invitation(
        entry(found.shift, community=found.community),
        Mailbox(found.community, parseaddr(settings.mail_from)[1]),
        Attendee(found.person.name, found.person.email, "ACCEPTED" if method == "REQUEST" else "DECLINED"),
        method=method,
        stamped_at=clock.now(),
    )
