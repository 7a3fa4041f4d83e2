"""Places that cannot be oversold"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T18:50:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "Places that cannot be oversold"

FROZEN = {
    "volunteer_roles": ["public_id", "changed_at", "created_at"],
    "volunteer_sign_ups": ["created_at"],
}
STATEMENTS = [
    "CREATE INDEX sign_ups_to_remind ON volunteer_sign_ups (role) WHERE reminded_at IS NULL",
    """
    CREATE FUNCTION volunteers_count_places() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            UPDATE volunteer_roles SET taken = taken + 1 WHERE id = NEW.role;
        ELSE
            UPDATE volunteer_roles SET taken = taken - 1 WHERE id = OLD.role;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER sign_up_places AFTER INSERT OR DELETE ON volunteer_sign_ups
    FOR EACH ROW EXECUTE FUNCTION volunteers_count_places()
    """,
    """
    CREATE FUNCTION volunteers_keep_places() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'role % has no more places', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'role_places_kept';
    END $$
    """,
    """
    CREATE TRIGGER role_places_kept BEFORE UPDATE OF taken ON volunteer_roles FOR EACH ROW
    WHEN (NEW.taken > OLD.taken AND NEW.taken > NEW.places) EXECUTE FUNCTION volunteers_keep_places()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults(FROZEN)

    manager.add_raw(run)
    return manager
