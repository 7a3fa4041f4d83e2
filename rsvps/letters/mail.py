"""The letters about answers. Each is loaded afresh when it is sent, and not sent when it is no longer true.

Letters about a step carry its number in the history and are dropped when a newer step has overtaken them.
Calendar parts (iMIP) go to people who are going or may come, or were; never to those who wait or ask.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from events.publishing import changes
from members import queries as members_queries
from members.access import KeptOut
from members.letters.letters_wanted import ORGANISERS, REMINDERS
from members.tables import Person
from rsvps.letters import links, queries, writing
from rsvps.letters.writing import IN_CALENDAR, until_end, until_start
from rsvps.seating.room import Step
from rsvps.seating.waitlist import MOST_SKIPS
from rsvps.status import headlines
from rsvps.status import queries as status_queries
from rsvps.status.access import view_of
from rsvps.status.queries import Answered
from rsvps.status.states import Situation, state_of
from rsvps.tables import HostLetter
from server import clock, jobs
from server.jobs import Job
from server.languages.messages import Text
from server.mail import Address, Letter, letter
from server.pages import absolute
from server.presentation import day_from, zone_name

ASKED_BEFORE = timedelta(hours=24)  # Later than that the reminder says what "still coming?" would ask.
ASKED_LATELY = timedelta(days=1)  # So long somebody looks out for the link they asked for.
AFTERWARDS = timedelta(days=2)  # So long a host's letter may be late, once the gathering is over.


def after_step(step: Step) -> Iterable[Job]:
    """What a step of an answer calls for: the letter about it, if there is one."""
    return filter(None, [about(step)])


def about(step: Step) -> Job | None:
    """The letter that a step of an answer calls for, if any. It takes the step's number in the history.

    What a standing answer has led to is told in one letter for all of it (`rsvps.standing.mail`).
    """
    before, after = step.before, step.after
    if not after.confirmed or not step.tells or step.standing:
        return None
    if after.status == before.status:
        return _about_the_same(step)
    by_others = step.by != after.person
    if (
        after.status in {"going", "waitlisted"}
        and by_others
        and (before.status == "requested" or before.turned_down)
    ):
        return accepted
    if after.status == "going" and before.status == "waitlisted" and step.by is None:
        return promoted
    by_host = by_others and step.by is not None
    return (_BY_HOSTS if by_host else _BY_THEMSELVES).get(after.status or "")


def _about_the_same(step: Step) -> Job | None:
    """Still going, with others or on the other side; or moved up in line, which alone changes one's place."""
    if step.after.status == "going":
        return confirmation
    return moved_up if step.before.queued != step.after.queued else None


# About one's own answer: these always come


@letter("rsvps/confirm", until=until_end)
async def confirm(rsvp: int, along: str = "") -> Letter | None:
    """Asks whoever has the address to confirm what somebody typed. Uses nothing that was typed but the answer.

    `along`: the name of what they would take on with it.
    """
    found = await status_queries.answered(rsvp)
    if found is None or found.rsvp.confirmed or writing.called_off(found):
        return None
    now = clock.now()
    at = Situation(found.event, found.rsvp, state_of(found.rsvp, now), now, newcomer=found.newcomer)
    asks = await writing.plain(found, along=along, then=headlines.once_confirmed(at))
    if asks is None:
        return None
    never = absolute("rsvps:refusal", token=links.token(found.rsvp, found.event))
    return replace(asks, to=replace(asks.to, name=""), unsubscribe=never, asked_for=True)


@letter("rsvps/known_already", until=until_end)
async def known_already(rsvp: int, along: str = "") -> Letter | None:
    """Tells somebody who has answered before that their address was typed again, and gives them their link.

    `along`: as in `confirm`.
    """
    found = await status_queries.answered(rsvp)
    if found is None or writing.called_off(found):
        return None
    again = await writing.plain(found, along=along)
    return replace(again, asked_for=True) if again else None


@letter("rsvps/kept_out", until=until_end)
async def kept_out(rsvp: int) -> Letter | None:
    """Tells who is kept out that they cannot take part, when their address was typed. Not once it is lifted."""
    found = await status_queries.answered(rsvp)
    told = (
        await writing.to_kept_out(found, KeptOut.sentence)
        if found and not writing.called_off(found)
        else None
    )
    if found is None or told is None:
        return None
    return replace(told, unsubscribe=absolute("rsvps:refusal", token=links.token(found.rsvp, found.event)))


@letter("rsvps/confirmation", until=until_end)
async def confirmation(change: int) -> Letter | None:
    """You are going, or may come; with the calendar part."""
    return await writing.about_step(await queries.told(change), *IN_CALENDAR)


@letter("rsvps/promoted", until=until_end)
async def promoted(change: int) -> Letter | None:
    """A seat has come free, and it is yours."""
    return await writing.about_step(await queries.told(change), "going")


@letter("rsvps/waiting", until=until_end)
async def waiting(change: int) -> Letter | None:
    """You are on the waiting list, at this place. Nothing for the calendar yet."""
    told = await queries.told(change)
    if told is None or told.answered.rsvp.status != "waitlisted" or writing.called_off(told.answered):
        return None
    return await writing.plain(told.answered, turn=headlines.turn(told.answered.event, clock.now()))


@letter("rsvps/skipped", until=until_end)
async def skipped(rsvp: int, times: int) -> Letter | None:
    """A seat went to a smaller party behind yours, for the `times`th time. Not written once something newer is true."""
    found = await status_queries.answered(rsvp)
    if (
        found is None
        or found.rsvp.status != "waitlisted"
        or found.rsvp.skipped != times
        or writing.called_off(found)
    ):
        return None
    return await writing.plain(found, times=times, most=MOST_SKIPS)


@letter("rsvps/moved_up", until=until_end)
async def moved_up(change: int) -> Letter | None:
    """A host has moved you up in line. Why is between the hosts."""
    return await writing.by_host(await queries.told(change), "waitlisted")


@letter("rsvps/offered", until=lambda of: of["rsvp"].offer_until)
async def offered(change: int) -> Letter | None:
    """A seat is free, kept for you until then, and passed on if you do not press. Not written once it has lapsed."""
    told = await queries.told(change)
    if told is None or told.answered.rsvp.status != "offered":
        return None
    ends, zone = told.answered.rsvp.offer_until, told.answered.event.zone
    return await writing.about_step(told, "offered", until=headlines.moment(ends, zone, clock.now()))


@letter("rsvps/passed_on", until=until_end)
async def passed_on(change: int) -> Letter | None:
    """The seat is not kept for you any more; you can ask again."""
    return await writing.about_step(await queries.told(change), "invited")


@letter("rsvps/requested", until=until_end)
async def requested(change: int) -> Letter | None:
    """The hosts have your wish to come; nothing is promised yet."""
    return await writing.about_step(await queries.told(change), "requested")


@letter("rsvps/accepted", until=until_end)
async def accepted(change: int) -> Letter | None:
    """You can come: a host said yes, or everybody who had asked may. With a seat, or in line."""
    return await writing.by_host(await queries.told(change), "going", "waitlisted")


@letter("rsvps/turned_down", until=until_end)
async def turned_down(change: int) -> Letter | None:
    """The hosts could not take you this time, in their own words."""
    return await writing.out_of_calendar(await queries.told(change), "declined")


@letter("rsvps/added", until=until_end)
async def added(change: int) -> Letter | None:
    """A host has put you on the list; one press takes it back, another ends letters that others cause."""
    told = await queries.told(change)
    found = await writing.by_host(told, "going", "waitlisted")
    if told is None or found is None:
        return None
    rsvp, event = told.answered.rsvp, told.answered.event
    never = absolute("rsvps:refusal", token=links.token(rsvp, event))
    seats = event.pool(online=rsvp.online).seats
    return replace(found, context={**found.context, "seats": seats}, unsubscribe=never)


@letter("rsvps/taken_off", until=until_end)
async def taken_off(change: int) -> Letter | None:
    """A host has taken you off the list; takes it out of the calendar too."""
    return await writing.out_of_calendar(await queries.told(change), "withdrawn")


@letter("rsvps/withdrawal", until=until_end)
async def withdrawal(change: int) -> Letter | None:
    """You are not coming: takes it out of the calendar. Not written if it was in none."""
    told = await queries.told(change)
    if told is None or not told.newest or not told.in_calendar:
        return None
    if writing.called_off(told.answered) and told.answered.rsvp.told_cancelled_at:
        return None  # It is out of their calendar already.
    out = KeptOut.sentence if (await view_of(told.answered)).kept_out else ""
    return await writing.ending(told, by_rule=told.by is None, kept_out=out)


@letter("rsvps/changed", until=until_end)
async def changed(rsvp: int, change: int) -> Letter | None:
    """The gathering moved: old and new side by side, and the calendar moved with it."""
    found = await status_queries.answered(rsvp)
    if found is None or writing.called_off(found):
        return None
    differences = await changes.differences(change, await view_of(found))
    if not differences:
        return None
    by_new_rules = any(difference.name == changes.IN_UTC for difference in differences)
    clocks: Text = zone_name(found.event.zone) if by_new_rules else ""
    return await writing.with_calendar(found, "REQUEST", differences=differences, clocks=clocks)


@letter("rsvps/cancelled", until=until_end)
async def cancelled(rsvp: int) -> Letter | None:
    """It does not happen, and why."""
    found = await status_queries.answered(rsvp)
    if found is None or found.event.status != "cancelled":
        return None
    return await writing.with_calendar(found, "CANCEL", reason=found.event.cancel_reason)


@letter("rsvps/fresh_link", until=lambda of: of["asked_at"] + ASKED_LATELY)
async def fresh_link(rsvp: int) -> Letter | None:
    """The link again, because somebody with an old one asked."""
    found = await status_queries.answered(rsvp)
    again = await writing.plain(found, asked_at=jobs.written_at.get()) if found else None
    return replace(again, asked_for=True) if again else None


_BY_THEMSELVES: dict[str, Job] = {
    "going": confirmation,
    "maybe": confirmation,
    "waitlisted": waiting,
    "requested": requested,
    "offered": offered,
    "invited": passed_on,
    "declined": withdrawal,
    "withdrawn": withdrawal,
}
_BY_HOSTS: dict[str, Job] = {
    "going": added,
    "waitlisted": added,
    "declined": turned_down,
    "withdrawn": taken_off,
}


# Of kinds that one can refuse


@letter("rsvps/invitation", until=until_end)
async def invitation(rsvp: int, host_letter: int | None = None) -> Letter | None:
    """An organiser asks somebody to come, in words of their own if they like, and says from when on one can answer.

    Not written between people of whom one has blocked the other.
    """
    found = await status_queries.answered(rsvp)
    if found is None or found.rsvp.status != "invited" or writing.called_off(found):
        return None
    inviter = await _inviter(found)
    if inviter is None:
        return None
    written = await HostLetter.objects().where(HostLetter.id == host_letter).first() if host_letter else None
    said = writing.inviting(found, inviter, written.body if written else "")
    return await writing.refusable(found, ORGANISERS, **said)


@letter("rsvps/changed_for_invited", until=until_end)
async def changed_for_invited(rsvp: int, change: int) -> Letter | None:
    """The gathering moved, to somebody who is invited and has not answered. Nothing is in their calendar yet."""
    found = await _silent(rsvp)
    if found is None or writing.called_off(found):
        return None
    differences = await changes.differences(change, await view_of(found))
    return await writing.refusable(found, ORGANISERS, differences=differences) if differences else None


@letter("rsvps/cancelled_for_invited", until=until_end)
async def cancelled_for_invited(rsvp: int) -> Letter | None:
    """It does not happen, to somebody who is invited and has not answered."""
    found = await _silent(rsvp)
    if found is None or found.event.status != "cancelled":
        return None
    return await writing.refusable(found, ORGANISERS, reason=found.event.cancel_reason)


async def _silent(rsvp: int) -> Answered | None:
    """The answer of somebody who is invited and has not answered; None if a block is between them and who invited."""
    found = await status_queries.answered(rsvp)
    return found if found and found.rsvp.silent and await _inviter(found) else None


async def _inviter(found: Answered) -> Person | None:
    """Who invited somebody; None when that is nobody any more, or one of the two has blocked the other."""
    inviter = found.rsvp.invited_by and await members_queries.person_by_id(found.rsvp.invited_by)
    if not inviter or await members_queries.are_blocked(inviter.id, found.person.id):
        return None
    return inviter


@letter("rsvps/reminder", until=until_start)
async def reminder(rsvp: int) -> Letter | None:
    """It is soon. Not after the start, nor to people who are no longer coming."""
    found = await status_queries.answered(rsvp)
    if found is None or found.rsvp.status not in IN_CALENDAR or writing.called_off(found):
        return None
    starts = found.event.local_start
    return await writing.refusable(found, REMINDERS, day=day_from(starts, clock.now()))


@letter("rsvps/still_coming", until=lambda of: of["event"].starts_at - ASKED_BEFORE)
async def still_coming(rsvp: int) -> Letter | None:
    """Still coming? Needs no answer. Not to people who are no longer going, nor after the start."""
    found = await status_queries.answered(rsvp)
    if found is None or found.rsvp.status != "going" or writing.called_off(found):
        return None
    return await writing.refusable(found, REMINDERS, day=day_from(found.event.local_start, clock.now()))


@letter("rsvps/from_organiser", until=lambda of: max(of["event"].over_at, of["written_at"] + AFTERWARDS))
async def from_organiser(host_letter: int, rsvp: int) -> Letter | None:
    """What an organiser writes, in their own words and name."""
    written = await HostLetter.objects().where(HostLetter.id == host_letter).first()
    found = await status_queries.answered(rsvp)
    if written is None or found is None:
        return None
    organiser = await members_queries.person_by_id(written.by) if written.by else None
    if organiser is None or await members_queries.are_blocked(organiser.id, found.person.id):
        return None
    reply_to = Address(str(organiser.short_name), organiser.email) if written.answers_to_me else None
    return await writing.refusable(
        found,
        ORGANISERS,
        reply_to=reply_to,
        organiser=writing.named(organiser, found),
        subject=written.subject,
        body=written.body,
        written_at=written.created_at,
    )
