"""Raise the versions of many events' pages by their shifts at once"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T22:00:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "Raise the versions of many events' pages by their shifts at once"

STATEMENTS = [
    "DROP TRIGGER volunteer_roles_on_page ON volunteer_roles",
    *migrating.once_a_statement("volunteer_roles", "volunteer_roles_on_page", "raise_page_versions"),
    # What it was a row at a time; no trigger is left that calls it.
    "DROP FUNCTION raise_page_version",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
