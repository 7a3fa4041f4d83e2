"""What happens if I press this? Told before it is pressed, for every answer in every state. Pure.

Nothing here promises what `rules.decide` would not do: a test holds each sentence against it.
"""

from typing import NamedTuple

from rsvps.seating import guests
from rsvps.status.states import COMING, HOLDING, Situation, State
from server.presentation import plural


class Side(NamedTuple):
    """One of the two ways to take part of a hybrid event: what is there, and what going does there."""

    online: bool
    label: str
    note: str
    does: str


class Move(NamedTuple):
    """The way to the other side of a hybrid event: going again, with `online` turned round."""

    label: str
    hint: str


def does(at: Situation) -> dict[str, str]:
    """What each answer does, by its value."""
    return {
        "going": _going_does(at),
        "maybe": _without_seat(at, _tells_the_hosts(at)) if _loses(at) else _may_come(at),
        "declined": _without_seat(at, _tells_the_hosts(at)),
        "withdrawn": _without_seat(at, "It is as if you had given no answer."),
        "fewer": "Yours at once. You leave the line.",
    }


def fewer(at: Situation) -> int | None:
    """With how many guests a waiting party could come at once; None when it could not come even alone."""
    if at.state != "waiting":
        return None
    return guests.fewer(at.free_now, at.guests)


def sides(at: Situation) -> tuple[Side, ...]:
    """The room and the call of a hybrid event."""
    if not at.hybrid:
        return ()
    return tuple(
        Side(online, label, _what_is_there(at, online), _takes(at, online))
        for online, label in ((False, "In the room"), (True, "In the call"))
    )


def move(at: Situation) -> Move | None:
    """The way to the other side, for somebody who is going or waits; None where it would be refused."""
    if not at.hybrid or at.rsvp is None or at.state not in {*COMING, "waiting"}:
        return None
    label = "Come to the room instead" if at.online else "Join the call instead"
    left = at.left(online=not at.online)
    if left is None or left >= at.rsvp.chairs:
        gives = "" if at.state == "waiting" else ", and the one you have is free for others"
        return Move(label, f"There is a seat for you {_THERE[not at.online]}: it is yours at once{gives}.")
    if at.state == "waiting":
        return Move(label, f"You wait for a seat {_THERE[not at.online]} instead, and keep your place.")
    return None


_KEEPS: dict[State, str] = {"offered": "The seat is yours at once", "held": "The seat is yours"}
_THERE = {False: "in the room", True: "in the call"}


def _going_does(at: Situation) -> str:
    if not at.hybrid or at.state in {*HOLDING, "waiting"} or at.has_to_ask:
        return _takes(at, at.online)
    room, call = _takes(at, False), _takes(at, True)
    return room if room == call else f"In the room: {room} In the call: {call}"


def _takes(at: Situation, online: bool) -> str:
    """What going does on a side."""
    if at.state in HOLDING:
        return _keeps(at, online)
    if at.state == "waiting":
        return _waits_on(at, online)
    if at.has_to_ask and at.state == "requested":
        return "The hosts keep your request, and decide."
    if at.has_to_ask:
        return _once_confirmed(at, "Sends your request to the hosts, who decide. No seat is kept for it yet.")
    left = at.left(online=online)
    if left == 0:
        return _once_confirmed(at, "Puts you in line. You can leave it at any time.")
    return _once_confirmed(at, _a_seat(at, left))


def _a_seat(at: Situation, left: int | None) -> str:
    if at.stranger and left is not None:
        return _held(at, left)
    if left is None:
        return "Says that you are going."
    if not at.most_guests:
        return "Takes a seat at once."
    if at.most_guests < left:
        return "Takes a seat for each of you at once."
    return (
        f"Takes a seat for each of you at once, up to {left}. A larger group waits in line together."
        if left > 1
        else "Takes a seat at once, if you come alone. With guests you wait in line together."
    )


def _held(at: Situation, left: int) -> str:
    if at.most_guests < left:
        return "A seat is held for you for half an hour, until you confirm."
    return f"Seats are held for half an hour, until you confirm, if you are no more than {left}."


def _once_confirmed(at: Situation, sentence: str) -> str:
    """For a reader who is not signed in: what counts only once they have confirmed it."""
    if not at.stranger or sentence.startswith(("A seat is held", "Seats are held")):
        return sentence
    return f"{sentence} It counts once you confirm."


def _keeps(at: Situation, online: bool) -> str:
    left = at.left(online=online)
    if online != at.online:
        if left == 0:
            return "There is no seat for you just now; the one you have stays."
        most = "" if left is None or at.most_guests < left else f", if you are no more than {left}"
        return f"Moves you there at once{most}."
    keeps = _KEEPS.get(at.state, "You stay on the list")
    if at.most_guests <= at.guests:
        return f"{keeps}. You can still come with fewer." if at.window and at.guests else f"{keeps}."
    if left == 0:
        return f"{keeps}. Just now, there is no seat for more guests."
    keeps = f"{keeps}, with as many guests as you choose above."
    if left is None or left >= at.most_guests - at.guests:
        return keeps
    return f"{keeps} Just now, {plural(left, 'more guest')} can come."


def _waits_on(at: Situation, online: bool) -> str:
    if online != at.online:
        return _waits_there(at, at.left(online=online), _THERE[online])
    few = fewer(at)
    if few is None:
        return "Keeps your place in line."
    party = f"With up to {plural(few, 'guest')}" if few else "On your own"
    return f"Keeps your place in line. {party} you come at once, and leave it."


def _waits_there(at: Situation, left: int | None, there: str) -> str:
    if left == 0:
        return f"You wait for a seat {there} instead, and keep your place."
    if left is None or at.most_guests < left:
        return f"Takes a seat for each of you {there} at once."
    seats = f"Takes a seat for each of you {there} at once, up to {left}."
    return f"{seats} A larger group waits there instead, and keeps its place."


def _may_come(at: Situation) -> str:
    no_limit = at.left(online=False) is None and (not at.hybrid or at.left(online=True) is None)
    return _tells_the_hosts(at) if no_limit else f"{_tells_the_hosts(at)} No seat is kept."


def _tells_the_hosts(at: Situation) -> str:
    return "Tells the hosts, once you confirm." if at.stranger else "Tells the hosts."


def _without_seat(at: Situation, sentence: str) -> str:
    return f"{sentence} {_loses(at)}".strip()


def _loses(at: Situation) -> str:
    """What becomes of what they have, once they do not ask for a seat any more; empty if they have nothing."""
    counted = at.left(online=at.online) is not None
    return {
        "going": "Your seat is free for others at once." if counted else "",
        "given": "Your seat is free for others at once." if counted else "",
        "held": "The seat is not held any longer." if counted else "",
        "offered": "The seat goes to the next in line at once.",
        "waiting": "You leave the line.",
        "requested": "Your request is taken back.",
    }.get(at.state, "")


def _what_is_there(at: Situation, online: bool) -> str:
    left = at.left(online=online)
    if at.event.pool(online=online).reserving:
        return "Free seats are being kept for a larger group that has waited a long time"
    if left is None:
        return "No limit"
    return f"{plural(left, 'seat')} left" if left else "Every seat is taken"
