"""Find who is to be reminded of a shift by when it begins"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-30T03:00:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "Find who is to be reminded of a shift by when it begins"

STATEMENTS = [
    # Each minute asks whose shift begins soon. An index cannot count from the start of an event, so each sign-up knows
    # when its shift begins: a shift that gets other hours, and an event that moves, tell it.
    "ALTER TABLE volunteer_sign_ups ADD COLUMN begins_at timestamptz",
    """
    UPDATE volunteer_sign_ups SET begins_at = events.starts_at + roles.begins * interval '1 minute'
    FROM volunteer_roles AS roles JOIN events ON events.id = roles.event WHERE roles.id = volunteer_sign_ups.role
    """,
    "ALTER TABLE volunteer_sign_ups ALTER COLUMN begins_at SET NOT NULL",
    "DROP INDEX sign_ups_to_remind",
    "CREATE INDEX sign_ups_to_remind ON volunteer_sign_ups (begins_at) WHERE reminded_at IS NULL",
    "DROP INDEX volunteer_roles_far",
    """
    CREATE FUNCTION sign_ups_begin() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT events.starts_at + begins * interval '1 minute' INTO NEW.begins_at
        FROM volunteer_roles AS roles JOIN events ON events.id = roles.event WHERE roles.id = NEW.role;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER sign_ups_begin BEFORE INSERT ON volunteer_sign_ups
    FOR EACH ROW EXECUTE FUNCTION sign_ups_begin()
    """,
    """
    CREATE FUNCTION sign_ups_move_with_shift() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE volunteer_sign_ups SET begins_at = events.starts_at + NEW.begins * interval '1 minute'
        FROM events WHERE events.id = NEW.event AND role = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER sign_ups_move_with_shift AFTER UPDATE OF begins ON volunteer_roles FOR EACH ROW
    WHEN (OLD.begins <> NEW.begins) EXECUTE FUNCTION sign_ups_move_with_shift()
    """,
    """
    CREATE FUNCTION sign_ups_move_with_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE volunteer_sign_ups SET begins_at = NEW.starts_at + roles.begins * interval '1 minute'
        FROM volunteer_roles AS roles WHERE roles.event = NEW.id AND roles.id = role;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER sign_ups_move_with_event AFTER UPDATE OF starts_at ON events FOR EACH ROW
    WHEN (OLD.starts_at <> NEW.starts_at) EXECUTE FUNCTION sign_ups_move_with_event()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
