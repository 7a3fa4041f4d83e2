"""What my status is, in words, in every state. Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

from events.tables import Event
from rsvps.states import COMING, HOLDING, State
from rsvps.tables import Rsvp
from rsvps.waitlist import MOST_SKIPS
from server.presentation import clock_time, in_zone, long_date, plural, zone_name

Told = tuple[str, str]  # heading, sentence


class Situation(NamedTuple):
    """All that the words depend on. `window` says why nobody new can say yes; empty while they can.

    `place` is theirs in line, from 1. `stranger`: nobody is signed in, so that a letter has to be confirmed first.
    """

    event: Event
    rsvp: Rsvp | None
    state: State
    now: datetime
    window: str = ""
    place: int | None = None
    stranger: bool = False

    @property
    def online(self) -> bool:
        """The side that they are on, or would be."""
        return bool(self.hybrid and self.rsvp and self.rsvp.online)

    @property
    def hybrid(self) -> bool:
        """Whether there is a room and a call."""
        return bool(self.event.mode == "hybrid")

    @property
    def guests(self) -> int:
        """How many they would bring."""
        return int(self.rsvp.guests) if self.rsvp else 0

    @property
    def most_guests(self) -> int:
        """How many they could bring."""
        return self.guests if self.window else max(int(self.event.guests_allowed), self.guests)

    @property
    def has_to_ask(self) -> bool:
        """Whether a host accepts them before they get a seat."""
        if not self.event.approval or self.state in {*HOLDING, "waiting"}:
            return False
        return not (self.rsvp and (self.rsvp.approved_at or self.rsvp.invited_at))

    @property
    def saving(self) -> bool:
        """Whether free seats of their side are kept for a party that was passed over too often."""
        return bool(self.event.online_saving if self.online else self.event.saving)

    @property
    def free_now(self) -> int | None:
        """Chairs of their side that they could have at once, if they were fewer.

        Seats that are kept for others are not among them; the first in line has nobody before them to be kept for.
        """
        seats, taken = (
            (self.event.online_seats, self.event.online_taken)
            if self.online
            else (self.event.seats, self.event.taken)
        )
        if self.saving and self.place == 1 and seats is not None:
            return max(seats - taken, 0)
        return self.left(online=self.online)

    def left(self, *, online: bool) -> int | None:
        """Chairs that they could have on a side; None without a limit."""
        return self.event.left(online=online)


def told(at: Situation) -> Told:
    """The heading, and the sentence below it."""
    if at.event.status == "cancelled":
        return "It does not take place", ""
    if at.event.over_at <= at.now:
        return _WAS.get(at.state, "It is over"), ""
    if at.state in COMING:
        return "You are going", _coming(at)
    if at.window and at.state in {"asked", "invited"}:
        return ("You are invited" if at.state == "invited" else "Answers are not taken just now"), ""
    if at.state in {"asked", "held"}:
        return "Is this your answer?", _asked(at)
    if at.state == "waiting":
        return f"You are number {at.place} in line", " ".join([*_skips(at), turn(at.event, at.now)])
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
    hours = event.asks_first
    if hours and event.starts_at - now <= timedelta(hours=hours):
        return "When it is your turn, we write to you and keep the seat for a while: one press takes it."
    at_once = "When it is your turn, the seat is yours at once and we write to you."
    if not hours:
        return at_once
    return f"{at_once} In the last {plural(hours, 'hour')} before the start we ask you first."


_WAS: dict[State, str] = {
    "going": "You were going",
    "given": "You were going",
    "maybe": "You thought of coming",
    "declined": "You could not come",
    "waiting": "You waited for a seat",
}

_SAID: dict[State, Told] = {
    "maybe": ("You may come", "No seat is kept for you yet."),
    "declined": ("You can’t come", "Should that change, just answer again."),
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
        "The seat went to the next in line",
        "Nobody minds. Should you still wish to come, ask again.",
    ),
    "withdrawn": ("You took your answer back", "Should your plans change, just answer again."),
    "taken off": ("You are not on the list any more", "Your answer was taken back for you."),
}


def _coming(at: Situation) -> str:
    given = (
        "A host has put you on the list. If it does not suit you, say so here. "
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


def _asked(at: Situation) -> str:
    assert at.rsvp
    wish = {"going": "You are going", "maybe": "You may come"}.get(at.rsvp.wanted, "You can’t come")
    party = f", with {plural(at.guests, 'guest')}" if at.guests else ""
    held = f" A seat is held for you until {until(at)}." if at.state == "held" else ""
    return f"“{wish}{party}.” It counts once you press a button here.{held}"


def _skips(at: Situation) -> list[str]:
    assert at.rsvp
    skipped, chairs = at.rsvp.skipped, at.rsvp.chairs
    if not skipped:
        return []
    if skipped >= MOST_SKIPS:
        return [f"Free seats are now kept for you, until there are enough for all {chairs} of you."]
    times = "Once" if skipped == 1 else "Twice"
    return [
        f"{times} a smaller party got a seat before you, because there was not enough room for {chairs}. "
        f"After {MOST_SKIPS} times nobody passes you."
    ]


def _offer(at: Situation) -> str:
    party = f"Seats for all {at.guests + 1} of you are" if at.guests else "It is"
    return f"{party} kept until {until(at)}. If you do not press, it goes to the next in line; nobody minds."


def _will_you_come(at: Situation) -> Told:
    if at.has_to_ask:
        return "Would you like to come?", "The hosts look at every answer before there is a seat."
    lefts = [at.left(online=online) for online in ((False, True) if at.hybrid else (False,))]
    if any(left != 0 for left in lefts):
        return "Will you come?", ""
    if at.event.saving or (at.hybrid and at.event.online_saving):
        return (
            "There is a line just now",
            "Free seats are being kept for a party that has waited long. You can join the line.",
        )
    return (
        "Every seat is taken",
        "You can wait for one: whoever has waited longest gets the next free seat.",
    )
