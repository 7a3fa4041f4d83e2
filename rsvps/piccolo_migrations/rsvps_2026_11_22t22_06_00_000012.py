"""Who chose to be listed"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T22:06:00:000012"
VERSION = "1.38.0"
DESCRIPTION = "Who chose to be listed"

STATEMENTS = [
    # Few do, and every page of an event asks for them.
    "CREATE INDEX rsvps_listed ON rsvps (event) INCLUDE (person, listed) WHERE status = 'going' AND listed <> 'nobody'",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
