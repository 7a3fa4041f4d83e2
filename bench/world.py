"""A world of any size, made in bulk: people, communities, gatherings, answers, and what they left behind.

What one person and one community have stays the same at every size (five answers each, fifty gatherings each, a list of
connections); only how much there is around them grows. The first community and the first gathering grow with the world.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from server import clock, db
from server.composition import compose, timetable

COMMUNITY = "community-1"
GATHERING = "e00000000001"  # of the first community, with the most answers
CONNECTION = "c00000000001"  # one of mine
SERIES = "s00000000001"  # of the first community
IN_SERIES = "o00000000001"  # a gathering of it
GATHERINGS = 50  # of each community
AHEAD = 10  # of them are still to come
ANSWERS = 20  # to each gathering
CONNECTIONS = 120  # of ME
RHYTHMS = 20  # series of each community
WEEKS_AHEAD = 3  # that these are made; so many gatherings each has
REGULARS = 5  # in each series
LARGE = ("rsvps", "rsvp_names", "rsvp_changes", "events", "memberships", "member_names")
HOST, ME = 1, 2  # owns the first community; is a member of it


@dataclass(frozen=True)
class Size:
    """How many people there are. All else follows."""

    people: int

    @property
    def communities(self) -> int:
        """One for two hundred people."""
        return self.people // 200

    @property
    def largest(self) -> int:
        """How many belong to the first community."""
        return self.people // 4

    @property
    def gatherings(self) -> int:
        """Of all communities."""
        return self.communities * GATHERINGS

    @property
    def ahead(self) -> int:
        """Gatherings still to come."""
        return self.communities * AHEAD

    @property
    def answers(self) -> int:
        """To all gatherings but for the first."""
        return self.gatherings * ANSWERS

    @property
    def series(self) -> int:
        """Of all communities; the first has a hundredth of them besides its own."""
        return self.communities * RHYTHMS

    @property
    def hot(self) -> int:
        """Answers to the first gathering."""
        return max(self.answers // 100, 200)


async def make(size: Size) -> None:
    """Fill an empty database, with every trigger at work, and leave nothing to do by the clock."""
    now = clock.now().replace(microsecond=0)
    async with db.transaction():
        await db.run("SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '256MB'")
        async with _held_together_afterwards():
            await _people(size, now)
            await _communities(size, now)
            await _gatherings(size, now)
            await _answers(size, now)
            await _afterwards(size, now)
            await _series(size, now)
    await db.run("VACUUM ANALYZE")
    await settle()


@asynccontextmanager
async def _held_together_afterwards() -> AsyncIterator[None]:
    """Without the indexes that no constraint needs, and without foreign keys. At the end each is made anew, and checked
    for all rows at once; row by row that takes as long as the rows themselves."""
    indexes = await db.rows(
        """
        SELECT 'DROP INDEX ' || indexrelid::regclass AS gone, pg_get_indexdef(indexrelid) AS back FROM pg_index
        WHERE indrelid = ANY ($1::text[]::regclass[])
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """,
        LARGE,
    )
    keys = await db.rows(
        """
        SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS gone,
            format('ALTER TABLE %s ADD CONSTRAINT %I ', conrelid::regclass, conname)
                || pg_get_constraintdef(oid) AS back
        FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY ($1::text[]::regclass[])
        """,
        LARGE,
    )
    for row in [*indexes, *keys]:
        await db.run(row["gone"])
    yield
    for row in [*indexes, *keys]:
        await db.run(row["back"])


async def settle() -> None:
    """Do what is due by the clock until nothing is, and take the letters that come of it away."""
    compose()
    for timed in timetable:
        await timed.function()
    await db.run("TRUNCATE due_work")
    await db.run("VACUUM ANALYZE")


async def _people(size: Size, now: datetime) -> None:
    await db.run(
        """
        INSERT INTO people (public_id, email, name, zone, language, created_at, signed_in_at)
        SELECT 'p' || lpad(n::text, 11, '0'), 'person-' || n || '@example.org',
            (ARRAY['Ana', 'Bo', 'Cléo', 'Dev', 'Émile', 'Fatima', 'Greta', 'Hugo', 'Ines', 'Jun'])[1 + n % 10]
                || ' ' || (ARRAY['Miller', 'Ødegård', 'Nguyen', 'Silva', 'Haddad', 'Kowalski', 'Sato'])[1 + n % 7]
                || ' ' || n,
            'Europe/Berlin', 'en', $2, $2
        FROM generate_series(1, $1::int) AS n
        """,
        size.people,
        now - timedelta(days=400),
    )
    await db.run(
        """
        INSERT INTO sessions (person, secret, browser, created_at, seen_at, expires_at)
        SELECT id, sha256(public_id::bytea), 'Bench', $1, $1, $2 FROM people WHERE id % 4 = 0
        """,
        now,
        now + timedelta(days=30),
    )


async def _communities(size: Size, now: datetime) -> None:
    await db.run(
        """
        INSERT INTO communities (slug, name, summary, about, place, zone, created_at)
        SELECT 'community-' || n, 'Community ' || n, 'We meet and walk.', 'We meet and **walk**.', 'Hereabouts',
            'Europe/Berlin', $2
        FROM generate_series(1, $1::int) AS n
        """,
        size.communities,
        now - timedelta(days=400),
    )
    await db.run(
        """
        INSERT INTO memberships (community, person, role, joined_at)
        SELECT 1, n, CASE n WHEN 1 THEN 'owner' ELSE 'member' END, $3::timestamptz
        FROM generate_series(1, $1::int / 4) AS n
        UNION ALL
        SELECT 2 + n % ($2 - 1), n, 'member', $3 FROM generate_series($1::int / 4 + 1, $1::int) AS n
        UNION ALL
        SELECT n, n, 'owner', $3 FROM generate_series(2, $2::int) AS n
        """,
        size.people,
        size.communities,
        now - timedelta(days=300),
    )


async def _gatherings(size: Size, now: datetime) -> None:
    """Ten ahead of each community, over ninety days; forty behind it, over two years. Half have seats.

    Their zones go around the world, so that it is day for some whenever this is measured.
    """
    await db.run(
        """
        INSERT INTO events (public_id, community, created_by, uid, status, title, summary, about, starts_at, ends_at,
            starts_wall, ends_wall, zone, mode, place, visibility, published_at, changed_at, calendar_changed_at,
            created_at)
        SELECT 'e' || lpad(n::text, 11, '0'), community, community, n || '@kith.example',
            CASE WHEN k = 49 THEN 'cancelled' ELSE 'published' END,
            (ARRAY['Walk to the mill', 'Soup and songs', 'Mending evening', 'Choir', 'Reading circle'])[1 + n % 5]
                || ' ' || n,
            'Come as you are', 'We **meet** at the fountain and go on from there.',
            starts_at, starts_at + interval '2 hours', starts_at AT TIME ZONE zone,
            (starts_at + interval '2 hours') AT TIME ZONE zone, zone, 'in_person', 'Town fountain',
            CASE WHEN k IN (20, 30, 40) THEN 'members' ELSE 'public' END,
            $3, $3, $3, $3
        FROM generate_series(0, $1::int - 1) AS made (number)
        CROSS JOIN LATERAL (
            SELECT number + 1 AS n, 1 + number % $2::int AS community, number / $2::int AS k,
                (ARRAY['Europe/Berlin', 'America/Los_Angeles', 'Asia/Tokyo'])[1 + number % 3] AS zone
        ) AS named
        CROSS JOIN LATERAL (
            SELECT date_trunc('minute', $3::timestamptz + CASE
                WHEN k < $4 THEN (k + community::float / $2) * interval '9 days' + interval '8 hours'
                ELSE ($4 - 1 - k - community::float / $2) * interval '18 days' + interval '17 days'
            END) AS starts_at
        ) AS timed
        """,
        size.gatherings,
        size.communities,
        now,
        AHEAD,
    )
    await db.run("INSERT INTO answer_policies (event, guests_allowed) SELECT id, 2 FROM events")
    await db.run(
        "INSERT INTO seat_pools (event, seats) SELECT id, CASE WHEN (id - 1) / $1 % 2 = 1 THEN 14 END FROM events",
        size.communities,
    )


async def _answers(size: Size, now: datetime) -> None:
    """Twenty to each gathering, fourteen going; as many as a hundredth of all to the first. ME goes to five."""
    await db.run(
        """
        INSERT INTO rsvps (public_id, event, person, status, wanted, queued, confirmed_at, answered_at, created_at,
            listed, link)
        SELECT 'r' || lpad(row_number() OVER (ORDER BY event, j)::text, 11, '0'), event, person, status,
            CASE status WHEN 'waitlisted' THEN 'going' ELSE status END, CASE status WHEN 'waitlisted' THEN j END,
            answered_at, answered_at, answered_at, CASE WHEN j % 3 = 0 THEN 'coming' ELSE 'nobody' END, 0
        FROM (
            SELECT events.id AS event, j, 1 + (events.id * 7919 + j * 104729) % $1::int AS person,
                least(events.starts_at, $2::timestamptz) - (1 + j % 20) * interval '5 hours' AS answered_at,
                CASE WHEN j % 20 < 14 THEN 'going' WHEN j % 20 < 16 AND seats IS NOT NULL THEN 'waitlisted'
                    WHEN j % 20 < 18 THEN 'maybe' ELSE 'declined' END AS status
            FROM events JOIN seat_pools ON seat_pools.event = events.id
            CROSS JOIN generate_series(0, CASE events.id WHEN 1 THEN $3::int ELSE $4 END - 1) AS j
        ) AS answered
        """,
        size.people,
        now,
        size.hot,
        ANSWERS,
    )
    await db.run(
        """
        INSERT INTO rsvps (public_id, event, person, status, wanted, confirmed_at, answered_at, created_at, link)
        SELECT 'm' || lpad(events.id::text, 11, '0'), events.id, $1::bigint, 'going', 'going', $2::timestamptz, $2,
            $2, 0
        FROM events JOIN seat_pools ON seat_pools.event = events.id
        WHERE community = 1 AND seats IS NULL AND starts_at > $2 ON CONFLICT (event, person) DO NOTHING
        """,
        ME,
        now,
    )
    await db.run(
        """
        INSERT INTO rsvp_changes (rsvp, by, at, from_status, to_status)
        SELECT id, person, answered_at, NULL, status FROM rsvps
        """
    )


async def _afterwards(size: Size, now: datetime) -> None:
    """Who came, follow-ups, connections and shifts."""
    await db.run(
        """
        INSERT INTO arrivals (rsvp, seen_by, arrived_at)
        SELECT rsvps.id, person, starts_at FROM rsvps JOIN events ON events.id = event
        WHERE rsvps.status = 'going' AND starts_at < $1 AND starts_at > $1::timestamptz - interval '60 days'
        """,
        now,
    )
    await db.run(
        """
        INSERT INTO follow_ups (event, opened_at, closes_at)
        SELECT id, ends_at, ends_at + interval '14 days' FROM events WHERE ends_at < $1::timestamptz - interval '8 days'
        """,
        now,
    )
    await db.run(
        """
        INSERT INTO follow_up_replies (public_id, follow_up, person, was_there, findable, created_at, answered_at)
        SELECT 'f' || lpad(rsvps.id::text, 11, '0'), follow_ups.id, person, true, true, opened_at, opened_at
        FROM follow_ups JOIN rsvps ON rsvps.event = follow_ups.event AND rsvps.status = 'going'
        WHERE opened_at > $1::timestamptz - interval '60 days'
        """,
        now,
    )
    await db.run(
        """
        INSERT INTO connections (public_id, low, high, event, connected_at)
        SELECT 'c' || lpad((row_number() OVER (ORDER BY low <> $1, high))::text, 11, '0'), low, high,
            $3::bigint + low % $6::bigint,
            $4::timestamptz - (low + high) * interval '1 second'
        FROM (
            SELECT $1::bigint AS low, $1 + n AS high FROM generate_series(1, $5::int) AS n
            UNION
            SELECT n, n + 1 FROM generate_series(3, $2::int - 1) AS n
        ) AS pairs
        """,
        ME,
        size.people,
        size.ahead + 1,
        now,
        CONNECTIONS,
        min(100, size.gatherings - size.ahead),
    )
    await db.run(
        """
        INSERT INTO volunteer_roles (public_id, event, title, places, changed_at, created_at)
        SELECT 'v' || lpad(id::text, 11, '0'), id, 'Kitchen', 3, $1::timestamptz, $1 FROM events WHERE id % 5 = 0
        """,
        now,
    )
    await db.run(
        """
        INSERT INTO volunteer_sign_ups (role, person, created_at)
        SELECT volunteer_roles.id, 1 + (event * 31 + n) % $1, $2
        FROM volunteer_roles CROSS JOIN generate_series(1, 2) AS n
        """,
        size.people,
        now - timedelta(days=1),
    )


async def _series(size: Size, now: datetime) -> None:
    """Series with their patterns, made as far ahead as was said: the next is due tomorrow, or within the week.

    Some are counted in at each.
    """
    await db.run(
        """
        INSERT INTO series (public_id, community, created_by, rule, first_on, weeks_ahead, started_at, due_at,
            changed_at, created_at)
        SELECT 's' || lpad(n::text, 11, '0'), community, community, 'FREQ=WEEKLY', first_on, $4, $3,
            first_on::timestamp AT TIME ZONE 'Europe/Berlin', $3, $3
        FROM generate_series(1, $1::int + $1 / 100) AS n
        CROSS JOIN LATERAL (
            SELECT CASE WHEN n <= $1 THEN 1 + (n - 1) % $2::int ELSE 1 END AS community,
                ($3::timestamptz AT TIME ZONE 'Europe/Berlin')::date + 1 + n % 6 AS first_on
        ) AS begun
        """,
        size.series,
        size.communities,
        now,
        WEEKS_AHEAD,
    )
    # The pattern is week 0, a draft without a date.
    await db.run(
        """
        INSERT INTO events (public_id, community, created_by, uid, status, title, summary, about, starts_at, ends_at,
            starts_wall, ends_wall, zone, mode, place, visibility, series, series_date, published_at, changed_at,
            calendar_changed_at, created_at)
        SELECT CASE week WHEN 0 THEN 'p' ELSE 'o' END
                || lpad((series.id + $2 * (greatest(week, 1) - 1))::text, 11, '0'),
            community, created_by, series.id || '-' || week || '@kith.example',
            CASE week WHEN 0 THEN 'draft' ELSE 'published' END,
            (ARRAY['Soup for all', 'Choir', 'Open workshop'])[1 + series.id % 3] || ' ' || series.id,
            'Come as you are', 'We **meet** each week.', wall AT TIME ZONE 'Europe/Berlin',
            (wall + interval '2 hours') AT TIME ZONE 'Europe/Berlin', wall, wall + interval '2 hours',
            'Europe/Berlin', 'in_person', 'Town hall', 'public', series.id,
            CASE week WHEN 0 THEN NULL ELSE wall::date END,
            CASE week WHEN 0 THEN NULL ELSE $1::timestamptz END, $1, $1, $1
        FROM series CROSS JOIN generate_series(0, $3) AS week
        CROSS JOIN LATERAL (
            SELECT first_on + (greatest(week, 1) - 1) * interval '7 days' + interval '19 hours' AS wall
        ) AS timed
        """,
        now,
        size.series + size.series // 100,
        WEEKS_AHEAD,
    )
    await db.run("INSERT INTO answer_policies (event) SELECT id FROM events WHERE series IS NOT NULL")
    await db.run("INSERT INTO seat_pools (event, seats) SELECT id, 30 FROM events WHERE series IS NOT NULL")
    await db.run(
        """
        INSERT INTO standing_answers (series, person, since, link)
        SELECT id, 1 + (id * 7919 + n * 104729) % $1::int, $2, 0 FROM series CROSS JOIN generate_series(1, $3::int) AS n
        """,
        size.people,
        now,
        REGULARS,
    )
