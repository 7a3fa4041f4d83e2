from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-29T22:00:45:499382"
VERSION = "1.38.0"
DESCRIPTION = "Know what is off with its series, and returns with it"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="events", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Event",
        tablename="events",
        column_name="off_with_series",
        db_column_name="off_with_series",
        column_class_name="Boolean",
        column_class=Boolean,
        params={
            "default": False,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Event",
        tablename="events",
        constraint_name="event_off_with_series",
        constraint_class=Check,
        params={
            "condition": "NOT off_with_series OR (status = 'cancelled' AND series_date IS NOT NULL)"
        },
        schema=None,
    )

    return manager
