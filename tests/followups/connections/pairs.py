"""Two who both wish to stay in touch, for the tests of what becomes of it."""

from datetime import timedelta

import httpx

from events.tables import Event
from members.tables import Community, Person
from server import db
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
