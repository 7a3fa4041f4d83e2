"""What the rsvps do by the clock, and when they hear of something."""

from events import queries as events_queries
from events.announcements import ApprovalEnded, EventCancelled, EventChanged, SeatsChanged
from rsvps.attending import by_letter
from rsvps.door import arrivals
from rsvps.hosting import approvals
from rsvps.letters import notices, reminders, still_coming
from rsvps.seating import retention, seats
from rsvps.tables import Rsvp
from server import clock
from server.jobs import on
from server.rows import values_of


async def lapse_offers() -> None:
    """Take back seats that were held for long enough, and give them to those who wait."""
    lapsed = Rsvp.offer_until.is_not_null() & (Rsvp.offer_until <= clock.now())
    for event in await values_of(Rsvp.select(Rsvp.event).distinct().where(lapsed)):
        await seats.settle(event)


async def forget_unconfirmed() -> None:
    """Delete what nobody confirmed within a week."""
    await by_letter.forget_unconfirmed()


async def forget_replies() -> None:
    """Delete what was said to questions, and guests' names, when their time is over."""
    await retention.forget_replies()


async def forget_forms() -> None:
    """Delete the keys of forms that nobody sends again."""
    await retention.forget_forms()


async def forget_what_was_noted_at_doors() -> None:
    """Delete marks and the names of who walked in, when their time is over."""
    await arrivals.forget_what_was_noted()


async def remind() -> None:
    """Write the reminders that are due."""
    await reminders.remind()


async def ask_who_is_still_coming() -> None:
    """Write the questions that are due, two days before."""
    await still_coming.ask()


@on(SeatsChanged, "rsvps.let_the_line_move", formerly="rsvps.jobs.let_the_line_move")
async def let_the_line_move(news: SeatsChanged) -> None:
    """Give added seats to those who wait."""
    await seats.settle(news.event)


@on(ApprovalEnded, "rsvps.let_in_who_asked", formerly="rsvps.jobs.let_in_who_asked")
async def let_in_who_asked(news: ApprovalEnded) -> None:
    """Nobody has to be accepted any more; unless a host has thought better of it since."""
    event = await events_queries.event_by_id(news.event)
    if event and not event.policy.approval:
        await approvals.end(event)


@on(EventChanged, "rsvps.tell_of_change", formerly="rsvps.jobs.tell_of_change")
async def tell_of_change(news: EventChanged) -> None:
    """Write to everybody concerned."""
    await notices.tell_of_change(news.event, news.change)


@on(EventCancelled, "rsvps.tell_of_cancellation", formerly="rsvps.jobs.tell_of_cancellation")
async def tell_of_cancellation(news: EventCancelled) -> None:
    """Write to everybody concerned."""
    await notices.tell_of_cancellation(news.event)
