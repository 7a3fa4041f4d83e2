"""What happens if I press this? Told before it is pressed, for every answer in every state. Pure.

Nothing here promises what `rules.decide` would not do: a test holds each sentence against it.
"""

from typing import NamedTuple

from rsvps.seating import guests
from rsvps.status.states import COMING, HOLDING, Situation, State
from server.languages.messages import Text, Words, _, ngettext, pgettext, sentences


class Side(NamedTuple):
    """One of the two ways to take part of a hybrid event: what is there, and what going does there."""

    online: bool
    label: Words
    note: Words
    does: Text


class Move(NamedTuple):
    """The way to the other side of a hybrid event: going again, with `online` turned round."""

    label: Words
    hint: Words


# By whether it is the call.
SIDES = {
    # Translators: one of the two ways to take part of a gathering that has a room and a call
    False: pgettext("how one takes part", "In the room"),
    True: pgettext("how one takes part", "In the call"),
}


def does(at: Situation) -> dict[str, Text]:
    """What each answer does, by its value."""
    return {
        "going": _going_does(at),
        "maybe": _without_seat(at, _tells_the_hosts(at)) if _loses(at) else _may_come(at),
        "declined": _without_seat(at, _tells_the_hosts(at)),
        "withdrawn": _without_seat(at, _("It is as if you had given no answer.")),
        "fewer": _("Yours at once. You leave the line."),
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
        Side(online, label, _what_is_there(at, online), _takes(at, online)) for online, label in SIDES.items()
    )


def move(at: Situation) -> Move | None:
    """The way to the other side, for somebody who is going or waits; None where it would be refused."""
    if not at.hybrid or at.rsvp is None or at.state not in {*COMING, "waiting"}:
        return None
    label = _("Come to the room instead") if at.online else _("Join the call instead")
    left = at.left(online=not at.online)
    if left is None or left >= at.rsvp.chairs:
        return Move(label, _moves_at_once(at))
    return Move(label, _WAITS_INSTEAD[not at.online]) if at.state == "waiting" else None


def _moves_at_once(at: Situation) -> Words:
    if at.state == "waiting":
        return (
            _("There is a seat for you in the room: it is yours at once.")
            if at.online
            else _("There is a seat for you in the call: it is yours at once.")
        )
    return (
        _(
            "There is a seat for you in the room: it is yours at once, and the one you have is free for others."
        )
        if at.online
        else _(
            "There is a seat for you in the call: it is yours at once, and the one you have is free for others."
        )
    )


_KEEPS: dict[State, Words] = {
    "offered": _("The seat is yours at once."),
    "held": _("The seat is yours."),
}
_KEEPS_AND_BRINGS: dict[State, Words] = {
    "offered": _("The seat is yours at once, with as many guests as you choose above."),
    "held": _("The seat is yours, with as many guests as you choose above."),
}
# By whether it is the call.
_WAITS_INSTEAD = {
    False: _("You wait for a seat in the room instead, and keep your place."),
    True: _("You wait for a seat in the call instead, and keep your place."),
}


def _going_does(at: Situation) -> Text:
    if not at.hybrid or at.state in {*HOLDING, "waiting"} or at.has_to_ask:
        return _takes(at, at.online)
    room, call = _takes(at, False), _takes(at, True)
    if room == call:
        return room
    # Translators: what one answer does on either side of a gathering that has a room and a call; whole sentences
    return _("In the room: %(room)s In the call: %(call)s", room=room, call=call)


def _takes(at: Situation, online: bool) -> Text:
    """What going does on a side."""
    if at.state in HOLDING:
        return _keeps(at, online)
    if at.state == "waiting":
        return _waits_on(at, online)
    if at.has_to_ask and at.state == "requested":
        return _("The hosts keep your request, and decide.")
    if at.has_to_ask:
        return _once_confirmed(
            at, _("Sends your request to the hosts, who decide. No seat is kept for it yet.")
        )
    left = at.left(online=online)
    if at.perhaps_theirs and not online:
        return _(
            "If you come for the first time, a seat is yours once you confirm. Otherwise it puts you in line."
        )
    if left == 0:
        return _once_confirmed(at, _("Puts you in line. You can leave it at any time."))
    return _held(at, left) if at.stranger and left is not None else _once_confirmed(at, _a_seat(at, left))


def _a_seat(at: Situation, left: int | None) -> Words:
    if left is None:
        return _("Says that you are going.")
    if not at.most_guests:
        return _("Takes a seat at once.")
    if at.most_guests < left:
        return _("Takes a seat for each of you at once.")
    return (
        _(
            "Takes a seat for each of you at once, up to %(left)s. A larger group waits in line together.",
            left=left,
        )
        if left > 1
        else _("Takes a seat at once, if you come alone. With guests you wait in line together.")
    )


def _held(at: Situation, left: int) -> Words:
    """For a reader who is not signed in."""
    if at.most_guests < left:
        return _("A seat is held for you for half an hour, until you confirm.")
    if left == 1:
        return _("A seat is held for half an hour, until you confirm, if you come alone.")
    return _(
        "Seats are held for half an hour, until you confirm, if you are no more than %(left)s.", left=left
    )


def _once_confirmed(at: Situation, sentence: Words) -> Text:
    """For a reader who is not signed in: what counts only once they have confirmed it."""
    return sentences(sentence, _("It counts once you confirm.")) if at.stranger else sentence


def _keeps(at: Situation, online: bool) -> Text:
    left = at.left(online=online)
    if online != at.online:
        return _moves_there(at, left)
    keeps = _KEEPS.get(at.state, _("You stay on the list."))
    if at.most_guests <= at.guests:
        fewer = _("You can still come with fewer.") if at.window and at.guests else ""
        return sentences(keeps, fewer)
    if left == 0:
        return sentences(keeps, _("Just now, there is no seat for more guests."))
    brings = _KEEPS_AND_BRINGS.get(
        at.state, _("You stay on the list, with as many guests as you choose above.")
    )
    if left is None or left >= at.most_guests - at.guests:
        return brings
    more = ngettext("Just now, %(num)s more guest can come.", "Just now, %(num)s more guests can come.", left)
    return sentences(brings, more)


def _moves_there(at: Situation, left: int | None) -> Words:
    if left == 0:
        return _("There is no seat for you just now; the one you have stays.")
    if left is None or at.most_guests < left:
        return _("Moves you there at once.")
    if left == 1:
        return _("Moves you there at once, if you come alone.")
    return _("Moves you there at once, if you are no more than %(left)s.", left=left)


def _waits_on(at: Situation, online: bool) -> Text:
    if online != at.online:
        return _waits_there(at, at.left(online=online), online)
    keeps, few = _("Keeps your place in line."), fewer(at)
    if few is None:
        return keeps
    if not few:
        return sentences(keeps, _("On your own you come at once, and leave it."))
    # Translators: "it" is the line in which they wait
    party = ngettext(
        "With up to %(num)s guest you come at once, and leave it.",
        "With up to %(num)s guests you come at once, and leave it.",
        few,
    )
    return sentences(keeps, party)


def _waits_there(at: Situation, left: int | None, online: bool) -> Text:
    if left == 0:
        return _WAITS_INSTEAD[online]
    if left is None or at.most_guests < left:
        return (
            _("Takes a seat for each of you in the call at once.")
            if online
            else _("Takes a seat for each of you in the room at once.")
        )
    return sentences(
        _takes_there(left, online), _("A larger group waits there instead, and keeps its place.")
    )


def _takes_there(left: int, online: bool) -> Words:
    if left == 1:
        return (
            _("Takes a seat in the call at once, if you come alone.")
            if online
            else _("Takes a seat in the room at once, if you come alone.")
        )
    return (
        _("Takes a seat for each of you in the call at once, up to %(left)s.", left=left)
        if online
        else _("Takes a seat for each of you in the room at once, up to %(left)s.", left=left)
    )


def _may_come(at: Situation) -> Text:
    no_limit = at.left(online=False) is None and (not at.hybrid or at.left(online=True) is None)
    return _tells_the_hosts(at) if no_limit else sentences(_tells_the_hosts(at), _("No seat is kept."))


def _tells_the_hosts(at: Situation) -> Words:
    return _("Tells the hosts, once you confirm.") if at.stranger else _("Tells the hosts.")


def _without_seat(at: Situation, sentence: Words) -> Text:
    return sentences(sentence, _loses(at))


def _loses(at: Situation) -> Text:
    """What becomes of what they have, once they do not ask for a seat any more; empty if they have nothing."""
    uncounted = at.left(online=at.online) is None
    return "" if uncounted and at.state in {*COMING, "held"} else _LOSES.get(at.state, "")


_LOSES: dict[State, Words] = {
    "going": _("Your seat is free for others at once."),
    "given": _("Your seat is free for others at once."),
    "held": _("The seat is not held any longer."),
    "offered": _("The seat goes to the next in line at once."),
    "waiting": _("You leave the line."),
    "requested": _("Your request is taken back."),
}


def _what_is_there(at: Situation, online: bool) -> Words:
    left = at.left(online=online)
    if at.event.pool(online=online).reserving:
        return _("Free seats are being kept for a larger group that has waited a long time")
    if not left and at.kept_from_them(online=online):
        return _("The seats that are free are kept for people who come for the first time")
    if left is None:
        # Translators: how many seats there are
        return pgettext("seats", "No limit")
    return ngettext("%(num)s seat left", "%(num)s seats left", left) if left else _("Every seat is taken")
