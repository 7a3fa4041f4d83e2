"""Prompts are letters that one can refuse"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T07:15:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Prompts are letters that one can refuse"

STATEMENTS = [
    """
    ALTER TABLE letter_refusals DROP CONSTRAINT letter_refusal_kind, ADD CONSTRAINT letter_refusal_kind
    CHECK (kind IN ('reminders', 'follow-ups', 'organisers', 'connections', 'prompts'))
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
