from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-28T19:54:53:399342"
VERSION = "1.38.0"
DESCRIPTION = "Keep how long a door link lasts"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="rsvps", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Door",
        tablename="doors",
        column_name="lasting",
        db_column_name="lasting",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 10,
            "default": "",
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

    return manager
