"""Let people not say who may see them"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.constraints import Check

from server import migrating

ID = "2026-11-29T01:03:58:786443"
VERSION = "1.38.0"
DESCRIPTION = "Let people not say who may see them"

STATEMENTS = [
    # Only who has said so is listed. These statements run before what is below.
    """
    CREATE OR REPLACE FUNCTION rsvp_is_listed(status text, listed text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN status = 'going' AND listed IN ('coming', 'connections')
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    manager.alter_column(
        table_class_name="Rsvp",
        tablename="rsvps",
        column_name="listed",
        db_column_name="listed",
        params={"default": ""},
        old_params={"default": "nobody"},
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )
    manager.drop_constraint(
        table_class_name="Rsvp",
        tablename="rsvps",
        constraint_name="rsvp_listed",
        schema=None,
    )
    manager.add_constraint(
        table_class_name="Rsvp",
        tablename="rsvps",
        constraint_name="rsvp_listed_to",
        constraint_class=Check,
        params={"condition": "listed IN ('', 'nobody', 'coming', 'connections')"},
        schema=None,
    )
    return manager
