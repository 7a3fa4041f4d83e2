"""The letter with what somebody wrote. Loaded afresh when it is sent, and not sent when it is of no use.

It comes from Kith, and no mail program can answer it: neither of the two learns the other's address by it.
"""

from followups import links
from followups.writing import queries
from members import queries as members
from members.away import is_away
from members.letters_wanted import CONNECTIONS, unsubscribe_address, wants
from members.tables import Person
from server import clock
from server.jobs import later
from server.mail import Address, Letter, letter


@letter("followups/note", until=lambda of: of["written_at"] + queries.KEPT)
async def note(number: int) -> Letter | None:
    """What one of two wrote. Not sent once they are not connected any more, or one has blocked the other.

    For somebody who is away it waits until they are back.
    """
    found = await queries.written(number)
    receiver = await _receiver(found) if found else None
    between = await queries.correspondence(found.connection, receiver.id) if found and receiver else None
    if found is None or receiver is None or between is None or not await wants(receiver.id, CONNECTIONS):
        return None
    if receiver.away_until and is_away(receiver, clock.now()):
        await later(note, number, at=receiver.away_until)
        return None
    return Letter(
        to=Address(receiver.greeted, receiver.email),
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


async def _receiver(found: queries.Written) -> Person | None:
    person = await queries.receiver_of(found)
    return await members.person_by_id(person) if person else None
