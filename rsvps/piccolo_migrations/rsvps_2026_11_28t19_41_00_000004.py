"""Find those who answered by what they are called"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T19:41:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Find those who answered by what they are called"

STATEMENTS = [
    "DROP TRIGGER rsvp_names_changed ON people",
    """
    CREATE TRIGGER rsvp_names_changed AFTER UPDATE OF name, called, email ON people FOR EACH ROW
    WHEN (OLD.folded <> NEW.folded OR OLD.email <> NEW.email) EXECUTE FUNCTION rsvp_names_changed()
    """,
    """
    UPDATE rsvp_names SET name = folded FROM rsvps JOIN people ON people.id = rsvps.person
    WHERE rsvps.id = rsvp_names.rsvp AND called <> '' AND folded <> ''
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
