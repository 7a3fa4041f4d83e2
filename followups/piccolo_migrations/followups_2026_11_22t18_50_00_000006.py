"""One living connection for each pair, twelve wishes for each person"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T18:50:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "One living connection for each pair, twelve wishes for each person"

FROZEN = {
    "follow_ups": ["opened_at"],
    "follow_up_replies": ["public_id", "created_at"],
    "met_marks": ["created_at"],
    "connections": ["public_id", "connected_at"],
    "contact_cards": ["changed_at"],
}
STATEMENTS = [
    "CREATE UNIQUE INDEX connection_alive ON connections (low, high) WHERE ended_at IS NULL",
    "CREATE INDEX met_mark_wishes ON met_marks (follow_up, by, about) WHERE wished_at IS NOT NULL",
    "CREATE INDEX follow_ups_closing ON follow_ups (closes_at)",
    "CREATE INDEX follow_ups_revealing ON follow_ups (reveals_at) WHERE reveals_at IS NOT NULL",
    "CREATE INDEX replies_findable ON follow_up_replies (follow_up) WHERE findable",
    """
    CREATE INDEX replies_to_remind ON follow_up_replies (follow_up)
    WHERE reminded_at IS NULL AND answered_at IS NULL AND dismissed_at IS NULL
    """,
    """
    CREATE FUNCTION met_marks_keep_few_wishes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (
            SELECT count(*) FROM met_marks
            WHERE follow_up = NEW.follow_up AND "by" = NEW."by" AND wished_at IS NOT NULL
        ) > 12 THEN
            RAISE EXCEPTION 'more than twelve wishes'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'met_mark_few_wishes';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER met_mark_few_wishes AFTER INSERT OR UPDATE OF wished_at ON met_marks FOR EACH ROW
    WHEN (NEW.wished_at IS NOT NULL) EXECUTE FUNCTION met_marks_keep_few_wishes()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="followups", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults(FROZEN)

    manager.add_raw(run)
    return manager
