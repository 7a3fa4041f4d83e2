"""Letters that the mail server does not take from us"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T19:10:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Letters that the mail server does not take from us"

STATEMENTS = [
    """
    CREATE INDEX due_work_mail_trouble ON due_work (created_at)
    WHERE dead_at IS NULL AND last_error LIKE 'mail server, %'
    """,
    # Until now Kith marked an address for what was said of Kith itself (at sign-in, of its sender, after DATA), and
    # never for what was said at RCPT. Who is truly gone is marked again with the next letter.
    "DELETE FROM dead_addresses",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="server", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults({"unsent_letters": ["noted_at"]})

    manager.add_raw(run)
    return manager
