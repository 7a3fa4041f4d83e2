"""The letter to two who are connected from now on. Loaded afresh when it is sent, and not sent when it is of no use."""

from datetime import timedelta

from events import access
from events import queries as events
from followups import links
from followups.connections import queries
from members import queries as members
from members.letters_wanted import CONNECTIONS, unsubscribe_address, wants
from members.receivers import address_of
from server import jobs
from server.mail import Letter, letter
from server.pages import absolute
from server.presentation import long_date

NEWS = timedelta(days=7)  # So long it is news that two wish to stay in touch.


@letter("followups/connected", until=lambda of: of["connected_at"] + NEWS)
async def connected(connection: int, person: int) -> Letter | None:
    """You both wished it. Not written if it has ended, or one has blocked the other, since."""
    receiver = await members.person_by_id(person)
    found = await queries.connection_between(connection, person)
    if receiver is None or found is None or not await wants(person, CONNECTIONS):
        return None
    event = await events.event_by_id(found.event) if found.event else None
    if event and not (await access.view(receiver, event)).sees_it:
        event = None
    return Letter(
        to=await address_of(receiver, event.community if event else None),
        context={
            "connected_at": jobs.written_at.get(),
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
