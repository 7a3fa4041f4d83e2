"""A gathering that has happened, the morning after it, and what people say then. All on Berlin's clock."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import time_machine

from events.tables import Event
from followups.connections import revealing
from followups.survey import asking, links, queries
from followups.survey.queries import Asked
from members.tables import Community, Person
from rsvps.seating import seats
from tests.gatherings import make_event
from tests.people import make_person

BERLIN = ZoneInfo("Europe/Berlin")

ANNOUNCED = datetime(2026, 11, 2, 10, tzinfo=BERLIN)
STARTS = datetime(2026, 11, 12, 18, 30, tzinfo=BERLIN)
ENDS = datetime(2026, 11, 12, 21, 0, tzinfo=BERLIN)
MORNING = datetime(2026, 11, 13, 9, 1, tzinfo=BERLIN)
FIRST_SIX = datetime(
    2026, 11, 15, 18, 0, tzinfo=BERLIN
)  # The first 18:00 that is 48 hours after the morning.
SECOND_SIX = FIRST_SIX + timedelta(days=1)
CLOSES = MORNING + timedelta(days=14)

NAMES = ("Ana Maria Ruiz", "Bo Lind", "Cleo Marsh", "Dev Patel", "Eli Stone", "Fay Wood")


def at(moment: datetime) -> time_machine.travel:
    """`with at(MORNING):` the clock stands still there."""
    return time_machine.travel(moment, tick=False)


async def make_guests(*names: str) -> list[Person]:
    """People with full names."""
    return [await make_person(name) for name in names or NAMES]


async def held(community: Community, people: list[Person], **given: Any) -> Event:
    """A gathering to which these people said yes, before it was."""
    with at(ANNOUNCED):
        event = await make_event(community, **{"starts_at": STARTS, "ends_at": ENDS, **given})
        for person in people:
            await seats.answer(event, person, answer="going", by=person)
    return event


async def opened(community: Community, people: list[Person], **given: Any) -> Event:
    """The same, and its follow-up has been opened the morning after."""
    event = await held(community, people, **given)
    with at(MORNING):
        assert await asking.open_due() == 1
    return event


async def asked(event: Event, person: Person) -> Asked:
    """What somebody was asked, as it is now."""
    found = await queries.asked_of(person, event)
    assert found is not None
    return found


async def page_of(event: Event, person: Person) -> str:
    """Somebody's page, as their letter names it."""
    return links.path(await asked(event, person))


async def key_of(event: Event, person: Person) -> str:
    """What stands for somebody in the list of one event."""
    return (await asked(event, person)).key


async def say(
    browser: httpx.AsyncClient,
    event: Event,
    person: Person,
    *,
    wish: tuple[Person, ...] = (),
    met: tuple[Person, ...] = (),
    shown: tuple[Person, ...] | None = None,
    **fields: Any,
) -> httpx.Response:
    """Fill in somebody's page by its link, as a browser would, and send it."""
    keys = {other.id: await key_of(event, other) for other in (*wish, *met, *(shown or ()))}
    data = {
        "act": "save",
        "was_there": "yes",
        "findable": "true",
        "shown": [keys[other.id] for other in (shown if shown is not None else (*wish, *met))],
        "met": [keys[other.id] for other in met],
        "wish": [keys[other.id] for other in wish],
        **fields,
    }
    sent = {name: value for name, value in data.items() if value is not None}
    return await browser.post(await page_of(event, person), data=sent)


async def all_findable(browser: httpx.AsyncClient, event: Event, people: list[Person]) -> None:
    """Everybody says that they were there and may be found."""
    for person in people:
        assert (await say(browser, event, person)).status_code == 303


async def reveal(at_moment: datetime) -> int:
    """The clock reaches a moment, and the worker does what is due."""
    with at(at_moment):
        return await revealing.reveal_due()
