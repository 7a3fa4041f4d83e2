"""Find again what was typed for the moments that are kept"""

from datetime import datetime

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import db, migrating

ID = "2026-11-28T19:45:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Find again what was typed for the moments that are kept"

FROZEN = {"time_zone_rules": ["followed_at"]}
AT_ONCE = 5000
MOMENTS = ("starts_at", "ends_at", "answers_open_at", "answers_close_at")


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.drop_frozen_defaults(FROZEN)
        last = 0
        while rows := await db.rows(
            """
            SELECT id, zone, starts_at, ends_at, answers_open_at, answers_close_at FROM events
            WHERE id > $1 ORDER BY id LIMIT $2
            """,
            last,
            AT_ONCE,
        ):
            await db.run(
                """
                UPDATE events SET starts_wall = told.starts_wall, ends_wall = told.ends_wall,
                    opens_wall = told.opens_wall, closes_wall = told.closes_wall
                FROM unnest($1::bigint[], $2::timestamp[], $3::timestamp[], $4::timestamp[], $5::timestamp[])
                    AS told (id, starts_wall, ends_wall, opens_wall, closes_wall)
                WHERE events.id = told.id
                """,
                [row["id"] for row in rows],
                *([_shown(row[name], row["zone"]) for row in rows] for name in MOMENTS),
            )
            last = rows[-1]["id"]

    manager.add_raw(run)
    return manager


def _shown(moment: datetime | None, zone: str) -> datetime | None:
    if moment is None:
        return None
    return moment.astimezone(migrating.clock_until_now(zone)).replace(tzinfo=None, fold=0)
