"""What keeping out of one gathering rests on"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T18:55:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "What keeping out of one gathering rests on"

STATEMENTS = [
    "CREATE UNIQUE INDEX kept_out_of_event_once ON kept_out_of_events (event, address) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX kept_out_of_event_person_once ON kept_out_of_events (event, person) WHERE ended_at IS NULL",
    "CREATE INDEX kept_out_of_events_listed ON kept_out_of_events (event, id)",
]
FROZEN = {"kept_out_of_events": ["public_id", "since"]}


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.drop_frozen_defaults(FROZEN)
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
