"""The letters about shifts, each with its calendar part. Letters about what somebody said themselves always come."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from events import access
from events.calendars import calendar
from events.calendars.calendar import Attendee, Mailbox, Method, Partstat
from events.card import Card, card
from events.publishing import changes
from events.view import EventView
from members.letters_wanted import REMINDERS, unsubscribe_address, wants
from members.receivers import address_of
from server import clock
from server.languages.language import speaking
from server.languages.messages import _
from server.mail import CalendarPart, Letter, letter, sender
from server.pages import absolute
from server.presentation import day_from, zone_name
from volunteers import queries
from volunteers.entries import entry, uid
from volunteers.queries import Shift, ShiftNews


def _end(of: Mapping[str, Any]) -> datetime:
    shift: Shift = of["shift"]
    return shift.ends_at


@letter("volunteers/confirmation", until=_end)
async def confirmation(role: int, person: int) -> Letter | None:
    """Thank you: you are in; with the calendar part."""
    found = await queries.told(role, person)
    return await _letter(found, "REQUEST") if found and _holds(found) else None


@letter("volunteers/changed", until=_end)
async def changed(
    role: int, person: int, change: int | None = None, by_new_rules: bool = False
) -> Letter | None:
    """Its hours are others now, or the gathering has moved (`change`) in a way that its helper may know of.

    `by_new_rules`: they are the same on the wall clock, which is set by other rules.
    """
    found = await queries.told(role, person)
    if found is None or not _holds(found):
        return None
    view = await access.view(found.person, found.shift.event)
    if change is not None and not await changes.differences(change, view):
        return None
    clocks = zone_name(found.shift.event.zone) if by_new_rules else ""
    return await _letter(found, "REQUEST", clocks=clocks)


@letter("volunteers/withdrawal", until=_end)
async def withdrawal(role: int, person: int) -> Letter | None:
    """You are out again: takes it out of the calendar. Nothing else, for those who no longer see the gathering."""
    found = await queries.told(role, person)
    if found is None or found.shift.mine:
        return None
    return await _letter(found, "CANCEL") or await _out_of_sight(found)


@letter("volunteers/not_needed", until=_end)
async def not_needed(role: int, person: int) -> Letter | None:
    """The shift, or the whole gathering, does not happen: takes it out of the calendar."""
    found = await queries.told(role, person)
    if found is None or not found.shift.mine:
        return None
    gone = found.shift.removed_at is not None or found.shift.event.status == "cancelled"
    return await _letter(found, "CANCEL", cancelled=found.shift.event.status == "cancelled") if gone else None


@letter("volunteers/reminder", until=lambda of: of["shift"].starts_at)
async def reminder(role: int, person: int) -> Letter | None:
    """It is soon."""
    found = await queries.told(role, person)
    if found is None or not _holds(found) or not await wants(person, REMINDERS):
        return None
    return await _letter(
        found,
        None,
        kind=REMINDERS,
        day=day_from(found.shift.local_start, clock.now()),
    )


def _holds(found: ShiftNews) -> bool:
    on = found.shift.removed_at is None and found.shift.event.status == "published"
    return found.shift.mine and on


async def _letter(
    found: ShiftNews, method: Method | None, *, kind: str | None = None, **more: Any
) -> Letter | None:
    """A letter to somebody who may see the gathering now, which says as much of it; None for others."""
    shift, event = found.shift, found.shift.event
    view = await access.view(found.person, event)
    if not view.takes_part:
        return None
    context = {
        "shift": shift,
        "title": shift.title,
        "about": shift.about,
        "gathering": event.title,
        "card": replace(
            await card(event, shows_address=view.shows_address),
            # Translators: a shift and its gathering
            title=_("%(shift)s, %(gathering)s", shift=shift.title, gathering=event.title),
            starts=shift.local_start,
            ends=shift.local_end,
            summary="",
            picture="",
        ),
        "join_url": event.join_url if view.shows_join_link else "",
        "community": found.community,
        "page": absolute("volunteers:volunteers", event=event.public_id),
        **more,
    }
    to = await address_of(found.person, event.community)
    with speaking(to.reads):
        part = CalendarPart(method, _calendar(found, view, method)) if method else None
    return Letter(
        to=to,
        context=context,
        calendar=part,
        unsubscribe=unsubscribe_address(found.person.id, kind) if kind else None,
        kind=kind,
    )


async def _out_of_sight(found: ShiftNews) -> Letter:
    """That they are out, at they need not know what."""
    sequence = found.shift.sequence + found.shift.event.sequence
    to = await address_of(found.person, found.shift.event.community)
    with speaking(to.reads):
        removal = calendar.removal(
            uid(found.shift), sequence, _("A shift"), *_parties(found, "DECLINED"), stamped_at=clock.now()
        )
    nothing = dict.fromkeys(("title", "about", "gathering", "join_url", "page"), "")
    return Letter(
        to=to,
        context={
            "shift": found.shift,
            "card": Card(_("A shift, a gathering of %(community)s", community=found.community)),
            "community": found.community,
            **nothing,
        },
        calendar=CalendarPart("CANCEL", removal),
    )


def _calendar(found: ShiftNews, view: EventView, method: Method) -> str:
    return calendar.invitation(
        entry(found.shift, view, community=found.community),
        *_parties(found, "ACCEPTED" if method == "REQUEST" else "DECLINED"),
        method=method,
        stamped_at=clock.now(),
    )


def _parties(found: ShiftNews, partstat: Partstat) -> tuple[Mailbox, Attendee]:
    return (
        Mailbox(found.community, sender().email),
        Attendee(found.person.name, found.person.email, partstat),
    )
