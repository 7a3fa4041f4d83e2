"""Those who hear of gatherings are found by how they do"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T16:18:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Those who hear of gatherings are found by how they do"

STATEMENTS = [
    "CREATE INDEX follows_of_each ON follows (community, person) WHERE hears = 'each'",
    "CREATE INDEX follows_of_a_week ON follows (person, community) WHERE hears = 'weekly'",
]
FROZEN = {"follows": ["since"]}


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.drop_frozen_defaults(FROZEN)
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
