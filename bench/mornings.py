"""Many gatherings that are over: their people, and what these marked the morning after. Straight into the tables."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench import seed
from server import clock, db

ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Mornings:
    """So many gatherings with so many people each; everybody is at one of them."""

    gatherings: int
    people: int

    @property
    def morning(self) -> datetime:
        """Noon today, where they were: three hours after the end of all of them."""
        return clock.now().astimezone(ZoneInfo(ZONE)).replace(hour=12, minute=0, second=0, microsecond=0)

    @property
    def batch(self) -> datetime:
        """When wishes made that morning become connections."""
        return self.morning + timedelta(days=3)

    async def make(self, slug: str) -> list[int]:
        """The gatherings, their people, and that these came; as many before them that were asked about long ago.

        Returns the numbers of the gatherings.
        """
        community = await seed.community(slug)
        people = await seed.people(self.gatherings * self.people)
        earlier = await self._held(community.id, f"{slug}-before", self.morning - timedelta(days=60))
        await self._ask(earlier, self.morning - timedelta(days=60), None)
        numbers = await self._held(community.id, slug, self.morning)
        for table in ("answer_policies", "seat_pools"):
            await db.run(f"INSERT INTO {table} (event) SELECT unnest($1::bigint[])", numbers)
        await db.run(
            """
            WITH going AS (
                INSERT INTO rsvps
                    (public_id, event, person, status, wanted, confirmed_at, link, answered_at, created_at)
                SELECT substr(md5(person::text), 1, 12), event, person, 'going', 'going', $4, 0, $4, $4
                FROM unnest($1::bigint[]) WITH ORDINALITY AS held (event, n)
                JOIN unnest($2::bigint[]) WITH ORDINALITY AS guests (person, place) ON (place - 1) / $3::int = n - 1
                RETURNING id, person
            )
            INSERT INTO arrivals (rsvp, seen_by, arrived_at) SELECT id, person, $4 FROM going
            """,
            numbers,
            people,
            self.people,
            self.morning - timedelta(hours=5),
        )
        await db.run("VACUUM ANALYZE")
        return numbers

    async def meet(self, events: list[int]) -> int:
        """Everybody wishes to hear from two: from their neighbour, who wishes it too, and from one who does not.
        Returns how many marks that is."""
        opened = self.morning
        await self._ask(events, opened, self.batch)
        await db.run(
            """
            INSERT INTO follow_up_replies (public_id, follow_up, person, was_there, findable, created_at, answered_at)
            SELECT substr(md5('reply' || rsvps.id), 1, 12), follow_ups.id, person, true, true, $1, $1
            FROM follow_ups JOIN rsvps USING (event) WHERE event = ANY($2)
            """,
            opened,
            events,
        )
        await db.run(
            """
            WITH placed AS (
                SELECT follow_up, person, row_number() OVER (PARTITION BY follow_up ORDER BY person) - 1 AS n
                FROM follow_up_replies
            )
            INSERT INTO met_marks (follow_up, by, about, wished_at, created_at)
            SELECT follow_up, mine.person, theirs.person, $2::timestamptz, $2
            FROM placed AS mine JOIN placed AS theirs USING (follow_up)
            WHERE theirs.n IN (mine.n # 1, (mine.n + 2) % $1)
            """,
            self.people,
            opened,
        )
        await db.run("VACUUM ANALYZE")
        marks: int = await db.value("SELECT count(*) FROM met_marks")
        return marks

    async def _held(self, community: int, slug: str, morning: datetime) -> list[int]:
        rows = await db.rows(
            """
            INSERT INTO events (public_id, community, uid, status, title, starts_at, ends_at, starts_wall, ends_wall,
                zone, place, published_at, changed_at, calendar_changed_at, created_at)
            SELECT substr(md5($4 || n), 1, 12), $1::bigint, $4 || n, 'published', 'Walk ' || n, starts, ends,
                starts AT TIME ZONE $3, ends AT TIME ZONE $3, $3, 'Town fountain', starts, starts, starts, starts
            FROM generate_series(1, $2::int) AS n, (VALUES ($5::timestamptz, $6::timestamptz)) AS held (starts, ends)
            RETURNING id
            """,
            community,
            self.gatherings,
            ZONE,
            slug,
            morning - timedelta(hours=5),
            morning - timedelta(hours=3),
        )
        return [row["id"] for row in rows]

    async def _ask(self, events: list[int], opened: datetime, batch: datetime | None) -> None:
        await db.run(
            """
            INSERT INTO follow_ups (event, opened_at, closes_at, reveals_at)
            SELECT event, $2, $3, $4 FROM unnest($1::bigint[]) AS held (event)
            """,
            events,
            opened,
            opened + timedelta(days=14),
            batch,
        )
