"""Pictures die with what they showed"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T18:57:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Pictures die with what they showed"

STATEMENTS = [
    """
    CREATE FUNCTION discard_picture() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('DELETE FROM pictures WHERE id = $1 AND NOT EXISTS (SELECT FROM %I WHERE picture = $1)', TG_TABLE_NAME)
            USING OLD.picture;
        RETURN NULL;
    END $$
    """,
    """
    UPDATE pictures SET public_id = left(
        encode(sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea), 'hex'), 32
    )
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="server", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults({"pictures": ["public_id"]})

    manager.add_raw(run)
    return manager
