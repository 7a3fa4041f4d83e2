"""Keep in order who chose to be seen"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T22:30:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Keep in order who chose to be seen"

STATEMENTS = [
    # Who is listed on the gathering's own page stands in the order of names, too, so that its first page need not
    # sort all of them.
    "ALTER TABLE rsvp_names ADD COLUMN listed boolean NOT NULL DEFAULT false",
    """
    CREATE FUNCTION rsvp_is_listed(status text, listed text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN status = 'going' AND listed <> 'nobody'
    """,
    """
    UPDATE rsvp_names SET listed = true FROM rsvps
    WHERE rsvps.id = rsvp_names.rsvp AND rsvp_is_listed(rsvps.status, rsvps.listed)
    """,
    "DROP INDEX rsvps_listed",
    "CREATE INDEX rsvp_names_listed ON rsvp_names (event, name, rsvp) WHERE listed",
    """
    CREATE OR REPLACE FUNCTION rsvp_names_new() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO rsvp_names (rsvp, event, name, listed)
        SELECT new_rows.id, event, coalesce(nullif(folded, ''), findable(email)), rsvp_is_listed(status, listed)
        FROM new_rows JOIN people ON people.id = person;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION rsvp_names_listed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE rsvp_names SET listed = rsvp_is_listed(NEW.status, NEW.listed) WHERE rsvp = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER rsvp_names_listed AFTER UPDATE OF status, listed ON rsvps FOR EACH ROW
    WHEN (rsvp_is_listed(OLD.status, OLD.listed) <> rsvp_is_listed(NEW.status, NEW.listed))
    EXECUTE FUNCTION rsvp_names_listed()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
