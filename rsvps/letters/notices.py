"""Telling those concerned that the event has moved or will not be: one letter each, however often we are asked."""

from rsvps.letters import mail
from rsvps.seating import store
from server import clock
from server.db import transaction
from server.jobs import later_for_each


async def tell_of_change(event: int, change: int) -> None:
    """A letter to each who is going, may come or waits, about one change. Nobody hears of it twice."""
    async with transaction():
        told = await store.tell_of_change(event, change)
        await later_for_each(mail.changed, [[rsvp, change] for rsvp in told])


async def tell_of_cancellation(event: int) -> None:
    """A letter to each person the cancellation concerns, once."""
    async with transaction():
        told = await store.tell_of_cancellation(event, clock.now())
        await later_for_each(mail.cancelled, [[rsvp] for rsvp in told])
