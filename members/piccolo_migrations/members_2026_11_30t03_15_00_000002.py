"""Find a community's organisers among all its members"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-30T03:15:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Find a community's organisers among all its members"

STATEMENTS = ["CREATE INDEX memberships_by_role ON memberships (community, role)"]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
