"""Find the shifts that begin far from their event"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T23:05:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "Find the shifts that begin far from their event"

STATEMENTS = [
    """
    CREATE INDEX volunteer_roles_far ON volunteer_roles (event)
    WHERE begins NOT BETWEEN -1440 AND 1440 AND removed_at IS NULL
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
