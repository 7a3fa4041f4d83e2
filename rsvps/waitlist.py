"""The line: freed and added chairs go to whoever has waited longest. Pure.

A party is passed over only while it does not fit, and keeps its place. So there is one rule for everybody:
who wants to come stands in line, and the line is walked from its head; the walk below is also why a newcomer
takes a chair that is too little for a larger party ahead of them.
"""

from rsvps.room import Party, Room


def join(room: Room, party: Party) -> Party:
    """The party in line: at its end, or where it stands already."""
    place = party.queued if party.queued is not None else room.next_place()
    return party.with_("waitlisted", queued=place)


def settle(room: Room) -> None:
    """Seat all who wait and fit, oldest first. Costs nothing while no chair is free."""
    if room.free == 0:
        return
    for party in room.line():
        if room.free == 0:
            return
        if party.chairs <= room.free:
            room.move(promoted(party), by=None)


def promoted(party: Party) -> Party:
    """What the first in line becomes."""
    return party.with_("going")
