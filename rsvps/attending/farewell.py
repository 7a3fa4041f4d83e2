"""What happens to somebody's answers when they leave: a community, or Kith."""

from collections.abc import Sequence

from events import queries as events_queries
from members.tables import Person
from rsvps.attending import queries, walking_in
from rsvps.seating import seats, store


async def give_back(person: Person) -> None:
    """Take back every answer to what is still to come, so that the lines move; no door has their name any more.

    In the caller's transaction.
    """
    await _withdraw_from(await queries.still_to_come(person.id), person, by=person)
    await walking_in.forget(person)


async def take_no_part(person: Person, events: Sequence[int]) -> None:
    """Take back somebody's answers and invitations to these events, whose rows are locked, so that the lines move.

    In the caller's transaction. Nobody's name is in the history of it.
    """
    await _withdraw_from(await queries.still_to_come(person.id, among=events), person, by=None)
    await store.end_invitations(person.id, events)


async def take_over(person: Person, guest: Person) -> None:
    """What a guest answered is theirs, who has an account; where both have answered, the account's answer stands."""
    await store.take_over(person.id, guest.id)


async def _withdraw_from(numbers: list[int], person: Person, *, by: Person | None) -> None:
    events = await events_queries.events_by_id(numbers)
    # In order: two people who leave at once must not deadlock.
    for number in sorted(events):
        await seats.withdraw(events[number], person, by=by)
