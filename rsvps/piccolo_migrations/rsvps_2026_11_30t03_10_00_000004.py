"""Find who is to be reminded, or asked, by when their event begins"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-30T03:10:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Find who is to be reminded, or asked, by when their event begins"

STATEMENTS = [
    # Each minute asks who has a letter to come before an event that begins soon. As every evening has its events, these
    # are too many to be asked for their answers: an answer knows when its event begins, while that is on.
    "ALTER TABLE rsvps ADD COLUMN begins_at timestamptz",
    """
    UPDATE rsvps SET begins_at = events.starts_at FROM events
    WHERE events.id = rsvps.event AND events.status = 'published' AND events.starts_at > now()
        AND rsvps.status IN ('going', 'maybe')
    """,
    "DROP INDEX rsvps_to_remind",
    """
    CREATE INDEX rsvps_to_remind ON rsvps (begins_at)
    WHERE status IN ('going', 'maybe') AND (reminded_at IS NULL OR moved_far)
    """,
    "DROP INDEX rsvps_to_ask",
    """
    CREATE INDEX rsvps_to_ask ON rsvps (begins_at, event)
    WHERE status = 'going' AND (still_asked_at IS NULL OR moved_far)
    """,
    """
    CREATE FUNCTION rsvps_begin() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.begins_at := (SELECT starts_at FROM events WHERE id = NEW.event AND status = 'published');
        RETURN NEW;
    END $$
    """,
    # Whoever gives an answer such a status has locked its event.
    """
    CREATE TRIGGER rsvps_begin BEFORE INSERT OR UPDATE OF status ON rsvps FOR EACH ROW
    WHEN (NEW.status IN ('going', 'maybe')) EXECUTE FUNCTION rsvps_begin()
    """,
    """
    CREATE FUNCTION rsvps_move_with_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE rsvps SET begins_at = CASE NEW.status WHEN 'published' THEN NEW.starts_at END
        WHERE event = NEW.id AND status IN ('going', 'maybe');
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER rsvps_move_with_event AFTER UPDATE OF starts_at, status ON events FOR EACH ROW
    WHEN ((OLD.starts_at, OLD.status) IS DISTINCT FROM (NEW.starts_at, NEW.status))
    EXECUTE FUNCTION rsvps_move_with_event()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
