from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.constraints import Check

ID = "2026-11-29T01:25:02:503400"
VERSION = "1.38.0"
DESCRIPTION = "Let letters go to those who are invited"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="rsvps", description=DESCRIPTION
    )

    manager.drop_constraint(
        table_class_name="HostLetter",
        tablename="host_letters",
        constraint_name="host_letter_to_whom",
        schema=None,
    )

    manager.add_constraint(
        table_class_name="HostLetter",
        tablename="host_letters",
        constraint_name="host_letter_is_to",
        constraint_class=Check,
        params={
            "condition": "to_whom IN ('going', 'maybe', 'waitlisted', 'everybody', 'invited', 'invitation')"
        },
        schema=None,
    )

    return manager
