"""Count who came to an event without looking at all its answers"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-30T03:20:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Count who came to an event without looking at all its answers"

STATEMENTS = [
    "ALTER TABLE arrivals ADD COLUMN at_event bigint",
    "UPDATE arrivals SET at_event = rsvps.event FROM rsvps WHERE rsvps.id = arrivals.rsvp",
    "ALTER TABLE arrivals ALTER COLUMN at_event SET NOT NULL",
    "CREATE INDEX arrivals_at_event ON arrivals (at_event)",
    """
    CREATE FUNCTION arrivals_at_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.at_event := (SELECT event FROM rsvps WHERE id = NEW.rsvp);
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER arrivals_at_event BEFORE INSERT ON arrivals
    FOR EACH ROW EXECUTE FUNCTION arrivals_at_event()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
