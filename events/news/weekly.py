"""One letter a week to those who wish that: what is new, what has changed, what comes up, of all their communities.

Some of those whose time has come are held at a time; their letters are written down, and their next turn is set, in
the same transaction. A worker that is killed leaves nothing behind; another takes them up. Two at once hold different
people. What there is to say, the letter finds out itself: when there is nothing, none is sent.
"""

from datetime import date, datetime, timedelta

from events.news import mail, queries, store
from events.news.queries import Turn
from events.news.turns import by_morning, last_turn, next_turn
from members.letters.letter_hours import FOREVER, next_free
from members.letters.weeks import first_weekday
from members.tables import Person
from server import clock
from server.db import transaction
from server.jobs import later_for_each
from server.languages import catalogues
from server.presentation import in_zone

PEOPLE_AT_ONCE = 1000
# Weeks that begin sooner after each other are one week: by another clock, or with another first day.
APART = timedelta(days=4)


async def tell_due(now: datetime | None = None) -> int:
    """Write to everybody whose time has come. Returns how many letters were written down."""
    now = now or clock.now()
    told, held = 0, PEOPLE_AT_ONCE
    while held == PEOPLE_AT_ONCE:
        held, written = await _tell_some(now)
        told += written
    return told


async def _tell_some(now: datetime) -> tuple[int, int]:
    async with transaction():
        turns = await queries.lock_turns(now, most=PEOPLE_AT_ONCE)
        due = {turn.person.id: _due(turn, now) for turn in turns}
        ready = [turn for turn in turns if due[turn.person.id] <= now]
        due |= {turn.person.id: _next(turn.person, now) for turn in ready}
        await store.set_turns(due, {turn.person.id: _week(turn.person, now) for turn in ready}, now)
        await later_for_each(
            mail.weekly, [[turn.person.id, turn.told_at.isoformat(), now.isoformat()] for turn in ready]
        )
    return len(turns), len(ready)


def _due(turn: Turn, now: datetime) -> datetime:
    """When somebody's letter is due: `now` or before if it is. The zone they live in, or their language, may be new."""
    person = turn.person
    if _is_told(turn, now):
        return _next(person, now)
    comes = next_free(person, now)
    if comes <= now or comes >= FOREVER:
        return comes
    # Not at midnight, when somebody is back: in the morning, and not in their quiet hours then.
    return next_free(person, by_morning(comes, person.zone))


def _is_told(turn: Turn, now: datetime) -> bool:
    """Whether somebody has had the letter of this week, or has begun to hear since it was due."""
    if turn.week and _week(turn.person, now) < turn.week + APART:
        return True
    return turn.told_at >= _last(turn.person, now)


def _week(person: Person, now: datetime) -> date:
    """The first day of the week whose letter was due last, on their own calendar."""
    return in_zone(_last(person, now), person.zone).date()


def _last(person: Person, now: datetime) -> datetime:
    return last_turn(now, person.zone, _weekday(person))


def _next(person: Person, now: datetime) -> datetime:
    return next_turn(now, person.zone, _weekday(person))


def _weekday(person: Person) -> int:
    return first_weekday(catalogues.of(person.language), person.zone)
