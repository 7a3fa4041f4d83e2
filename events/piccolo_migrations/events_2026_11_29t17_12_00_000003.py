"""Find the gatherings that keep seats for newcomers"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T17:12:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Find the gatherings that keep seats for newcomers"

STATEMENTS = [
    "CREATE INDEX answer_policies_keeping ON answer_policies (event) WHERE newcomer_seats > 0",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
