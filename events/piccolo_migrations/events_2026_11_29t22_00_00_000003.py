"""Raise the versions of many events' pages at once, and copy what is searched"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T22:00:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Raise the versions of many events' pages at once, and copy what is searched"

STATEMENTS = [
    # For every table with a column `event` whose rows are shown on the event's page.
    """
    CREATE FUNCTION raise_page_versions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE events SET page_version = page_version + 1
        WHERE id = ANY (ARRAY(SELECT DISTINCT event FROM written ORDER BY event));
        RETURN NULL;
    END $$
    """,
    "DROP TRIGGER co_hosts_on_page ON co_hosts",
    *migrating.once_a_statement("co_hosts", "co_hosts_on_page", "raise_page_versions"),
    "DROP TRIGGER answer_policies_on_page ON answer_policies",
    *migrating.once_a_statement(
        "answer_policies", "answer_policies_on_page", "raise_page_versions", of=("UPDATE",)
    ),
    # A gathering of a series is made with what its pattern is found by.
    "DROP TRIGGER keep_event_search ON events",
    """
    CREATE TRIGGER make_event_search BEFORE INSERT ON events FOR EACH ROW
    WHEN (NEW.search = '') EXECUTE FUNCTION keep_event_search()
    """,
    """
    CREATE TRIGGER keep_event_search BEFORE UPDATE OF title, summary, place, about, community ON events
    FOR EACH ROW EXECUTE FUNCTION keep_event_search()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
