"""Letting time pass: scenes are lived through in their order, and the worker's part is done in between."""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from server import clock, composition, db, jobs
from server.presentation import in_zone
from server.statements import among
from server.tables import DueWork

Scene = Callable[[], Awaitable[object]]

# When the timetable is kept, twice a day (UTC): what goes by the clock is written in the morning and in the evening.
ROUNDS = (time(9, 10), time(18, 10))
DAY = timedelta(days=1)
LIVED_WHOLE = timedelta(days=50)  # before the present
AFTERMATH = timedelta(days=3)  # of a scene: until those who both wished it are connected


class SceneFailed(Exception):
    """Due work of the demonstration could not be done. Its text says which, and why."""


@dataclass
class Weeks:
    """What happens, and when. `plan` in any order, then `live`: a scene cannot happen after the present."""

    present: datetime
    _scenes: list[tuple[datetime, Scene]] = field(default_factory=list)

    def plan(self, moment: datetime, scene: Scene) -> None:
        """Have something happen at a moment; what is planned for the future happens now."""
        self._scenes.append((min(moment, self.present), scene))

    async def live(self) -> None:
        """Everything in its order, with all letters and all due work that follow, in the open transaction.

        Raises SceneFailed.
        """
        moments = sorted(moment for moment, _ in self._scenes) or [self.present]
        rounds = [
            (moment, _keep_the_timetable)
            for moment in _rounds(moments[0], self.present)
            if self._is_busy(moment, moments)
        ]
        last = (self.present, _keep_the_timetable)
        await db.plan_once()
        for moment, scene in sorted([*self._scenes, *rounds, last], key=lambda planned: planned[0]):
            with clock.set_back_to(moment):
                await work_off()
                await scene()
                await work_off()

    def _is_busy(self, moment: datetime, moments: list[datetime]) -> bool:
        """Whether there may be something to do: of long ago, only the days around a scene are lived through."""
        if moment > self.present - LIVED_WHOLE:
            return True
        begun = bisect_left(moments, moment + DAY)
        return begun > 0 and moment < moments[begun - 1] + AFTERMATH


def first_daylight_round(since: datetime, zone: str) -> datetime:
    """The first time that the timetable is kept, by day in this zone, at or after a moment."""
    rounds = _rounds(since, since + timedelta(days=3))
    return next(moment for moment in rounds if 9 <= in_zone(moment, zone).hour <= 20)


def _rounds(since: datetime, until: datetime) -> Iterator[datetime]:
    for day in range((until - since).days + 2):
        for at in ROUNDS:
            moment = datetime.combine(since.astimezone(UTC).date() + timedelta(days=day), at, UTC)
            if since < moment < until:
                yield moment


async def _keep_the_timetable() -> None:
    for line in composition.timetable:
        if "hour" not in line.when:  # What is done once a night only tidies up.
            await line.function()
    # What a line sets for its own transaction stays set here, where all are part of one.
    await db.plan_once()


async def work_off() -> None:
    """Do what is due now, as the worker does. Raises SceneFailed."""
    while claimed := await jobs.claim("the demonstration", most=500):
        for work in claimed:
            await jobs.do(work)
        tried = among(DueWork.id, [work.id for work in claimed])
        failed = await DueWork.select().where(tried & (DueWork.last_error != "")).first()
        if failed:
            raise SceneFailed(f"{failed['kind']} failed with {failed['last_error']}")
