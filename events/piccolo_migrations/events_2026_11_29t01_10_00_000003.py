"""Find gatherings by their community, too"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T01:10:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Find gatherings by their community, too"

STATEMENTS = [
    "DROP INDEX events_search",
    "ALTER TABLE events DROP COLUMN search",
    "ALTER TABLE events ADD COLUMN search tsvector NOT NULL DEFAULT ''",
    # Its community's words are in another table, so it is no generated column.
    """
    CREATE FUNCTION keep_event_search() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT searchable(
            concat_ws(' ', NEW.title, NEW.summary, NEW.place, communities.name, communities.place), NEW.about
        ) INTO NEW.search FROM communities WHERE communities.id = NEW.community;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER keep_event_search BEFORE INSERT OR UPDATE OF title, summary, place, about, community ON events
    FOR EACH ROW EXECUTE FUNCTION keep_event_search()
    """,
    """
    CREATE FUNCTION keep_search_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE events SET community = community WHERE community = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER keep_search_of_events AFTER UPDATE OF name, place ON communities FOR EACH ROW
    WHEN ((OLD.name, OLD.place) IS DISTINCT FROM (NEW.name, NEW.place)) EXECUTE FUNCTION keep_search_of_events()
    """,
    "UPDATE events SET community = community",
    "CREATE INDEX events_search ON events USING gin (search)",
    """
    CREATE INDEX events_for_first_timers ON events (starts_at, id)
    WHERE status = 'published' AND visibility = 'public' AND first_timers
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
