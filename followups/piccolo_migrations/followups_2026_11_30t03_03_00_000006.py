"""Find the events to ask about, and the people to remind, by when that is due"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-30T03:03:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "Find the events to ask about, and the people to remind, by when that is due"

OVER = "coalesce({0}.ends_at, {0}.starts_at + interval '3 hours')"

STATEMENTS = [
    # Each minute asks which events are over that nobody has been asked about. Only a row that is not there says so of
    # an event, and no index holds that.
    """
    CREATE TABLE events_unasked (
        event bigint PRIMARY KEY REFERENCES events ON DELETE CASCADE,
        over_at timestamptz NOT NULL,
        zone text NOT NULL
    )
    """,
    # What was over a week ago is not asked about any more.
    f"""
    INSERT INTO events_unasked (event, over_at, zone) SELECT id, {OVER.format("events")}, zone FROM events
    WHERE status = 'published' AND {OVER.format("events")} > now() - interval '7 days'
        AND NOT EXISTS (SELECT FROM follow_ups WHERE follow_ups.event = events.id)
    """,
    "CREATE INDEX events_unasked_in_order ON events_unasked (over_at, event) INCLUDE (zone)",
    f"""
    CREATE FUNCTION events_unasked_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.status <> 'published' THEN
            DELETE FROM events_unasked WHERE event = NEW.id;
        ELSIF NOT EXISTS (SELECT FROM follow_ups WHERE event = NEW.id) THEN
            INSERT INTO events_unasked (event, over_at, zone) VALUES (NEW.id, {OVER.format("NEW")}, NEW.zone)
            ON CONFLICT (event) DO UPDATE SET over_at = excluded.over_at, zone = excluded.zone;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER events_unasked_new AFTER INSERT ON events FOR EACH ROW
    WHEN (NEW.status = 'published') EXECUTE FUNCTION events_unasked_changed()
    """,
    """
    CREATE TRIGGER events_unasked_changed AFTER UPDATE OF status, starts_at, ends_at, zone ON events FOR EACH ROW
    WHEN ((OLD.status, OLD.starts_at, OLD.ends_at, OLD.zone)
        IS DISTINCT FROM (NEW.status, NEW.starts_at, NEW.ends_at, NEW.zone))
    EXECUTE FUNCTION events_unasked_changed()
    """,
    """
    CREATE FUNCTION events_unasked_asked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM events_unasked USING written WHERE events_unasked.event = written.event;
        RETURN NULL;
    END $$
    """,
    *migrating.once_a_statement("follow_ups", "events_unasked_asked", "events_unasked_asked", of=("INSERT",)),
    # An index cannot count from the opening of a follow-up either.
    """
    UPDATE follow_up_replies SET reminds_at = opened_at + interval '72 hours' FROM follow_ups
    WHERE follow_ups.id = follow_up AND closes_at > now()
        AND reminded_at IS NULL AND answered_at IS NULL AND dismissed_at IS NULL
    """,
    "DROP INDEX replies_to_remind",
    """
    CREATE INDEX replies_to_remind ON follow_up_replies (reminds_at)
    WHERE reminded_at IS NULL AND answered_at IS NULL AND dismissed_at IS NULL AND NOT waits
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="followups", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
