"""How a series begins: written down, then started, from when on its gatherings are made."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from events import wall_clock
from events.details import Details
from events.publishing import publishing
from events.series import making, queries, rule
from events.tables import Event, Series
from members.tables import Community, Person
from server import clock, tokens
from server.db import transaction
from server.errors import NotFound, Refusal
from server.faults import Faults
from server.languages.messages import _
from server.presentation import in_zone
from server.ratelimit import at_most

USUALLY_AHEAD = 8


class HasBegun(Refusal):
    """A series whose gatherings people may have seen is ended, not thrown away."""

    status = 409
    sentence = _("People may have seen its gatherings, so the series stays. You can end it instead.")


class AllOver(Refusal):
    """What would be published has no day ahead: is its date right?"""

    field = "date"
    sentence = _("All of its days are over.")


@at_most("30 per day", "new series", of=lambda *_, by, counted=True, **__: by.id if counted else None)
async def begin(
    community: Community,
    details: Details,
    *,
    by: Person,
    public_id: str,
    by_rule: str,
    weeks_ahead: int = USUALLY_AHEAD,
    picture: int | None = None,
    like: Event | None = None,
    counted: bool = True,
    first_on: date | None = None,
) -> Series:
    """Write a series down: `details` are those of its first gathering, and of all others. Nothing is made yet.

    `by_rule` is a rule of `rule.read`. It begins with the first day that this gives, on or after that of the details,
    or on `first_on`.
    The same `public_id` again gives the series that is there. `like` is an event whose questions, shifts and co-hosts
    it takes along. `counted` is as in `publishing.draft`. Raises NotAllowed with all that is wrong, NoRule, TooMany.
    """
    check_weeks(weeks_ahead)
    starts = in_zone(details.starts_at, details.zone)
    first_on = first_on or rule.first_day(by_rule, starts.date())
    async with transaction():
        series = Series(
            community=community.id,
            created_by=by.id,
            public_id=public_id,
            rule=by_rule,
            first_on=first_on,
            weeks_ahead=weeks_ahead,
        )
        written = await Series.insert(series).on_conflict(target=Series.public_id, action="DO NOTHING")
        if not written:
            return await _already_there(public_id, community)
        number = int(written[0]["id"])
        pattern = await publishing.draft(
            community,
            on(first_on, details),
            by=by,
            public_id=tokens.public_id(),
            picture=picture,
            like=like,
            series=number,
            counted=counted,
        )
        assert pattern.is_pattern
    return await _known(number)


async def start(series: Series, *, news: bool = True) -> int:
    """Have its gatherings made from now on, and published. Returns how many there are now; twice is harmless.

    `news` is as in `making.make`.
    """
    async with transaction():
        current = await queries.locked(series.id)
        if current is None:
            raise NotFound
        if not current.started_at:
            await Series.update({Series.started_at: clock.now()}).where(Series.id == series.id)
        return len(await making.make(series.id, news=news))


async def publish(series: Series) -> int:
    """Start a series of which a day is ahead, as somebody wants it. Returns as `start` does. Raises AllOver."""
    async with transaction():
        made = await start(series)
        if not made and not series.started_at and await _is_over(series):
            raise AllOver
    return made


async def throw_away(series: Series) -> None:
    """Delete a series that was never started, with its pattern. Raises HasBegun."""
    async with transaction():
        current = await queries.locked(series.id)
        if current is None:
            return
        if current.started_at:
            raise HasBegun
        await Series.delete().where(Series.id == series.id)


def check_weeks(weeks: int) -> None:
    """Raise NotAllowed when gatherings cannot be made so far ahead."""
    faults = Faults()
    faults.number("weeks_ahead", weeks, least=making.WEEKS_AHEAD[0], most=making.WEEKS_AHEAD[1])
    faults.refuse()


def on(day: date, details: Details) -> Details:
    """The same on another day, at the same times on its wall clock."""
    walls = wall_clock.kept(vars(details), details.zone)
    starts = walls["starts_wall"]
    assert starts
    moved = datetime.combine(day, starts.time()) - starts
    if not moved:
        return details
    times: dict[str, Any] = {
        name: making.moment(wall + moved, details.zone) if (wall := walls[kept]) else None
        for name, kept in wall_clock.KEPT.items()
    }
    return replace(details, **times)


async def _is_over(series: Series) -> bool:
    pattern = await queries.pattern_of(series.id)
    today = in_zone(clock.now(), pattern.zone).date()
    return not series.paused_from and making.next_day(series, today) is None


async def _already_there(public_id: str, community: Community) -> Series:
    series = await queries.series_by_public_id(public_id)
    if series is None or series.community != community.id:
        raise NotFound
    return series


async def _known(number: int) -> Series:
    series = await queries.series_by_id(number)
    assert series
    return series
