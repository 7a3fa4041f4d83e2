"""Whoever has a connection has a turn"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T07:20:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "Whoever has a connection has a turn"

STATEMENTS = [
    "CREATE INDEX prompt_turns_due ON prompt_turns (due_at)",
    "CREATE INDEX prompts_by_age ON prompts (chosen_at)",
    """
    INSERT INTO prompt_turns (person, due_at)
    SELECT person, min(connected_at) FROM connections CROSS JOIN unnest(ARRAY[low, high]) AS person GROUP BY person
    """,
    """
    CREATE FUNCTION connections_give_turns() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO prompt_turns (person, due_at)
        SELECT person, min(connected_at) FROM made CROSS JOIN unnest(ARRAY[low, high]) AS person
        GROUP BY person ORDER BY person ON CONFLICT (person) DO NOTHING;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER connections_give_turns AFTER INSERT ON connections REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION connections_give_turns()
    """,
    """
    CREATE TRIGGER connections_give_turns_again AFTER UPDATE ON connections REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION connections_give_turns()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="followups", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
