"""The letters about shifts, each with its calendar part. Letters about what somebody said themselves always come."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from events import access
from events import queries as events_queries
from events.calendars import calendar
from events.calendars.calendar import Attendee, Mailbox, Method, Partstat
from events.card import Card, card
from events.publishing import changes
from events.publishing.changes import Times, Told
from events.series import queries as series_queries
from events.tables import Event
from events.view import EventView
from members import queries as members_queries
from members.letters.letters_wanted import REMINDERS, unsubscribe_address, wants
from members.letters.receivers import address_of
from members.tables import Person
from rsvps.letters import many
from rsvps.letters.many import Item
from rsvps.letters.series_changes import title_for
from rsvps.letters.writing import until_end
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


@letter("volunteers/series_changed", until=until_end)
async def series_changed(
    series: int, person: int, moves: list[int], cancelled: list[int], back: Sequence[int] = ()
) -> Letter | None:
    """What has become of all that somebody has signed up for, as several gatherings of a series moved, are off or on
    again."""
    reader = await members_queries.person_by_id(person)
    known = await series_queries.series_by_id(series)
    if reader is None or known is None:
        return None
    to = await address_of(reader, known.community)
    with speaking(to.reads):
        items = await moved_along(reader, moves, cancelled, back)
        if not items:
            return None
        zones = {zone for item in items for zone in item.zones}
        same = many.same_for_all(items)
        context = {
            "title": await title_for(reader, series, items),
            "lines": many.lines(items, zones=zones, besides=same),
            "same": same,
            "zone": many.told_once(zones),
            "reasons": many.reasons(items),
            **many.what_has_become(items),
            "event": many.last(items),
        }
    return Letter(to=to, context=context, **many.calendars(items))


async def moved_along(
    person: Person, moves: Sequence[int], cancelled: Sequence[int], back: Sequence[int]
) -> list[Item]:
    """The shifts of somebody that move along with these changes (`moves`), are not needed any more, or are again.

    As far as they may know; each with its calendar part, in the language that is being spoken. Five queries at most.
    """
    sides = await events_queries.sides_of_changes(moves)
    shifts = await queries.shifts_at(person, [*(side.event for side in sides), *cancelled, *back])
    views = await access.views(person, {shift.event.id: shift.event for shift in shifts}.values())
    seen = {number: view for number, view in views.items() if view.takes_part}
    told = {each.event: each for each in await changes.told(moves, seen)}
    names = await queries.community_names({shift.event.community for shift in shifts})
    items = []
    for shift in (shift for shift in shifts if shift.event.id in seen):
        event = shift.event
        news = ShiftNews(shift, person, names[event.community])
        if event.status == "cancelled":
            items.append(_item(news, seen[event.id], None))
        elif event.status == "published" and event.id in back:
            items.append(_item(news, seen[event.id], None, back=True))
        elif event.status == "published" and event.id in told:
            items.append(_item(news, seen[event.id], told[event.id]))
    return items


def _item(news: ShiftNews, view: EventView, told: Told | None, *, back: bool = False) -> Item:
    shift = news.shift
    method: Method = "REQUEST" if told or back else "CANCEL"
    return Item(
        shift.event,
        Times(shift.local_start, shift.local_end, shift.event.zone),
        shift.title,
        absolute("volunteers:volunteers", event=shift.event.public_id),
        replace(told, before=_hours(shift, told.before), after=_hours(shift, told.after)) if told else None,
        back,
        CalendarPart(method, _calendar(news, view, method)),
    )


def _hours(shift: Shift, of_event: Times) -> Times:
    """A shift's hours when its gathering is or was then: as far from its start on the wall clock as they are now."""
    starts = of_event.starts + (shift.local_start.replace(tzinfo=None) - _wall_start(shift.event))
    return Times(starts, starts + (shift.ends_at - shift.starts_at), of_event.zone)


def _wall_start(event: Event) -> datetime:
    return event.local_start.replace(tzinfo=None)


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
