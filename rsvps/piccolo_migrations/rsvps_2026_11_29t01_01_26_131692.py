from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.indexes import IndexMethod
from server.clock import now

ID = "2026-11-29T01:01:26:131692"
VERSION = "1.38.0"
DESCRIPTION = "Door links open, and arrivals may have no time"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="rsvps", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Door",
        tablename="doors",
        column_name="opens_at",
        db_column_name="opens_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": None,
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

    manager.alter_column(
        table_class_name="Arrival",
        tablename="arrivals",
        column_name="arrived_at",
        db_column_name="arrived_at",
        params={"default": None, "null": True},
        old_params={"default": now, "null": False},
        column_class=Timestamptz,
        old_column_class=Timestamptz,
        schema=None,
    )

    return manager
