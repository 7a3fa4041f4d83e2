"""Find the names of guests when their time is over"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T21:47:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Find the names of guests when their time is over"

STATEMENTS = ["CREATE INDEX rsvps_with_named_guests ON rsvps (event) WHERE guest_names <> ''"]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
