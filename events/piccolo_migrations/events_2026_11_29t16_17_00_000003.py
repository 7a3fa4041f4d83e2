"""Say in words what a feed does with what is cancelled"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T16:17:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Say in words what a feed does with what is cancelled"


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        # Before the column is dropped: Piccolo does by itself what stands below, afterwards.
        await migrating.run_all(["UPDATE feeds SET cancelled = 'drop' WHERE NOT keeps_cancelled"])

    manager.add_raw(run)
    manager.drop_column(
        table_class_name="Feed",
        tablename="feeds",
        column_name="keeps_cancelled",
        db_column_name="keeps_cancelled",
        schema=None,
    )
    return manager
