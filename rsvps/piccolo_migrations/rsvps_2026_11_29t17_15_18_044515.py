from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete
from piccolo.columns.base import OnUpdate
from piccolo.columns.column_types import ForeignKey
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique

ID = "2026-11-29T17:15:18:044515"
VERSION = "1.38.0"
DESCRIPTION = "The door of a whole series"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    manager.add_column(
        table_class_name="Door",
        tablename="doors",
        column_name="series_door",
        db_column_name="series_door",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            "references": "self",
            "on_delete": OnDelete.cascade,
            "on_update": OnUpdate.cascade,
            "target_column": None,
            "null": True,
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
        table_class_name="Door",
        tablename="doors",
        constraint_name="door_of_series_once",
        constraint_class=Unique,
        params={"columns": ["series_door", "event"], "nulls_distinct": True},
        schema=None,
    )

    return manager
