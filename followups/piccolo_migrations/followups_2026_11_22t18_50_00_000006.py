"""One living connection for each pair"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T18:50:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "One living connection for each pair"

FROZEN = {
    "follow_ups": ["opened_at"],
    "follow_up_replies": ["created_at"],
    "met_marks": ["created_at"],
    "connections": ["public_id", "connected_at"],
    "contact_cards": ["changed_at"],
}
STATEMENTS = [
    "CREATE UNIQUE INDEX connection_alive ON connections (low, high) WHERE ended_at IS NULL",
    "CREATE INDEX met_mark_wishes ON met_marks (follow_up, about) WHERE wishes",
    "CREATE INDEX follow_ups_closing ON follow_ups (closes_at)",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="followups", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults(FROZEN)

    manager.add_raw(run)
    return manager
