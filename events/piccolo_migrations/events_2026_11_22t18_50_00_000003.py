"""Lists, words, and seats that cannot be oversold"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T18:50:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Lists, words, and seats that cannot be oversold"

FROZEN = {
    "events": ["public_id", "uid", "changed_at", "created_at"],
    "event_changes": ["opened_at"],
    "feeds": ["public_id", "created_at"],
}
STATEMENTS = [
    "CREATE INDEX events_of_community ON events (community, starts_at, id)",
    """CREATE INDEX events_on ON events (starts_at, id) WHERE status = 'published' AND visibility = 'public'""",
    "CREATE INDEX events_by_end ON events (coalesce(ends_at, starts_at))",
    "CREATE UNIQUE INDEX event_change_open ON event_changes (event) WHERE told_at IS NULL",
    """
    ALTER TABLE events ADD COLUMN search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', summary || ' ' || place), 'B')
        || setweight(to_tsvector('simple', about), 'C')
    ) STORED
    """,
    "CREATE INDEX events_search ON events USING gin (search)",
    """
    CREATE FUNCTION events_keep_seats() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'event % has no % more seats', NEW.id, NEW.taken - OLD.taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'event_seats_kept';
    END $$
    """,
    """
    CREATE TRIGGER event_seats_kept BEFORE UPDATE OF taken ON events FOR EACH ROW
    WHEN (NEW.taken > OLD.taken AND NEW.taken > NEW.seats) EXECUTE FUNCTION events_keep_seats()
    """,
    """
    CREATE FUNCTION events_count_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO community_calendars (community, version) VALUES (NEW.community, 1)
        ON CONFLICT (community) DO UPDATE SET version = community_calendars.version + 1;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER event_into_calendar AFTER INSERT ON events FOR EACH ROW
    WHEN (NEW.status <> 'draft' AND NEW.visibility = 'public') EXECUTE FUNCTION events_count_calendar()
    """,
    # Not `taken` and `touched`: a calendar does not show them, and answers must not wait for each other here.
    """
    CREATE TRIGGER event_in_calendar AFTER UPDATE OF
        sequence, status, title, summary, about, starts_at, ends_at, zone, mode, place, address, address_public,
        visibility, cancelled_at, changed_at
    ON events FOR EACH ROW
    WHEN (
        (NEW.status <> 'draft' AND NEW.visibility = 'public')
        OR (OLD.status <> 'draft' AND OLD.visibility = 'public')
    )
    EXECUTE FUNCTION events_count_calendar()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults(FROZEN)

    manager.add_raw(run)
    return manager
