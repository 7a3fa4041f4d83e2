"""Let invitations have the moment that is given"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T21:45:30:000003"
VERSION = "1.38.0"
DESCRIPTION = "Let invitations have the moment that is given"

FROZEN = {"co_host_invitations": ["public_id", "created_at"]}


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.drop_frozen_defaults(FROZEN)

    manager.add_raw(run)
    return manager
