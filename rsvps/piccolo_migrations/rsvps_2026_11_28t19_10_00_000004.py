"""Who was taken off is invited and accepted no longer"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T19:10:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Who was taken off is invited and accepted no longer"

STATEMENTS = [
    # As deciding does it from now on: their invitation ended with what a host, or a rule, said.
    """
    UPDATE rsvps SET invited_at = NULL, invited_by = NULL, approved_at = NULL
    WHERE status = 'withdrawn' AND answered_by IS DISTINCT FROM person
        AND (invited_at IS NOT NULL OR approved_at IS NOT NULL)
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
