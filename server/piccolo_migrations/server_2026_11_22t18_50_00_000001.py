"""Indexes of due work"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T18:50:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of due work"

FROZEN = {
    "due_work": ["created_at"],
    "dead_addresses": ["since"],
    "sent_letters": ["sent_at"],
    "pictures": ["public_id", "created_at"],
}
STATEMENTS = [
    "CREATE INDEX due_work_due ON due_work (run_at, id) WHERE dead_at IS NULL",
    "CREATE UNIQUE INDEX due_work_key ON due_work (key) WHERE key IS NOT NULL AND dead_at IS NULL",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="server", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults(FROZEN)

    manager.add_raw(run)
    return manager
