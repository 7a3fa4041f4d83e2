"""Sort names by the reader's alphabet"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T03:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Sort names by the reader's alphabet"

STATEMENTS = [
    # `alphabet` is what `server.languages.alphabets` says of a language; without letters of its own it is empty.
    # The key is one to compare byte by byte (COLLATE "C").
    """
    CREATE FUNCTION sort_key(words text, alphabet text[]) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
    DECLARE
        key text := words;
    BEGIN
        IF cardinality(alphabet) = 0 THEN
            RETURN fold(words);
        END IF;
        key := fold(translate(normalize(key, NFC), alphabet[1], alphabet[2]));
        FOR n IN 5 .. cardinality(alphabet) BY 2 LOOP
            key := replace(key, alphabet[n], alphabet[n + 1]);
        END LOOP;
        RETURN translate(key, alphabet[3], alphabet[4]);
    END $$
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="server", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
