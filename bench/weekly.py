"""The weekly letter of 20,000 followers, all due at once, beside the letters of `letters`: letters a second.

From the moment their turns have come: claimed and written down, what each is told asked anew, rendered and handed to a
real SMTP server by one worker. Each hears of two communities and is told of eight gatherings, of which some are new,
one has another place, one is full and one is cancelled.
"""

import asyncio
import itertools
import time
from datetime import datetime, timedelta

from bench import letters, seed
from bench.house import House
from bench.results import Result, compared
from bench.turns import in_turns
from events.news import weekly
from events.news.turns import last_turn
from events.tables import Event, SeatPool
from members.tables import Community
from server import clock, db, schema
from tests.processes import MailServer, mail_server, worker

FOLLOWERS, QUICK = 20_000, 2_000
ZONE, MONDAY = "Europe/Berlin", 0


async def measure(house: House) -> list[Result]:
    """Weekly letters a second, and confirmations."""
    followers = QUICK if house.quick else FOLLOWERS
    confirmations = 300 if house.quick else 1000
    runs = itertools.count()

    async def weeks() -> float:
        with mail_server() as (server, url), worker(house.database_url, SMTP_URL=url):
            return await _told(server, people)

    async def others() -> float:
        return await letters.by_kith(house, confirmations, f"weekly-{next(runs)}")

    async with schema.pool():
        people = await _followers(followers + letters.WARMING)
        seen = await in_turns(3, {"weekly": weeks, "letters": others})
    return [
        compared(
            "weekly",
            f"the weekly letter of {followers:,} followers, 8 gatherings each",
            seen["weekly"],
            seen["letters"],
            baseline="letters: confirmation with calendar",
        )
    ]


async def _told(server: MailServer, people: list[int]) -> float:
    """Letters a second, once the worker has read its templates."""
    await _tell(server, people[: letters.WARMING])
    rest = people[letters.WARMING :]
    begun = time.perf_counter()
    await _tell(server, rest)
    return len(rest) / (time.perf_counter() - begun)


async def _tell(server: MailServer, people: list[int]) -> None:
    wanted = len(server.taken) + len(people)
    now = clock.now()
    since = last_turn(now, ZONE, MONDAY) - timedelta(days=1)
    await db.run(
        "UPDATE weekly_turns SET due_at = $2, told_at = $3, week = NULL WHERE person = ANY($1)",
        people,
        now,
        since,
    )
    await weekly.tell_due(now)
    while len(server.taken) < wanted:
        await asyncio.sleep(0.005)


async def _followers(count: int) -> list[int]:
    """So many people who hear of two communities once a week, and whose turn has not come."""
    walkers, readers = await seed.community("walkers"), await seed.community("readers")
    now = clock.now()
    for community in (walkers, readers):
        await _gatherings(community, now)
    people = await seed.people(count)
    await db.run(
        """
        INSERT INTO follows (community, person, hears, since)
        SELECT community, person, 'weekly', $3 FROM unnest($1::bigint[]) AS community, unnest($2::bigint[]) AS person
        """,
        [walkers.id, readers.id],
        people,
        now - timedelta(days=30),
    )
    await db.run("UPDATE weekly_turns SET due_at = $1", now + timedelta(days=30))
    await db.run("VACUUM ANALYZE")
    return people


async def _gatherings(community: Community, now: datetime) -> None:
    """Two that are new and two that were known: of these one comes up and is full, one is cancelled."""
    for days in (9, 16):
        await seed.event(community, days=days, title=f"Walk in {days} days")
    known = now - timedelta(days=60)
    full = await seed.event(community, days=3, seats=1, title="Walk to the mill, and soup")
    off = await seed.event(community, days=20, title="A walk that is called off")
    for event in (full, off):
        await Event.update({Event.published_at: known}).where(Event.id == event.id)
    await SeatPool.update({SeatPool.seats: 1}).where(SeatPool.event == full.id)
    await db.run("UPDATE seat_pools SET taken = 1 WHERE event = $1", full.id)
    cancelled = {Event.status: "cancelled", Event.cancelled_at: now}
    await Event.update(cancelled).where(Event.id == off.id)
