"""What my status is, in words, in every state. Pure."""

from datetime import datetime, timedelta

from events.tables import Event
from rsvps.seating import guests
from rsvps.seating.waitlist import MOST_SKIPS
from rsvps.status.states import COMING, Situation, State
from server.presentation import clock_time, in_zone, long_date, plural, zone_name

HistoryStep = tuple[str, str]  # heading, sentence


def told(at: Situation) -> HistoryStep:
    """The heading, and the sentence below it."""
    if at.event.status == "cancelled":
        return "It does not take place", ""
    if at.event.over_at <= at.now:
        return _WAS.get(at.state, "It is over"), ""
    if at.state in COMING:
        return "You are going", _coming(at)
    if at.window and at.state in {"none", "asked", "invited"}:
        return ("You are invited" if at.state == "invited" else _not_now(at)), ""
    if at.state in {"asked", "held"}:
        return "Is this your answer?", _asked(at)
    if at.state == "waiting":
        return f"You are number {at.place} in line", _waiting(at)
    if at.state == "offered":
        return "A seat is free for you", _offer(at)
    if at.state == "none":
        return _will_you_come(at)
    return _SAID[at.state]


def until(at: Situation) -> str:
    """When the seat that is held for them is passed on."""
    assert at.rsvp
    return moment(at.rsvp.offer_until, at.event.zone, at.now)


def moment(moment: datetime, zone: str, now: datetime) -> str:
    """A moment on a zone's clock: today "20:40, Berlin time", another day with its date."""
    local = in_zone(moment, zone)
    day = "" if local.date() == in_zone(now, zone).date() else f"{long_date(local)}, "
    return f"{day}{clock_time(local)}, {zone_name(zone)}"


def turn(event: Event, now: datetime) -> str:
    """What happens when it is somebody's turn: a seat at once, or the question whether they still wish for it."""
    hours = event.policy.asks_first
    if hours and event.starts_at - now <= timedelta(hours=hours):
        return "When it is your turn, we write to you and keep the seat for a while: one press takes it."
    at_once = "When it is your turn, the seat is yours at once and we write to you."
    if not hours:
        return at_once
    return f"{at_once} In the last {plural(hours, 'hour')} before the start we ask you first."


_WAS: dict[State, str] = {
    "going": "You were going",
    "given": "You were going",
    "maybe": "You said maybe",
    "declined": "You could not come",
    "waiting": "You waited for a seat",
}

_SAID: dict[State, HistoryStep] = {
    "maybe": ("You may come", "No seat is kept for you yet."),
    "declined": ("You can’t come", "If that changes, just answer again."),
    "turned down": (
        "The hosts could not take you this time",
        "They can still change their mind, and we would write to you.",
    ),
    "requested": (
        "You have asked to come",
        "The hosts decide, and we write to you. No seat is kept for you yet.",
    ),
    "invited": ("You are invited", "Will you come?"),
    "passed on": (
        "The seat is not kept for you any more",
        "It goes to the next in line, and nobody minds. If you still want to come, answer again.",
    ),
    "withdrawn": ("You took your answer back", "If your plans change, just answer again."),
    "taken off": ("You are not on the list any more", "Your answer was taken back for you."),
}


def _not_now(at: Situation) -> str:
    opens = at.event.policy.answers_open_at
    return "Answers are not open yet" if opens and at.now < opens else "Answers are closed"


def _coming(at: Situation) -> str:
    given = (
        "The hosts have put you on the list. If that does not suit you, say so here. "
        if at.state == "given"
        else ""
    )
    where = {True: " You join the call.", False: " You come to the room."}[at.online] if at.hybrid else ""
    return f"{given}{_party(at)}{where}"


def _party(at: Situation) -> str:
    friends = plural(at.guests, "guest")
    if at.left(online=at.online) is None:
        return f"With {friends}. See you there." if at.guests else "See you there."
    return f"You and {friends}: {at.guests + 1} seats are kept." if at.guests else "Your seat is kept."


def once_confirmed(at: Situation) -> str:
    """What becomes of a yes that was typed, where it is no seat at once; empty otherwise."""
    if at.rsvp is None or at.rsvp.wanted != "going" or at.state == "held":
        return ""
    if at.has_to_ask:
        return "The hosts look at every answer: they will be asked."
    left = at.left(online=at.online)
    return (
        "There is no seat free just now: you will be in line."
        if left is not None and left <= at.guests
        else ""
    )


def _asked(at: Situation) -> str:
    assert at.rsvp
    then = once_confirmed(at)
    coming = "You would like to come" if then else "You are going"
    wish = {"going": coming, "maybe": "You may come"}.get(at.rsvp.wanted, "You can’t come")
    party = f", with {plural(at.guests, 'guest')}" if at.guests else ""
    seats = "Seats are" if at.guests else "A seat is"
    held = f" {seats} held for you until {until(at)}." if at.state == "held" else ""
    return f"“{wish}{party}.” It counts once you press a button here.{held or f' {then}'}".rstrip()


def _waiting(at: Situation) -> str:
    if guests.too_many(at.event, at.guests, online=at.online):
        seats = plural(guests.seats_in_all(at.event, online=at.online) or 0, "seat")
        return f"There are {seats} in all, not enough for the {at.guests + 1} of you. With fewer, it can be your turn."
    return " ".join([*_skips(at), turn(at.event, at.now)])


def _skips(at: Situation) -> list[str]:
    assert at.rsvp
    skipped, chairs = at.rsvp.skipped, at.rsvp.chairs
    if not skipped:
        return []
    if skipped >= MOST_SKIPS:
        return [f"Free seats are now kept for you, until there are enough for all {chairs} of you."]
    who = "One smaller party has" if skipped == 1 else "Two smaller parties have"
    return [
        f"{who} got seats before you, because there was not enough room for {chairs}. "
        f"After {MOST_SKIPS} times nobody passes you."
    ]


def _offer(at: Situation) -> str:
    party = f"Seats for all {at.guests + 1} of you are" if at.guests else "It is"
    return f"{party} kept until {until(at)}. If you do not press, it goes to the next in line; nobody minds."


def _will_you_come(at: Situation) -> HistoryStep:
    if at.has_to_ask:
        return "Would you like to come?", "The hosts decide who gets a seat."
    lefts = [at.left(online=online) for online in ((False, True) if at.hybrid else (False,))]
    if any(left != 0 for left in lefts):
        return "Will you come?", ""
    if any(pool.reserving for pool in at.event.pools):
        return (
            "There is a waiting list",
            "Free seats are being kept for a larger group that has waited a long time. You can join the list.",
        )
    return (
        "Every seat is taken",
        "You can wait for one: whoever has waited longest gets the next free seat.",
    )
