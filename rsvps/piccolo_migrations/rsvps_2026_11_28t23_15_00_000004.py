"""Keep an index of who has to be reminded still"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T23:15:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Keep an index of who has to be reminded still"

# How long before its start a letter has come much too early: `letters.reminders` and `letters.still_coming` say so.
MUCH_TOO_EARLY = """
    (reminded_at < starts_at - interval '36 hours' OR still_asked_at < starts_at - interval '60 hours')
"""

STATEMENTS = [
    # Each minute asks who is to be reminded. An index cannot compare a letter with the start of its event, so an
    # event that moves tells its answers.
    "ALTER TABLE rsvps ADD COLUMN moved_far boolean NOT NULL DEFAULT false",
    f"""
    UPDATE rsvps SET moved_far = true FROM events
    WHERE events.id = rsvps.event AND starts_at > now() AND {MUCH_TOO_EARLY}
    """,
    """
    CREATE INDEX rsvps_to_remind ON rsvps (event)
    WHERE status IN ('going', 'maybe') AND (reminded_at IS NULL OR moved_far)
    """,
    """
    CREATE INDEX rsvps_to_ask ON rsvps (event) WHERE status = 'going' AND (still_asked_at IS NULL OR moved_far)
    """,
    f"""
    CREATE FUNCTION rsvps_moved_far() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        starts_at timestamptz := NEW.starts_at;
    BEGIN
        UPDATE rsvps SET moved_far = true WHERE event = NEW.id AND NOT moved_far AND {MUCH_TOO_EARLY};
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER rsvps_moved_far AFTER UPDATE OF starts_at ON events FOR EACH ROW
    WHEN (OLD.starts_at < NEW.starts_at) EXECUTE FUNCTION rsvps_moved_far()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
