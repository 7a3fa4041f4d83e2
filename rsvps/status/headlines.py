"""What my status is, in words, in every state. Pure."""

from datetime import datetime, timedelta

from events.tables import Event
from rsvps.seating import guests
from rsvps.seating.waitlist import MOST_SKIPS
from rsvps.status.states import COMING, Situation, State
from server.languages.messages import Text, Words, _, ngettext, sentences
from server.presentation import clock_time, in_zone, when, zone_name

HistoryStep = tuple[Text, Text]  # heading, sentence


def told(at: Situation) -> HistoryStep:
    """The heading, and the sentence below it."""
    if at.event.status == "cancelled":
        return _("It does not take place"), ""
    if at.event.over_at <= at.now:
        return _WAS.get(at.state, _("It is over")), ""
    if at.state in COMING:
        return _("You are going"), _coming(at)
    if at.window and at.state in {"none", "asked", "invited"}:
        return (_("You are invited") if at.state == "invited" else _not_now(at)), ""
    if at.state in {"asked", "held"}:
        return _("Is this your answer?"), _asked(at)
    if at.state == "waiting":
        return _("You are number %(place)s in line", place=at.place), _waiting(at)
    if at.state == "offered":
        return _("A seat is free for you"), _offer(at)
    if at.state == "withdrawn" and at.pauses:
        # Translators: a heading: somebody who is counted in every time is not for a while
        return _("You pause"), _("If you want to come to this one, just answer.")
    if at.state == "none":
        return _will_you_come(at)
    return _SAID[at.state]


def until(at: Situation) -> Words:
    """When the seat that is held for them is passed on."""
    assert at.rsvp
    return moment(at.rsvp.offer_until, at.event.zone, at.now)


def moment(moment: datetime, zone: str, now: datetime) -> Words:
    """A moment on a zone's clock: today "20:40, Berlin time", another day with its date."""
    local = in_zone(moment, zone)
    if local.date() != in_zone(now, zone).date():
        return when(local, None, zone)
    # Translators: a time of today: "20:40, Berlin time"
    return _("%(time)s, %(zone)s", time=clock_time(local), zone=zone_name(zone))


def turn(event: Event, now: datetime) -> Text:
    """What happens when it is somebody's turn: a seat at once, or the question whether they still wish for it."""
    hours = event.policy.asks_first
    if hours and event.starts_at - now <= timedelta(hours=hours):
        return _("When it is your turn, we write to you and keep the seat for a while: one press takes it.")
    at_once = _("When it is your turn, the seat is yours at once and we write to you.")
    if not hours:
        return at_once
    asks_first = ngettext(
        "In the last %(num)s hour before the start we ask you first.",
        "In the last %(num)s hours before the start we ask you first.",
        hours,
    )
    return sentences(at_once, asks_first)


_WAS: dict[State, Words] = {
    "going": _("You were going"),
    "given": _("You were going"),
    "maybe": _("You said maybe"),
    "declined": _("You could not come"),
    "waiting": _("You waited for a seat"),
}

_SAID: dict[State, HistoryStep] = {
    "maybe": (_("You may come"), _("No seat is kept for you yet.")),
    "declined": (_("You can’t come"), _("If that changes, just answer again.")),
    "turned down": (
        _("The hosts could not take you this time"),
        _("They can still change their mind, and we would write to you."),
    ),
    "requested": (
        _("You have asked to come"),
        _("The hosts decide, and we write to you. No seat is kept for you yet."),
    ),
    "invited": (_("You are invited"), _("Will you come?")),
    "passed on": (
        _("The seat is not kept for you any more"),
        _("It goes to the next in line, and nobody minds. If you still want to come, answer again."),
    ),
    "withdrawn": (_("You took your answer back"), _("If your plans change, just answer again.")),
    "taken off": (_("You are not on the list any more"), _("Your answer was taken back for you.")),
}


def _not_now(at: Situation) -> Words:
    opens = at.event.policy.answers_open_at
    return _("Answers are not open yet") if opens and at.now < opens else _("Answers are closed")


def _coming(at: Situation) -> Text:
    given = _("The hosts have put you on the list. If that does not suit you, say so here.")
    where = _("You join the call.") if at.online else _("You come to the room.")
    return sentences(given if at.state == "given" else "", _party(at), where if at.hybrid else "")


def _party(at: Situation) -> Words:
    if at.left(online=at.online) is None:
        if not at.guests:
            return _("See you there.")
        return ngettext(
            "With %(num)s guest. See you there.", "With %(num)s guests. See you there.", at.guests
        )
    if not at.guests:
        return _("Your seat is kept.")
    return ngettext(
        "You and %(num)s guest: %(seats)s seats are kept.",
        "You and %(num)s guests: %(seats)s seats are kept.",
        at.guests,
        seats=at.guests + 1,
    )


def once_confirmed(at: Situation) -> Text:
    """What becomes of a yes that was typed, where it is no seat at once; empty otherwise."""
    if at.rsvp is None or at.rsvp.wanted != "going" or at.state == "held":
        return ""
    if at.has_to_ask:
        return _("The hosts look at every answer: they will be asked.")
    left = at.left(online=at.online)
    if left is None or left > at.guests:
        return ""
    return _("There is no seat free just now: you will be in line.")


def _asked(at: Situation) -> Text:
    assert at.rsvp
    then = once_confirmed(at)
    brings = at.guests and at.rsvp.wanted != "declined"
    typed = _typed_for_a_party(at, then) if brings else _typed(at, then)
    return sentences(typed, _("It counts once you press a button here."), _held(at) or then)


def _typed(at: Situation, then: Text) -> Words:
    """The answer that waits to be confirmed, in quotation marks."""
    assert at.rsvp
    if at.rsvp.wanted == "going":
        return _("“You would like to come.”") if then else _("“You are going.”")
    return _("“You may come.”") if at.rsvp.wanted == "maybe" else _("“You can’t come.”")


def _typed_for_a_party(at: Situation, then: Text) -> Words:
    """The same of somebody who brings guests."""
    assert at.rsvp
    if at.rsvp.wanted == "going" and then:
        return ngettext(
            "“You would like to come, with %(num)s guest.”",
            "“You would like to come, with %(num)s guests.”",
            at.guests,
        )
    if at.rsvp.wanted == "going":
        return ngettext(
            "“You are going, with %(num)s guest.”", "“You are going, with %(num)s guests.”", at.guests
        )
    return ngettext("“You may come, with %(num)s guest.”", "“You may come, with %(num)s guests.”", at.guests)


def _held(at: Situation) -> Text:
    if at.state != "held":
        return ""
    if at.guests:
        return _("Seats are held for you until %(moment)s.", moment=until(at))
    return _("A seat is held for you until %(moment)s.", moment=until(at))


def _waiting(at: Situation) -> Text:
    if guests.too_many(at.event, at.guests, online=at.online):
        return ngettext(
            "There is %(num)s seat in all, not enough for the %(party)s of you. With fewer, it can be your turn.",
            "There are %(num)s seats in all, not enough for the %(party)s of you. With fewer, it can be your turn.",
            guests.seats_in_all(at.event, online=at.online) or 0,
            party=at.guests + 1,
        )
    return sentences(_skips(at), _kept_from_them(at), turn(at.event, at.now))


def _kept_from_them(at: Situation) -> Text:
    """That free seats are not theirs yet; empty where there are none."""
    if not at.kept_from_them(online=at.online):
        return ""
    until = moment(at.event.kept_until, at.event.zone, at.now)
    return _(
        "The seats that are free are kept for people who come for the first time, until %(moment)s. "
        "Then they go to those who wait.",
        moment=until,
    )


def kept_for_newcomers(event: Event, now: datetime, *, newcomer: bool = False) -> Text:
    """How many free seats are kept for people who come for the first time, and until when; empty while none are."""
    kept = event.kept_for_newcomers(now)
    if not kept:
        return ""
    until = moment(event.kept_until, event.zone, now)
    if newcomer:
        return ngettext(
            "%(num)s free seat is kept for people who come for the first time, like you, until %(moment)s.",
            "%(num)s free seats are kept for people who come for the first time, like you, until %(moment)s.",
            kept,
            moment=until,
        )
    return ngettext(
        "%(num)s free seat is kept for people who come for the first time, until %(moment)s.",
        "%(num)s free seats are kept for people who come for the first time, until %(moment)s.",
        kept,
        moment=until,
    )


def _skips(at: Situation) -> Text:
    assert at.rsvp
    skipped, chairs = at.rsvp.skipped, at.rsvp.chairs
    if not skipped:
        return ""
    if skipped >= MOST_SKIPS:
        return _(
            "Free seats are now kept for you, until there are enough for all %(party)s of you.", party=chairs
        )
    passed = (
        _(
            "One smaller party has got seats before you, because there was not enough room for %(party)s.",
            party=chairs,
        )
        if skipped == 1
        else _(
            "Two smaller parties have got seats before you, because there was not enough room for %(party)s.",
            party=chairs,
        )
    )
    return sentences(passed, _("After %(times)s times nobody passes you.", times=MOST_SKIPS))


def _offer(at: Situation) -> Words:
    if at.guests:
        return _(
            "Seats for all %(party)s of you are kept until %(moment)s. "
            "If you do not press, it goes to the next in line; nobody minds.",
            party=at.guests + 1,
            moment=until(at),
        )
    return _(
        "It is kept until %(moment)s. If you do not press, it goes to the next in line; nobody minds.",
        moment=until(at),
    )


def _will_you_come(at: Situation) -> HistoryStep:
    if at.has_to_ask:
        return _("Would you like to come?"), _("The hosts decide who gets a seat.")
    lefts = [at.left(online=online) for online in ((False, True) if at.hybrid else (False,))]
    if any(left != 0 for left in lefts):
        return _("Will you come?"), ""
    if any(pool.reserving for pool in at.event.pools):
        return (
            _("There is a waiting list"),
            _(
                "Free seats are being kept for a larger group that has waited a long time. You can join the list."
            ),
        )
    if at.perhaps_theirs:
        return (
            _("Will you come?"),
            _(
                "If you come for the first time, one of the free seats is yours once you have confirmed your answer. "
                "Otherwise you wait for one."
            ),
        )
    if at.kept_from_them(online=False):
        return (
            _("There is a waiting list"),
            _(
                "The seats that are free are kept for people who come for the first time. You can join the list."
            ),
        )
    return (
        _("Every seat is taken"),
        _("You can wait for one: whoever has waited longest gets the next free seat."),
    )
