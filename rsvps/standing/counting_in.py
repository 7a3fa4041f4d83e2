"""Counting people in at every gathering of a series: once said, decided for each new one by the ordinary rules.

A standing answer is given in somebody's name and by their word: it takes a seat, waits in line or asks the hosts as
their own press would, where answers are taken. Their own word for one gathering is never overridden. What it has led
to is noted in the transaction that decides it, and told in one letter, so that whoever dies in between loses nothing
and doubles nothing. What a gathering asks of those who come is answered with what they said to the same question
last; where they have not, they are asked to answer themselves: once, and the others of the series have it, too.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from events import queries as events_queries
from events.series import access as series_access
from events.series import making
from events.tables import Event
from events.view import SeriesView
from members.access import KeptOut
from members.tables import Community, Person
from rsvps.questions import sheet
from rsvps.seating import seats
from rsvps.seating import store as seating_store
from rsvps.seating.guests import TooManyGuests
from rsvps.seating.rules import Answer, window
from rsvps.standing import mail, queries, store
from rsvps.standing.queries import Due
from rsvps.tables import Rsvp, StandingAnswer
from server import clock
from server.db import transaction
from server.errors import Conflict, Refusal
from server.faults import Faults
from server.jobs import job, later, later_for_each
from server.languages.messages import _
from server.presentation import in_zone
from server.ratelimit import at_most
from server.statements import lock

AT_ONCE = 500  # So many are decided while others who answer the same gathering wait.
LONGEST_PAUSE = 366  # days
KEPT = timedelta(days=30)  # So long after a gathering it is known who was counted in.


class CannotPause(Refusal):
    """Until a day that has begun already, or is more than a year ahead."""

    field = "until"


class ComesNoMore(Conflict):
    """There is nothing to be counted in at: the series is over."""

    sentence = _("This does not come again, so there is nothing to be counted in at.")


# What somebody says


@at_most("60 per day", "standing answers", of=lambda _, person, **__: person.id)
async def count_me_in(
    seen: SeriesView, person: Person, *, guests: int = 0, online: bool = False, listed: str | None = None
) -> bool:
    """Count somebody in from now on, and at what is ahead already where they have said nothing themselves.

    Again changes with how many guests from now on, and ends a pause. Returns whether a letter tells what it has led to.
    Raises NotAllowed, ComesNoMore; KeptOut, and NotFound for who may not see it any more.
    """
    if not comes_again(seen):
        raise ComesNoMore
    most = seen.pattern.policy.guests_allowed
    faults = Faults()
    faults.number("guests", guests, least=0, most=most)
    faults.refuse()
    online = online and seen.pattern.mode == "hybrid"
    async with transaction():
        await _unless_parted(seen, person)
        await _hold(seen.series.id)
        await store.put(
            seen.series.id, person.id, guests=guests, online=online, listed=listed, now=clock.now()
        )
        return await count_in(seen.series.id, only=person.id)


def comes_again(seen: SeriesView) -> bool:
    """Whether a series has a day to come, today included, or pauses until somebody says that it goes on."""
    series, today = seen.series, in_zone(clock.now(), seen.pattern.zone).date()
    if series.paused_from and not series.paused_until:
        return not series.ended_on or series.ended_on > today
    return making.next_day(series, today) is not None


async def pause(standing: StandingAnswer, person: Person, *, until: date) -> None:
    """Count somebody in from that day on only. What they were counted in at before it goes to others.

    Raises CannotPause.
    """
    today = in_zone(clock.now(), person.zone).date()
    if until <= today:
        raise CannotPause(_("Please choose a day after today."))
    if (until - today).days > LONGEST_PAUSE:
        raise CannotPause(_("That is more than a year away. Please choose an earlier day."))
    async with transaction():
        await _hold(standing.series)
        await store.pause(standing.id, until)
        await _give_back(standing, person, before=until)
        # They may have paused until a later day before.
        await count_in(standing.series, only=person.id)


async def take_up_again(standing: StandingAnswer, person: Person) -> bool:
    """Count them in again, at once. Returns whether there is something ahead that they gave back: that stays so, until
    they say so themselves."""
    async with transaction():
        await _hold(standing.series)
        await store.pause(standing.id, None)
        await count_in(standing.series, only=person.id)
        return await queries.gave_back(standing.id, clock.now())


async def stop(standing: StandingAnswer, person: Person, *, give_back: bool = False) -> None:
    """Count them in no longer. Their seats stay theirs, unless they give them back. Twice is harmless."""
    async with transaction():
        await _hold(standing.series)
        if give_back:
            await _give_back(standing, person, before=None)
        await StandingAnswer.delete().where(StandingAnswer.id == standing.id)


async def _unless_parted(seen: SeriesView, person: Person) -> None:
    """Ask anew, held until the transaction ends, whether they may come: they may just have gone or been kept out."""
    await lock(Community, seen.series.community, strength="SHARE")
    found = await series_access.visible_series(person, seen.series.public_id)
    if found.view.kept_out:
        raise KeptOut


async def _hold(series: int) -> None:
    """Have nobody be counted in, at what is ahead of a series, until the transaction ends. Two queries."""
    # Before anything of the answer is written, in the order of every decision: what is being decided in their name at
    # this moment would else be missed, and whoever decides it would wait for us.
    await lock(Event, *await queries.ahead(series, clock.now()))


async def _give_back(standing: StandingAnswer, person: Person, *, before: date | None) -> None:
    events = await events_queries.events_by_id(await queries.given_before(standing.id, before, clock.now()))
    # In order: two people who pause at once must not deadlock.
    for number in sorted(events):
        await seats.withdraw(events[number], person, by=person)


# What it leads to


async def count_in(series: int, *, only: int | None = None) -> bool:
    """Give the standing answers of a series, of everybody or of one person, wherever they are not given yet.

    Each gathering in transactions of its own, or all in the open one. Again, or by two at once, adds nothing. Returns
    whether a letter tells anybody of it.
    """
    ahead = await queries.ahead(series, clock.now())
    # In order, as above.
    for event in sorted(ahead):
        await _count_in_at(event, only)
    return await _tell(series, only)


@job("rsvps.count_in_at")
async def count_in_at(event: int) -> None:
    """The same for one gathering: its answers have opened, or it has more room."""
    series = await queries.of_event(event)
    if series is not None:
        await _count_in_at(event, None)
        await _tell(series, None)


async def _count_in_at(event: int, only: int | None) -> None:
    refused: set[int] = set()
    while await _some(event, only, refused):
        pass


async def _some(number: int, only: int | None, refused: set[int]) -> bool:
    """Decide as many as go into one transaction. Whether there may be more."""
    async with transaction(first=seating_store.locking(number, seats.LOCK)):
        event = await events_queries.event_by_id(number)
        if event is None or event.status != "published" or event.starts_at <= clock.now():
            return False
        if window(event, clock.now()):
            await _wait_for_answers_to_open(event)
            return False
        due = await queries.due(number, only=only, besides=refused, most=AT_ONCE)
        if due:
            await _give(event, due, refused)
        return len(due) == AT_ONCE


async def _give(event: Event, due: Sequence[Due], refused: set[int]) -> None:
    replies = await _replies(event, [one.person for one in due])
    given: dict[int, bool] = {one.id: True for one in due if one.person not in replies}
    answering = [one for one in due if one.person in replies]
    answers = [_answer(one, replies[one.person]) for one in answering]
    decided = await seats.decide_together(event.id, answers) if answers else []
    for one, became in zip(answering, decided, strict=True):
        if isinstance(became, Rsvp):
            given[one.id] = False
        elif isinstance(became, TooManyGuests):
            given[one.id] = True
        else:
            refused.add(one.person)
    await store.note(event.id, given, clock.now())


def _answer(one: Due, replies: Mapping[int, str]) -> Answer:
    return Answer(
        one.person,
        "going",
        one.guests,
        by=one.person,
        standing=True,
        online=one.online,
        listed=one.listed,
        replies=replies,
    )


async def _replies(event: Event, people: Sequence[int]) -> dict[int, Mapping[int, str]]:
    """What to tell the hosts, by person; without those who have not said yet what has to be said."""
    asked = await sheet.of(event)
    if not asked:
        return {person: {} for person in people}
    said = await queries.said_before(event.id, people)
    replies = {person: said.get(person, {}) for person in people}
    return {person: words for person, words in replies.items() if not sheet.check(asked, words)}


async def _wait_for_answers_to_open(event: Event) -> None:
    opens = event.policy.answers_open_at
    if opens and opens > clock.now():
        await later(count_in_at, event.id, at=opens, key=f"standing {event.id}")


async def _tell(series: int, only: int | None) -> bool:
    """One letter to each, about all that nobody has told them yet. Whether there is any."""
    async with transaction():
        told = await store.claim_untold(series, only, clock.now())
        await later_for_each(mail.counted_in, [[series, person, list(events)] for person, events in told])
    return bool(told)
