"""Whoever hears of anything once a week has a turn; what is due is found by its time"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T16:38:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Whoever hears of anything once a week has a turn; what is due is found by its time"

STATEMENTS = [
    "CREATE INDEX news_due_by_time ON news_due (due_at, id)",
    "CREATE INDEX weekly_turns_by_time ON weekly_turns (due_at, id)",
    """
    INSERT INTO weekly_turns (person, due_at, told_at)
    SELECT person, min(since), min(since) FROM follows WHERE hears = 'weekly' GROUP BY person
    """,
    """
    CREATE FUNCTION follows_give_turns() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO weekly_turns (person, due_at, told_at)
        SELECT person, min(since), min(since) FROM said WHERE hears = 'weekly'
        GROUP BY person ORDER BY person ON CONFLICT (person) DO NOTHING;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER follows_give_turns AFTER INSERT ON follows REFERENCING NEW TABLE AS said
    FOR EACH STATEMENT EXECUTE FUNCTION follows_give_turns()
    """,
    """
    CREATE TRIGGER follows_give_turns_again AFTER UPDATE ON follows REFERENCING NEW TABLE AS said
    FOR EACH STATEMENT EXECUTE FUNCTION follows_give_turns()
    """,
]
FROZEN = {"news_due": ["events"]}


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.drop_frozen_defaults(FROZEN)
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
