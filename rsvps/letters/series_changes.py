"""The letters about several gatherings of a series that have moved, are called off or on again at once: one a person.

Packages to the right say what of theirs moves along (`besides`), so that nobody who also helps gets a second letter.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from events import access
from events.calendars.calendar import Method
from events.publishing import changes as event_changes
from events.publishing.changes import Told
from events.series import queries as series_queries
from events.series.access import as_gathering
from events.view import EventView
from members import queries as members_queries
from members.letters.letters_wanted import ORGANISERS, unsubscribe_address, wants
from members.letters.receivers import address_of
from members.tables import Person
from rsvps.letters import links, many, writing
from rsvps.letters.many import Item
from rsvps.letters.writing import until_end
from rsvps.status import queries as status_queries
from rsvps.status.access import view_of
from rsvps.status.queries import Answered
from server.languages.language import speaking
from server.languages.messages import Text, Words, pgettext
from server.mail import Letter, letter

# (person, changes, cancelled, back) -> what is to be told to them besides, in the language that is being spoken.
besides: list[Callable[[Person, Sequence[int], Sequence[int], Sequence[int]], Awaitable[Sequence[Item]]]] = []

_NOTES: dict[str, Words] = {
    "going": pgettext("my answer", "Going"),
    "maybe": pgettext("my answer", "Maybe"),
    # Translators: how a reader has answered, in a letter
    "waitlisted": pgettext("my answer", "On the waiting list"),
    "offered": pgettext("my answer", "A seat is kept for you"),
    "requested": pgettext("my answer", "Asked to come"),
    "invited": pgettext("my answer", "Invited"),
}


@letter("rsvps/series_changed", until=until_end)
async def series_changed(
    series: int, rsvps: list[int], changes: list[int], cancelled: list[int], back: Sequence[int] = ()
) -> Letter | None:
    """What has become of the gatherings that somebody has answered to (`rsvps`); with a part for the calendar each.

    `changes`, `cancelled` and `back` are all of what has moved, is off or on again, also where they only help.
    """
    found = await status_queries.answered_all(rsvps)
    if not found:
        return None
    person, community = found[0].person, found[0].event.community
    seen = [one for one in found if not one.rsvp.silent or await _may_hear(one)]
    to = await address_of(person, community)
    with speaking(to.reads):
        items = await _items(seen, changes, back)
        more = [item for each in besides for item in await each(person, changes, cancelled, back)]
        if not items and not more:
            return None
        context = await _context(series, person, items, more)
    return Letter(to=to, context=context, **many.calendars([*items, *more]))


@letter("rsvps/series_changed_for_invited", until=until_end)
async def series_changed_for_invited(
    series: int, rsvps: list[int], changes: list[int], _cancelled: list[int], back: Sequence[int] = ()
) -> Letter | None:
    """The same to somebody who is invited to them and has answered none. Nothing is in their calendar yet."""
    found = [
        one for one in await status_queries.answered_all(rsvps) if one.rsvp.silent and await _may_hear(one)
    ]
    if not found:
        return None
    person = found[0].person
    to = await address_of(person, found[0].event.community)
    with speaking(to.reads):
        items = await _items(found, changes, back)
        if not items:
            return None
        context = await _context(series, person, items, [])
    leaves = unsubscribe_address(person.id, ORGANISERS)
    return Letter(to=to, context=context, unsubscribe=leaves, kind=ORGANISERS)


async def title_for(person: Person, series: int, items: Sequence[Item]) -> Text:
    """What a series is called, to whoever may see it; else as the first of the gatherings they are told of is."""
    known = await series_queries.series_by_id(series)
    if known:
        pattern = await series_queries.pattern_of(series)
        if (await access.view(person, as_gathering(known, pattern))).sees_it:
            return pattern.title
    return items[0].event.title


async def _may_hear(found: Answered) -> bool:
    """Whether somebody who is silent wants such letters, and no block is between them and who invited them."""
    inviter = found.rsvp.invited_by
    if not inviter or await members_queries.are_blocked(inviter, found.person.id):
        return False
    return await wants(found.person.id, ORGANISERS)


async def _items(found: Sequence[Answered], changes: Sequence[int], back: Sequence[int]) -> list[Item]:
    """Those that their reader takes part in, soonest first; without what they may not know of. One query."""
    views = {one.event.id: await view_of(one) for one in found}
    seen = [one for one in found if views[one.event.id].takes_part]
    told = {each.event: each for each in await event_changes.told(changes, views)}
    items = []
    for one in seen:
        on = one.event.status == "published"
        moved, returns = told.get(one.event.id) if on else None, on and one.event.id in back
        if moved or returns or one.event.status == "cancelled":
            items.append(_item(one, views[one.event.id], moved, back=returns))
    return items


def _item(found: Answered, view: EventView, moved: Told | None, *, back: bool) -> Item:
    method: Method = "REQUEST" if moved or back else "CANCEL"
    return Item(
        found.event,
        many.of_event(found.event),
        _note(found) if moved or back else "",
        links.address(found.rsvp, found.event),
        None if back else moved,
        back,
        writing.calendar_part(found, view, method) if writing.has_calendar(found, method) else None,
    )


def _note(found: Answered) -> Text:
    return _NOTES.get(found.rsvp.status, pgettext("my answer", "Answered"))


async def _context(
    series: int, person: Person, items: Sequence[Item], more: Sequence[Item]
) -> dict[str, Any]:
    every = [*items, *more]
    same = many.same_for_all(items)
    zones = {zone for item in every for zone in item.zones}
    return {
        "title": await title_for(person, series, every),
        "lines": many.lines(items, zones=zones, besides=same),
        "shifts": many.lines(many.of_these_alone(more, items), zones=zones, besides=same),
        "same": same,
        "zone": many.told_once(zones),
        "reasons": many.reasons(every),
        "in_calendar": any(item.calendar for item in every),
        **many.what_has_become(items or more),
        "event": many.last(every),
    }
