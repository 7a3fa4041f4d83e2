"""Where somebody stands and what happens if they press this, in words. Pure."""

from dataclasses import dataclass
from datetime import datetime

from events.tables import Event
from rsvps import guests
from rsvps.deciding import closed
from rsvps.tables import Rsvp
from server.presentation import clock_time, in_zone, plural, zone_name

Option = tuple[str, str, str]  # value, label, icon

GOING: Option = ("going", "Going", "calendar-check")
MAYBE: Option = ("maybe", "Maybe", "circle-help")
DECLINED: Option = ("declined", "Can’t come", "calendar-x")
WAIT: Option = ("going", "Wait for a seat", "clock")
WAITING: Option = ("going", "Waiting", "clock")

ANY_TIME = "You can change your answer at any time."


@dataclass(frozen=True)
class Status:
    """One person's standing with one event, ready to be shown.

    `heading` and `sentence` say what is, `hint` what pressing does. `fewer` is with how many guests a waiting
    party could come at once. `closed` says why nothing can be pressed.
    """

    heading: str
    sentence: str
    hint: str
    chosen: str
    options: tuple[Option, ...]
    guests: int
    most_guests: int
    fewer: int | None = None
    closed: str = ""
    may_withdraw: bool = False


def status(event: Event, rsvp: Rsvp | None, place: int | None, now: datetime) -> Status:
    """All of it, for the event page and the page behind a link."""
    state = _state(rsvp, now)
    heading, sentence = _what_is(event, rsvp, place, state)
    waits = state == "waitlisted"
    return Status(
        heading=heading,
        sentence=sentence,
        hint=_what_if(event, state),
        chosen="going" if waits else state if state in {"going", "maybe", "declined"} else "",
        options=_options(event, rsvp, state),
        guests=rsvp.guests if rsvp else 0,
        most_guests=max(event.guests_allowed, rsvp.guests if rsvp else 0),
        fewer=guests.fewer(event.seats_left, rsvp.guests) if rsvp and waits else None,
        closed=closed(event.status, over=event.over_at <= now),
        may_withdraw=state in {"going", "maybe", "waitlisted"},
    )


def said(rsvp: Rsvp, place: int | None) -> str:
    """What has just happened, for the notice above the next page."""
    party = f" with {plural(rsvp.guests, 'guest')}" if rsvp.guests else ""
    return {
        "going": f"You are going{party}. See you there.",
        "maybe": "Noted: you may come. No seat is kept for you yet.",
        "declined": "Noted: you can’t come. Thank you for saying so.",
        "waitlisted": f"Every seat is taken. You are number {place} in line, and we write to you when it is your turn.",
        "withdrawn": "Your answer is taken back.",
    }.get(rsvp.status, "Noted.")


def label(rsvp_status: str, *, confirmed: bool = True) -> str:
    """A status in a word or two, for lists."""
    if not confirmed and rsvp_status == "offered":
        return "Not confirmed yet"
    return {
        "invited": "Invited",
        "going": "Going",
        "maybe": "Maybe",
        "declined": "Can’t come",
        "requested": "Asked to come",
        "waitlisted": "Waiting",
        "offered": "Seat offered",
        "withdrawn": "Took it back",
    }[rsvp_status]


def _state(rsvp: Rsvp | None, now: datetime) -> str:
    """The status, as it will be once lapsed offers are taken back; `asked` for what was typed and not confirmed."""
    if rsvp is None:
        return ""
    if rsvp.status == "offered" and rsvp.offer_until <= now:
        return "asked"
    return "asked" if rsvp.status == "invited" and rsvp.asked else str(rsvp.status)


def _what_is(event: Event, rsvp: Rsvp | None, place: int | None, state: str) -> tuple[str, str]:
    if state == "going":
        return "You are going", _party(event, rsvp)
    if state == "maybe":
        return "You may come", "No seat is kept for you yet."
    if state == "declined":
        return "You can’t come", "Should that change, just answer again."
    if state == "withdrawn":
        return "You took your answer back", "Should your plans change, just answer again."
    if state == "waitlisted":
        return (
            f"You are number {place} in line",
            "When it is your turn, the seat is yours at once and we write to you.",
        )
    if state in {"asked", "offered"} and rsvp:
        return "Is this your answer?", _asked(event, rsvp, state)
    if state == "invited":
        return "You are invited", "Will you come?"
    if event.seats_left == 0:
        return (
            "Every seat is taken",
            "You can wait for one: whoever has waited longest gets the next free seat.",
        )
    return "Will you come?", ""


def _party(event: Event, rsvp: Rsvp | None) -> str:
    if event.seats_left is None:
        return (
            f"With {plural(rsvp.guests, 'guest')}. See you there."
            if rsvp and rsvp.guests
            else "See you there."
        )
    if rsvp is None or not rsvp.guests:
        return "Your seat is kept."
    return f"You and {plural(rsvp.guests, 'guest')}: {plural(rsvp.chairs, 'seat')} are kept."


def _asked(event: Event, rsvp: Rsvp, state: str) -> str:
    wish = {"going": "You are going", "maybe": "You may come"}.get(rsvp.wanted, "You can’t come")
    party = f", with {plural(rsvp.guests, 'guest')}" if rsvp.guests else ""
    until = ""
    if state == "offered":
        local = in_zone(rsvp.offer_until, event.zone)
        until = f" A seat is held for you until {clock_time(local)}, {zone_name(event.zone)}."
    return f"“{wish}{party}.” It counts once you press a button here.{until}"


def _what_if(event: Event, state: str) -> str:
    counted = event.seats is not None
    if state == "going":
        again = "To bring others, choose how many and press Going again. " if event.guests_allowed else ""
        return again + ("Another answer frees your seat for somebody else at once." if counted else ANY_TIME)
    if state == "waitlisted":
        return "Waiting binds you to nothing. Another answer takes you out of the line."
    if state == "offered" or not counted:
        return ANY_TIME
    if event.seats_left == 0:
        return "Waiting binds you to nothing, and you can change your answer at any time."
    return f"Going takes a seat at once, maybe takes none. {ANY_TIME}"


def _options(event: Event, rsvp: Rsvp | None, state: str) -> tuple[Option, ...]:
    if state == "waitlisted":
        return WAITING, MAYBE, DECLINED
    full = event.seats_left == 0 and state not in {"going", "offered"}
    options = (WAIT if full else GOING, MAYBE, DECLINED)
    if rsvp and state in {"asked", "offered"}:
        return tuple(_confirming(option) if option[0] == rsvp.wanted else option for option in options)
    return options


def _confirming(option: Option) -> Option:
    value, label, icon = option
    return value, f"Yes: {label[0].lower()}{label[1:]}", icon
