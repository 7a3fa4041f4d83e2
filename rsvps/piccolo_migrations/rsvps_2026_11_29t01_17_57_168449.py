from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-29T01:17:57:168449"
VERSION = "1.38.0"
DESCRIPTION = "Note what was typed for somebody who has answered"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="rsvps", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Rsvp",
        tablename="rsvps",
        column_name="typed_until",
        db_column_name="typed_until",
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

    return manager
