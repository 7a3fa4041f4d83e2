"""What keeping out rests on"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T18:55:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "What keeping out rests on"

STATEMENTS = [
    # Bo+walks@example.org is read by whoever reads bo@example.org.
    r"""
    CREATE FUNCTION mailbox(email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(regexp_replace(email, '^([^@+]+)\+[^@]*@', '\1@'))
    """,
    """
    CREATE FUNCTION mailbox_digest(email text, secret text) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(convert_to(secret || ' ' || mailbox(email), 'UTF8'))
    """,
    "CREATE INDEX people_mailbox ON people (mailbox(email))",
    "CREATE UNIQUE INDEX kept_out_once ON kept_out (community, address) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX kept_out_person_once ON kept_out (community, person) WHERE ended_at IS NULL",
    "CREATE INDEX kept_out_listed ON kept_out (community, id)",
]
FROZEN = {"kept_out": ["public_id", "since"]}


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.drop_frozen_defaults(FROZEN)
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
