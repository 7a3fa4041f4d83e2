"""The letter with what somebody wrote. Loaded afresh when it is sent, and not sent when it is of no use.

It comes from Kith, and no mail program can answer it: neither of the two learns the other's address by it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from followups import links
from followups.writing import queries
from members import queries as members
from members.letters import letter_hours
from members.letters.letters_wanted import CONNECTIONS, unsubscribe_address, wants
from members.letters.receivers import address_of
from members.tables import Person
from server import clock
from server.db import transaction
from server.jobs import bring_forward, later
from server.mail import Letter, letter

WAITS = queries.KEPT - timedelta(
    days=1
)  # At most, for somebody to be back: on the next day the words are gone.


@letter("followups/note", until=lambda of: of["written_at"] + queries.KEPT)
async def note(number: int) -> Letter | None:
    """What one of two wrote. Not sent once they are not connected any more, or one has blocked the other.

    For somebody who is away it waits until they are back, or for as long as it can.
    """
    found = await queries.written(number)
    receiver = await _receiver(found) if found else None
    between = await queries.correspondence(found.connection, receiver.id) if found and receiver else None
    if found is None or receiver is None or between is None or not await wants(receiver.id, CONNECTIONS):
        return None
    if await _waits(number, found, receiver, clock.now()):
        return None
    return Letter(
        to=await address_of(receiver),
        context={
            "written_at": found.written_at,
            "name": between.name,
            "first_name": between.first_name,
            "words": found.words,
            "link": links.words_address(found.connection, receiver.id, since=found.written_at),
        },
        unsubscribe=unsubscribe_address(receiver.id, CONNECTIONS),
        kind=CONNECTIONS,
    )


async def bring_forward_to(person: int, back: datetime) -> None:
    """Send what waits for somebody (by id) when they are back, which may be sooner than it was."""
    written = await queries.written_to(person, since=clock.now() - queries.KEPT)
    await bring_forward(dict.fromkeys(_keys(written), back))


async def _waits(number: int, found: queries.Written, receiver: Person, now: datetime) -> bool:
    """Whether it has to wait, and is written down again for then."""
    latest = found.written_at + WAITS
    if now >= latest or letter_hours.next_free(receiver, now) <= now:
        return False
    async with transaction():
        back = await letter_hours.hold(receiver.id, now, by_the_hour=True)
        if back:
            (key,) = _keys([number])
            await later(note, number, at=min(back, latest), key=key)
    return back is not None


def _keys(notes: Iterable[int]) -> list[str]:
    return [f"note waits {number}" for number in notes]


async def _receiver(found: queries.Written) -> Person | None:
    person = await queries.receiver_of(found)
    return await members.person_by_id(person) if person else None
