"""Two who both wish to stay in touch, for the tests of what becomes of it."""

from datetime import timedelta

import httpx

from events.tables import Event
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock, db, tokens
from tests.followups.mornings import (
    FIRST_SIX,
    MORNING,
    all_findable,
    at,
    make_guests,
    opened,
    say,
)
from tests.ground import letters_to

EVENING = FIRST_SIX + timedelta(minutes=5)


async def connected() -> set[tuple[int, int]]:
    """The pairs that are connected now."""
    return {
        (row["low"], row["high"])
        for row in await db.rows("SELECT low, high FROM connections WHERE ended_at IS NULL")
    }


async def met(browser: httpx.AsyncClient, community: Community) -> tuple[Event, list[Person]]:
    """Six people can find each other the morning after."""
    people = await make_guests()
    event = await opened(community, people)
    with at(MORNING):
        await all_findable(browser, event, people)
    return event, people


async def both_wish(browser: httpx.AsyncClient, event: Event, one: Person, other: Person) -> None:
    with at(MORNING + timedelta(hours=1)):
        await say(browser, event, one, wish=(other,))
        await say(browser, event, other, wish=(one,))


async def told(person: Person) -> list[str]:
    """The subjects of the letters about connections that somebody has got."""
    return [
        str(letter["Subject"])
        for letter in await letters_to(person.email)
        if "stay in touch" in str(letter["Subject"])
    ]


async def connect(one: Person, other: Person, event: Event | None = None) -> str:
    """Two who are connected, since now. Returns the connection's name in addresses."""
    name = tokens.public_id()
    await db.run(
        "INSERT INTO connections (public_id, low, high, event, connected_at) VALUES ($1, $2, $3, $4, $5)",
        name,
        *sorted((one.id, other.id)),
        event.id if event else None,
        clock.now(),
    )
    return name


async def going(event: Event, *people: Person) -> Event:
    """They all say that they come."""
    for person in people:
        await seats.answer(event, person, answer="going", by=person)
    return event
