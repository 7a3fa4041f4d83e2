"""Being away until a day of one's choosing: until then nothing is asked of somebody, and nobody else can tell.

No reason is asked. It ends by itself where that day begins on their own clock, or when they say so.
"""

from datetime import UTC, date, datetime, time, timedelta

from members.announcements import AwayChanged
from members.tables import Person
from server import clock, timezones
from server.db import transaction
from server.errors import Refusal
from server.jobs import announce
from server.languages.messages import _
from server.presentation import in_zone

LONGEST = timedelta(days=366)


class CannotBeAway(Refusal):
    """Until a day that has begun already, or is more than a year ahead."""

    field = "until"


async def go(person: Person, until: date) -> None:
    """Be away until that day begins on their own clock. Again: the later word counts. Raises CannotBeAway."""
    today = in_zone(clock.now(), person.zone).date()
    if until <= today:
        raise CannotBeAway(_("Please choose a day after today."))
    if until > today + LONGEST:
        raise CannotBeAway(_("That is more than a year away. Please choose an earlier day."))
    await _change(person, _start_of(until, person.zone))


async def come_back(person: Person) -> None:
    """Be asked again as before, at once, and get what waited. Twice is harmless."""
    await _change(person, None)


def is_away(person: Person, now: datetime) -> bool:
    """Whether nothing is to be asked of somebody now."""
    return person.away_until is not None and now < person.away_until


async def forget_what_is_over(before: datetime) -> None:
    """Delete that people were away until before then."""
    await Person.update({Person.away_until: None}).where(Person.away_until <= before)


async def _change(person: Person, until: datetime | None) -> None:
    async with transaction():
        await person.update_self({Person.away_until: until})
        await announce(AwayChanged(person.id))


def _start_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), timezones.zone(zone)).astimezone(UTC)
