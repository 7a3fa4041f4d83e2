"""Those who follow, and what they are told, for tests of news. All on Berlin's clock."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from events.news import each, weekly
from events.publishing import publishing
from events.tables import Event
from members.letters import following
from members.tables import Community, Person
from tests.followups.mornings import BERLIN, at
from tests.gatherings import make_event
from tests.ground import letters_to, work_off

WEDNESDAY = datetime(2026, 11, 11, 12, 0, tzinfo=BERLIN)
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=BERLIN)
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
SOON = timedelta(minutes=4)


async def hear(
    person: Person, community: Community, how: Any = "weekly", *, on: datetime = WEDNESDAY - HOUR
) -> None:
    """Somebody says how they hear of a community."""
    with at(on):
        await following.choose(person, community, how)
        await weekly.tell_due()


async def published(
    community: Community, by: Person, moment: datetime, *, days: int = 3, **given: Any
) -> Event:
    """A gathering that is published then, and begins so many days later at 19:00."""
    starts = (moment.astimezone(BERLIN) + timedelta(days=days)).replace(hour=19, minute=0)
    with at(moment):
        event = await make_event(community, by, starts_at=starts, status="draft", mode="in_person", **given)
        await publishing.publish(event)
        await work_off()
    return event


async def letters(person: Person, moment: datetime) -> list[EmailMessage]:
    """The letters of news that somebody has got, once all that is due at that moment is done."""
    with at(moment):
        await each.tell_due()
        await weekly.tell_due()
        sent = await letters_to(person.email)
    return [letter for letter in sent if "gatherings" in str(letter["List-Id"])]


async def subjects(person: Person, moment: datetime) -> list[str]:
    """Their subjects."""
    return [str(letter["Subject"]) for letter in await letters(person, moment)]
