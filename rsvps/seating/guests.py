"""Plus-ones: the host says how many, each takes a chair, and a party is never split. Pure."""

from events.tables import Event
from rsvps.seating.room import Party, Room
from server.errors import Refusal
from server.presentation import plural

MOST_GUESTS = 20
LONGEST_NAME = 60  # characters of one guest's


class TooManyGuests(Refusal):
    """More guests than the host allows."""

    field = "guests"


class NoChairForGuests(Refusal):
    """Somebody who has a seat wants to bring more people than there are chairs left."""

    field = "guests"
    status = 409


def check(room: Room, party: Party, guests: int) -> None:
    """Raises TooManyGuests. Whoever was allowed more when they answered keeps them."""
    most = max(room.guests_allowed, party.guests)
    if guests > most:
        raise TooManyGuests(
            f"You can bring up to {plural(most, 'guest')} to this gathering."
            if most
            else "This gathering is for you alone: guests cannot be brought."
        )


def name_faults(names: str, guests: int) -> str:
    """What is wrong with the names of this many guests, one per line, in a sentence; empty when nothing is."""
    lines = names.split("\n") if names else []
    if too_long := next((name for name in lines if len(name) > LONGEST_NAME), None):
        return f"“{too_long[:20]}…” is long for a name. Please keep each under {LONGEST_NAME} letters."
    if len(lines) > guests:
        party = f"only {plural(guests, 'guest')}" if guests else "nobody"
        return f"You named {plural(len(lines), 'guest')} and bring {party}. Please choose how many come with you."
    return ""


def check_chairs(free: int, more: int) -> None:
    """Raises NoChairForGuests if a party that holds seats cannot grow by this many; its seats stay as they are."""
    if more > free:
        left = f"are {free} seats" if free > 1 else "is 1 seat" if free else "is no seat"
        raise NoChairForGuests(
            f"There {left} left, not enough for {plural(more, 'more guest')}. Your own answer stands as it was."
        )


def seats_in_all(event: Event, *, online: bool) -> int | None:
    """How many chairs a side of an event has, taken or not; None without a limit."""
    seats: int | None = event.pool(online=online).seats
    return seats


def too_many(event: Event, guests: int, *, online: bool) -> bool:
    """Whether a party is larger than its whole side, so that no seat that comes free is ever enough for it."""
    seats = seats_in_all(event, online=online)
    return seats is not None and 1 + guests > seats


def named(names: str, guests: int) -> str:
    """As many of the names, one per line, as there are guests."""
    return "\n".join(names.split("\n")[:guests])


def fewer(free: int | None, party_guests: int) -> int | None:
    """With how many guests a waiting party could come at once; None when it could not come even alone."""
    if free is None:
        return party_guests
    return min(free - 1, party_guests) if free > 0 else None
