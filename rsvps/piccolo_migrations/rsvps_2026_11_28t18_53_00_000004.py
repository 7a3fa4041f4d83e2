"""Find those who answered however their names are written"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T18:53:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Find those who answered however their names are written"

STATEMENTS = [
    """
    CREATE OR REPLACE FUNCTION rsvp_names_new() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO rsvp_names (rsvp, event, name)
        SELECT new_rows.id, event, coalesce(nullif(folded, ''), findable(email))
        FROM new_rows JOIN people ON people.id = person;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION rsvp_names_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE rsvp_names SET name = coalesce(nullif(NEW.folded, ''), findable(NEW.email))
        FROM rsvps WHERE rsvps.person = NEW.id AND rsvp_names.rsvp = rsvps.id;
        RETURN NULL;
    END $$
    """,
    """
    UPDATE rsvp_names SET name = coalesce(nullif(folded, ''), findable(email))
    FROM rsvps JOIN people ON people.id = rsvps.person WHERE rsvps.id = rsvp_names.rsvp
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
