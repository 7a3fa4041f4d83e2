"""Ask those whom nobody has asked whether others may see them"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T02:10:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Ask those whom nobody has asked whether others may see them"

STATEMENTS = [
    # "Nobody" stood in the form before anybody chose it. Either way they are not seen.
    """
    UPDATE rsvps SET listed = '' FROM events
    WHERE events.id = rsvps.event AND starts_at > now() AND listed = 'nobody'
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
