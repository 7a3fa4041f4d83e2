"""Raise the versions of many events' pages by their questions at once"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T22:00:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Raise the versions of many events' pages by their questions at once"

STATEMENTS = [
    "DROP TRIGGER questions_on_page ON questions",
    *migrating.once_a_statement("questions", "questions_on_page", "raise_page_versions"),
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
