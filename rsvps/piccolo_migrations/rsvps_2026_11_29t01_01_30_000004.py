"""Doors that are there have opened, and no arrival has the time at which it was only noted"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz

from server import migrating

ID = "2026-11-29T01:01:30:000004"
VERSION = "1.38.0"
DESCRIPTION = "Doors that are there have opened, and no arrival has the time at which it was only noted"

STATEMENTS = [
    # Whoever has a link keeps it as it was: open since it was made.
    "UPDATE doors SET opens_at = created_at",
    # Without a door it was somebody's word, later: theirs the morning after, or a host's.
    "UPDATE arrivals SET arrived_at = NULL WHERE door IS NULL",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    manager.alter_column(
        table_class_name="Door",
        tablename="doors",
        column_name="opens_at",
        db_column_name="opens_at",
        params={"null": False},
        old_params={"null": True},
        column_class=Timestamptz,
        old_column_class=Timestamptz,
        schema=None,
    )
    return manager
