"""Plus-ones: the host says how many, each takes a chair, and a party is never split. Pure."""

from events.tables import Event
from rsvps.seating.room import Party, Room
from server.errors import Refusal
from server.languages.messages import Text, Words, _, ngettext, npgettext

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
        raise TooManyGuests(_up_to(most))


def _up_to(most: int) -> Words:
    if not most:
        return _("This gathering is for you alone: guests cannot be brought.")
    return ngettext(
        "You can bring up to %(num)s guest to this gathering.",
        "You can bring up to %(num)s guests to this gathering.",
        most,
    )


def name_faults(names: str, guests: int) -> Text:
    """What is wrong with the names of this many guests, one per line, in a sentence; empty when nothing is."""
    lines = names.split("\n") if names else []
    if too_long := next((name for name in lines if len(name) > LONGEST_NAME), None):
        return _(
            "“%(name)s…” is long for a name. Please keep each under %(most)s letters.",
            name=too_long[:20],
            most=LONGEST_NAME,
        )
    return _more_named(len(lines), guests) if len(lines) > guests else ""


def _more_named(named: int, guests: int) -> Words:
    if not guests:
        return ngettext(
            "You named %(num)s guest and bring nobody. Please choose how many come with you.",
            "You named %(num)s guests and bring nobody. Please choose how many come with you.",
            named,
        )
    # Translators: "only" is a piece of another message: "only 2 guests"
    return ngettext(
        "You named %(num)s guest and bring %(only)s. Please choose how many come with you.",
        "You named %(num)s guests and bring %(only)s. Please choose how many come with you.",
        named,
        # Translators: what somebody brings, within "You named 3 guests and bring only 2 guests."
        only=npgettext("what somebody brings", "only %(num)s guest", "only %(num)s guests", guests),
    )


def check_chairs(free: int, more: int) -> None:
    """Raises NoChairForGuests if a party that holds seats cannot grow by this many; its seats stay as they are."""
    if more > free:
        raise NoChairForGuests(_not_enough(free, more))


def _not_enough(free: int, more: int) -> Words:
    if not free:
        return ngettext(
            "There is no seat left, not enough for %(num)s more guest. Your own answer stands as it was.",
            "There is no seat left, not enough for %(num)s more guests. Your own answer stands as it was.",
            more,
        )
    # Translators: "guests" is a piece of another message: "2 more guests"
    return ngettext(
        "There is %(num)s seat left, not enough for %(guests)s. Your own answer stands as it was.",
        "There are %(num)s seats left, not enough for %(guests)s. Your own answer stands as it was.",
        free,
        # Translators: whom seats are not enough for, within "There is 1 seat left, not enough for 2 more guests."
        guests=npgettext("not enough for", "%(num)s more guest", "%(num)s more guests", more),
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
