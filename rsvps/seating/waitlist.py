"""The line: freed and added chairs go to whoever has waited longest. Pure.

A party is passed over only while it does not fit, and keeps its place; so a smaller one behind it, or a newcomer,
takes a chair that is too little for it. Three times: then nobody passes any more, and chairs that come free are
saved until the party fits. For a party of more than all seats nothing is counted or saved: it can come with fewer.
Shortly before the start a chair is offered for a while, not given: people have plans.

Chairs that are kept for newcomers go to them alone, so that two lines stand in one: each kind in its own order. A
newcomer who takes kept chairs passes over no regular, and no regular who has been passed over holds them up.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from rsvps.seating.room import Party, Room
from server.presentation import in_zone

MOST_SKIPS = 3

SHORTEST_OFFER = timedelta(minutes=15)
LONGEST_OFFER = timedelta(hours=2)
NIGHT = (22, 9)  # Who is offered a seat between these hours has until ten in the morning.
TO_GET_READY = timedelta(hours=2)


def place_of(room: Room, party: Party) -> int:
    """Somebody's place in line; behind everybody if they do not wait."""
    return room.last + 1 if party.queued is None else party.queued


def fits(room: Room, party: Party, *, online: bool, place: int) -> bool:
    """Whether a party at this place in line can be seated: not with chairs that are reserved for those before it."""
    return party.chairs <= room.free_for(party.person, online) and not _held_back(
        room, online, place, kept=uses_kept(room, party, online, party.chairs)
    )


def uses_kept(room: Room, party: Party, online: bool, chairs: int) -> bool:
    """Whether a party that takes so many chairs takes none but those that are kept for newcomers."""
    return party.person in room.newcomers and chairs <= room.kept_now(online)


def seat_or_join(room: Room, party: Party, wished: Party) -> Party:
    """The party as it wishes to be, with its seats if it can have them; otherwise in line, where it is already."""
    if fits(room, wished, online=room.side(wished.online), place=place_of(room, party)):
        return wished
    place = room.next_place() if party.queued is None else party.queued
    return wished.with_("waitlisted", queued=place, skipped=party.skipped)


def settle(room: Room) -> None:
    """Seat all who wait and fit, oldest first. Costs nothing while no chair is free."""
    for online in room.lines():
        if room.free(online):
            _walk(room, online)


def note_pass(room: Room, before: Party, after: Party, *, kept: bool = False) -> None:
    """Count it to everybody who waits when somebody got seats in front of them; `kept` as for `Room.passed`."""
    side = room.side(after.online)
    had = before.held if room.side(before.online) == side else 0
    if after.held > had:
        room.passed(side, place_of(room, before), kept=kept)


def reserving(room: Room, online: bool) -> bool:
    """Whether free chairs of a pool are saved for a large party."""
    return room.free_for(None, online) > 0 and _held_back(room, online, room.last + 1)


def offered_until(
    now: datetime, *, starts_at: datetime, over_at: datetime, zone: str, asks_first: int
) -> datetime | None:
    """Until when a seat that comes free now is offered; None while it is simply given. `asks_first` in hours."""
    left = starts_at - now
    if left > timedelta(hours=asks_first) or not asks_first:
        return None
    until = now + min(max(left / 4, SHORTEST_OFFER), LONGEST_OFFER)
    morning = _morning_after(in_zone(until, zone))
    if morning and morning <= starts_at - TO_GET_READY:
        return morning
    return min(until, over_at)


def _walk(room: Room, online: bool) -> None:
    left_waiting: list[int] = []
    for party in room.line(online):
        kept = uses_kept(room, party, online, party.chairs)
        fits_now = party.chairs <= room.free_for(party.person, online)
        if fits_now and not _stands_before(room, left_waiting, kept=kept):
            room.move(_promoted(room, party), by=None)
            if left_waiting:
                room.passed(online, place_of(room, party), kept=kept)
        else:
            left_waiting.append(party.person)
        if not room.free(online) or (not room.kept and _stands_before(room, left_waiting)):
            return


def _held_back(room: Room, online: bool, place: int, *, kept: bool = False) -> bool:
    before = [p.person for p in room.line(online) if place_of(room, p) < place]
    return _stands_before(room, before, kept=kept)


def _stands_before(room: Room, people: Iterable[int], *, kept: bool = False) -> bool:
    """Whether one of these may not be passed any more; with `kept` chairs only newcomers are passed."""
    return any(
        _is_next(room, room.parties[person]) and (not kept or person in room.newcomers) for person in people
    )


def _is_next(room: Room, party: Party) -> bool:
    """Whether nobody may pass a party any more."""
    return party.skipped >= MOST_SKIPS and room.could_seat(party)


def _promoted(room: Room, party: Party) -> Party:
    """What the first in line becomes."""
    if room.offered_until:
        return party.with_("offered", offer_until=room.offered_until)
    return party.with_("going")


def _morning_after(local: datetime) -> datetime | None:
    begins, ends = NIGHT
    if ends <= local.hour < begins:
        return None
    day = local + timedelta(days=1) if local.hour >= begins else local
    return day.replace(hour=ends + 1, minute=0, second=0, microsecond=0).astimezone(UTC)
