"""The letter to two who are connected from now on. Loaded afresh when it is sent, and not sent when it is of no use."""

from datetime import datetime, timedelta

from events import access
from events import queries as events
from followups import links
from followups.connections import queries
from members import queries as members
from members.letters.letter_hours import hold, next_free
from members.letters.letters_wanted import CONNECTIONS, unsubscribe_address, wants
from members.letters.receivers import address_of
from members.tables import Person
from server import clock, jobs
from server.db import transaction
from server.jobs import bring_forward, later
from server.mail import Letter, letter
from server.pages import absolute
from server.presentation import long_date

NEWS = timedelta(days=7)  # So long it is news that two wish to stay in touch.


@letter("followups/connected", until=lambda of: of["told_at"] + NEWS)
async def connected(connection: int, person: int, waited: bool = False) -> Letter | None:
    """You both wished it. Not written if it has ended, or one has blocked the other, since.

    It waits while its receiver is away or pauses letters, and for the end of their quiet hours; `waited`: it has.
    """
    receiver = await members.person_by_id(person)
    found = await queries.connection_between(connection, person)
    if receiver is None or found is None or not await wants(person, CONNECTIONS):
        return None
    if await _waits(connection, receiver):
        return None
    event = await events.event_by_id(found.event) if found.event else None
    if event and not (await access.view(receiver, event)).sees_it:
        event = None
    return Letter(
        to=await address_of(receiver, event.community if event else None),
        context={
            # What waited for them is news to them when they are back.
            "told_at": clock.now() if waited else jobs.written_at.get(),
            "name": found.name,
            "first_name": found.first_name,
            "card": found.card,
            "answered": found.answered,
            "mine": await queries.card_of(person),
            "gathering": event.title if event else "",
            "day": long_date(event.local_start) if event else "",
            "words": links.words_address(connection, person, since=found.connected_at),
            "way": links.way_address(person, since=found.connected_at),
            "page": absolute("followups:connection", connection=found.public_id),
            "my_card": absolute("followups:card"),
        },
        unsubscribe=unsubscribe_address(person, CONNECTIONS),
        kind=CONNECTIONS,
    )


async def bring_forward_to(person: int, back: datetime) -> None:
    """Send what waits for somebody (by id) when they are back, which may be sooner than it was."""
    theirs = await queries.connections_with(person)
    await bring_forward({_key(connection, person): back for connection in theirs})


async def _waits(connection: int, receiver: Person) -> bool:
    """Whether it has to wait, and is written down again for then."""
    now = clock.now()
    if next_free(receiver, now) <= now:
        return False
    async with transaction():
        back = await hold(receiver.id, now, by_the_hour=True)
        if back:
            await later(connected, connection, receiver.id, True, at=back, key=_key(connection, receiver.id))
    return back is not None


def _key(connection: int, person: int) -> str:
    return f"connected {connection} {person}"
