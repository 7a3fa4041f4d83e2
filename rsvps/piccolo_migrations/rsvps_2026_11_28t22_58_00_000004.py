"""Count the seats that are taken in their pools"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T22:58:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Count the seats that are taken in their pools"

STATEMENTS = [
    # taken = the sum of 1 + guests over those who are going or hold an open offer, in each pool.
    """
    CREATE OR REPLACE FUNCTION rsvps_count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            PERFORM seat_pools_take(
                array_agg(event ORDER BY event, online), array_agg(online ORDER BY event, online),
                array_agg(chairs ORDER BY event, online)
            )
            FROM (
                SELECT event, online, sum(1 + guests) AS chairs FROM new_rows
                WHERE status IN ('going', 'offered') GROUP BY event, online
            ) AS moved HAVING count(*) > 0;
        ELSIF TG_OP = 'DELETE' THEN
            PERFORM seat_pools_take(
                array_agg(event ORDER BY event, online), array_agg(online ORDER BY event, online),
                array_agg(chairs ORDER BY event, online)
            )
            FROM (
                SELECT event, online, -sum(1 + guests) AS chairs FROM old_rows
                WHERE status IN ('going', 'offered') GROUP BY event, online
            ) AS moved HAVING count(*) > 0;
        ELSE
            PERFORM seat_pools_take(
                array_agg(event ORDER BY event, online), array_agg(online ORDER BY event, online),
                array_agg(chairs ORDER BY event, online)
            )
            FROM (
                SELECT event, online, sum(chairs) AS chairs FROM (
                    SELECT event, online, 1 + guests AS chairs FROM new_rows WHERE status IN ('going', 'offered')
                    UNION ALL
                    SELECT event, online, -1 - guests FROM old_rows WHERE status IN ('going', 'offered')
                ) AS both_sides GROUP BY event, online HAVING sum(chairs) <> 0
            ) AS moved HAVING count(*) > 0;
        END IF;
        RETURN NULL;
    END $$
    """,
    # Of the events, and dropped here: until now rsvps' own migrations counted in them.
    """
    ALTER TABLE events DROP COLUMN seats, DROP COLUMN taken, DROP COLUMN saving, DROP COLUMN online_seats,
        DROP COLUMN online_taken, DROP COLUMN online_saving, DROP COLUMN guests_allowed, DROP COLUMN approval,
        DROP COLUMN asks_first, DROP COLUMN answers_open_at, DROP COLUMN answers_close_at, DROP COLUMN opens_wall,
        DROP COLUMN closes_wall, DROP COLUMN replies_kept
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
