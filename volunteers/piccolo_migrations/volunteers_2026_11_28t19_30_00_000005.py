"""Find again the hours on the wall clock for shifts"""

from datetime import timedelta

import asyncpg
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import db, migrating

ID = "2026-11-28T19:30:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "Find again the hours on the wall clock for shifts"

AT_ONCE = 5000


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        last = 0
        while rows := await db.rows(
            """
            SELECT roles.id, begins, lasts, starts_at, zone FROM volunteer_roles AS roles
            JOIN events ON events.id = roles.event WHERE roles.id > $1 ORDER BY roles.id LIMIT $2
            """,
            last,
            AT_ONCE,
        ):
            hours = [_hours(row) for row in rows]
            await db.run(
                """
                UPDATE volunteer_roles SET wall_begins = told.begins, wall_lasts = told.lasts
                FROM unnest($1::bigint[], $2::int[], $3::int[]) AS told (id, begins, lasts)
                WHERE volunteer_roles.id = told.id
                """,
                [row["id"] for row in rows],
                [begins for begins, _ in hours],
                [lasts for _, lasts in hours],
            )
            last = rows[-1]["id"]

    manager.add_raw(run)
    return manager


def _hours(row: asyncpg.Record) -> tuple[int, int]:
    """From the start to the shift's, and how long it lasts, in minutes on the wall clock."""
    clock = migrating.clock_until_now(row["zone"])
    moments = [row["starts_at"]]
    for minutes in (row["begins"], row["lasts"]):
        moments.append(moments[-1] + timedelta(minutes=minutes))
    start, begins, ends = (moment.astimezone(clock).replace(tzinfo=None) for moment in moments)
    lasts = ends - begins if ends > begins else timedelta(minutes=row["lasts"])
    return round((begins - start).total_seconds() / 60), round(lasts.total_seconds() / 60)
