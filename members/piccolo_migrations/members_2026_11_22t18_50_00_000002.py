"""Indexes of people"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T18:50:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of people"

FROZEN = {
    "people": ["public_id", "created_at"],
    "sessions": ["created_at", "seen_at"],
    "sign_in_links": ["created_at"],
    "communities": ["created_at"],
    "memberships": ["joined_at"],
    "blocks": ["created_at"],
    "letter_refusals": ["created_at"],
}
STATEMENTS = [
    "CREATE INDEX sessions_expiry ON sessions (expires_at)",
    "CREATE INDEX sign_in_links_expiry ON sign_in_links (expires_at)",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults(FROZEN)

    manager.add_raw(run)
    return manager
