"""Say when a form was taken, each time"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T19:05:30:000002"
VERSION = "1.38.0"
DESCRIPTION = "Say when a form was taken, each time"


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="server", description=DESCRIPTION)

    async def run() -> None:
        await migrating.drop_frozen_defaults({"taken_forms": ["at"]})

    manager.add_raw(run)
    return manager
