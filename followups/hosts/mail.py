"""The letter to those who host, the morning after their guests were asked. Loaded afresh when it is sent."""

from datetime import datetime

from events import queries as events_queries
from events.access import view
from events.card import card
from events.tables import Event
from followups.days import by_daylight, comes, next_morning
from followups.hosts import queries, told
from followups.hosts.told import Told
from members import queries as members_queries
from members.letters import letter_hours
from members.letters.letters_wanted import ORGANISERS, unsubscribe_address, wants
from members.letters.receivers import address_of
from members.tables import Person
from server import clock
from server.db import transaction
from server.jobs import bring_forward, later
from server.mail import Letter, letter
from server.pages import absolute

MOST = 12  # of each kind; the page has all.


@letter("followups/organisers", until=lambda of: of["closes_at"])
async def organisers(follow_up: int, host: int) -> Letter | None:
    """What people chose to say and asked for, who was there for the first time, and what is left to do.

    Not written when there is nothing of it for this reader, nor to former hosts or those who want no letters of this
    kind. To somebody who is away it comes once they are back, and never in their quiet hours, while the page is open.
    """
    opened, person = await queries.opened(follow_up), await members_queries.person_by_id(host)
    event = await events_queries.event_by_id(opened.event) if opened else None
    if opened is None or person is None or event is None or event.status != "published":
        return None
    sees = await view(person, event)
    if not sees.organises or not await wants(person.id, ORGANISERS):
        return None
    if await _waits(follow_up, person, event):
        return None
    whole = sees.organises_community
    found = await _told(event, person, whole=whole)
    if not found.anything:
        return None
    page = "followups:said" if whole else "followups:came"
    return Letter(
        to=await address_of(person, event.community),
        context={
            "gathering": event.title,
            "card": await card(event, shows_address=True),
            "page": absolute("events:event", event=event.public_id),
            "told": found,
            "whole": whole,
            "link": absolute(page, event=event.public_id),
            "came": absolute("followups:came", event=event.public_id),
            "closes_at": opened.closes_at,
        },
        unsubscribe=unsubscribe_address(person.id, ORGANISERS),
        kind=ORGANISERS,
    )


async def bring_forward_to(person: int, back: datetime) -> None:
    """Send what waits for somebody (by id) once they are back and it is day, which may be sooner than it was."""
    told_of = await queries.told_of(person, clock.now())
    await bring_forward({_key(follow_up, person): by_daylight(back, zone) for follow_up, zone in told_of})


async def _told(event: Event, person: Person, *, whole: bool) -> Told:
    if whole:
        return await told.to_organiser(event, person, most=MOST)
    return await told.to_host(event, person, most=MOST)


async def _waits(follow_up: int, person: Person, event: Event) -> bool:
    """Whether it has to wait, and is written down again for the morning on which they are back, or their quiet hours
    are over."""
    now = clock.now()
    if comes(person, now, event.zone) <= now:
        return False
    async with transaction():
        back = await letter_hours.hold(person.id, now, by_the_hour=True)
        if back:
            resting = letter_hours.rests(person, now)
            at = next_morning(back, event.zone) if resting else comes(person, now, event.zone)
            await later(organisers, follow_up, person.id, at=at, key=_key(follow_up, person.id))
    return back is not None


def _key(follow_up: int, host: int) -> str:
    return f"organisers told {follow_up} {host}"
