"""When letters that can wait may come to somebody: not while they pause all of them, nor in their quiet hours.

A pause is for all such letters at once, until a day or until its end is said. Quiet hours are by their own clock, each
day. What concerns one's own answers always comes, and at once: that a place came free, that the time has changed, what
is tomorrow.
"""

from datetime import UTC, date, datetime, time, timedelta

from piccolo.columns import Column

from members.announcements import AwayChanged
from members.tables import Person
from server import clock, timezones
from server.db import transaction
from server.errors import Refusal
from server.jobs import announce
from server.languages.messages import _
from server.presentation import in_zone
from server.statements import locked

LONGEST = timedelta(days=366)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)  # Until they say so.


class CannotPause(Refusal):
    """Until a day that has begun already, or is more than a year ahead."""

    field = "until"


class NoQuietHours(Refusal):
    """Hours that would be the whole day, or of which one is missing."""

    field = "quiet_to"


async def pause(person: Person, until: date | None) -> None:
    """No letters that can wait until that day begins on their clock; None: until they say so. Raises CannotPause."""
    if until is None:
        await _change(person, {Person.letters_paused_until: FOREVER})
        return
    today = in_zone(clock.now(), person.zone).date()
    if until <= today:
        raise CannotPause(_("Please choose a day after today."))
    if until > today + LONGEST:
        raise CannotPause(_("That is more than a year away. Please choose an earlier day, or none."))
    await _change(person, {Person.letters_paused_until: _at(until, 0, person.zone)})


async def go_on(person: Person) -> None:
    """Have letters again, and those that waited. Twice is harmless."""
    await _change(person, {Person.letters_paused_until: None})


async def be_quiet(person: Person, hours: tuple[int, int] | None) -> None:
    """No letters that can wait from one full hour to another, each day on their own clock. None: at all hours.

    Raises NoQuietHours.
    """
    begin, end = hours or (None, None)
    if hours and begin == end:
        raise NoQuietHours(_("That would be the whole day. You can pause all letters instead."))
    await _change(person, {Person.quiet_from: begin, Person.quiet_to: end})


def is_paused(person: Person, now: datetime) -> bool:
    """Whether somebody has paused all letters that can wait."""
    return person.letters_paused_until is not None and now < person.letters_paused_until


def rests_until(person: Person, now: datetime) -> datetime:
    """Until when letters wait because somebody is away or has paused them, whatever the hour; `now` if none does."""
    return max(now, person.away_until or now, person.letters_paused_until or now)


def rests_by(person: Person, zone: str, now: datetime) -> dict[Column | str, datetime]:
    """Until when they are away, or pause letters, by another clock: until the days that they said begin there."""
    said = {
        Person.away_until: person.away_until,
        Person.letters_paused_until: person.letters_paused_until,
    }
    return {
        column: _at(in_zone(until, person.zone).date(), 0, zone)
        for column, until in said.items()
        if until and now < until < FOREVER
    }


def rests(person: Person, now: datetime) -> bool:
    """Whether letters that can wait rest, whatever the hour."""
    return rests_until(person, now) > now


def next_free(person: Person, now: datetime) -> datetime:
    """The first moment from now on at which a letter that can wait may come to them; FOREVER for who paused them."""
    free = rests_until(person, now)
    if free >= FOREVER or not keeps_quiet(person):
        return free
    local = in_zone(free, person.zone)
    if (local.hour - person.quiet_from) % 24 >= (person.quiet_to - person.quiet_from) % 24:
        return free
    day = local.date() + timedelta(days=local.hour >= person.quiet_to)
    return max(free, _at(day, person.quiet_to, person.zone))


def keeps_quiet(person: Person) -> bool:
    """Whether somebody has set quiet hours."""
    return person.quiet_from is not None


async def hold(person: int, now: datetime, *, by_the_hour: bool = False) -> datetime | None:
    """Until when letters to somebody (by id) rest, and so it stays until the transaction ends; None: they do not.

    `by_the_hour`: their quiet hours count, too.
    """
    found = await locked(Person, person, strength="SHARE")
    if found is None:
        return None
    comes = next_free(found, now) if by_the_hour else rests_until(found, now)
    return comes if comes > now else None


async def forget_what_is_over(before: datetime) -> None:
    """Delete that people paused letters until before then."""
    await Person.update({Person.letters_paused_until: None}).where(Person.letters_paused_until <= before)


async def _change(person: Person, said: dict[object, object]) -> None:
    async with transaction():
        await person.update_self(said)  # type: ignore[arg-type]
        await announce(AwayChanged(person.id))


def _at(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour), timezones.zone(zone)).astimezone(UTC)
