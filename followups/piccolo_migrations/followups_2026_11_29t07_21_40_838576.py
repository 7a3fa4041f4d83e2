from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-29T07:21:40:838576"
VERSION = "1.38.0"
DESCRIPTION = "The morning after, one thing after another"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="followups", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Reply",
        tablename="follow_up_replies",
        column_name="step",
        db_column_name="step",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 20,
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

    manager.add_constraint(
        table_class_name="Reply",
        tablename="follow_up_replies",
        constraint_name="reply_first_time_if_there",
        constraint_class=Check,
        params={"condition": "NOT first_time_told OR was_there IS TRUE"},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Reply",
        tablename="follow_up_replies",
        constraint_name="reply_note_comes_back",
        constraint_class=Check,
        params={"condition": "note_back_at IS NULL OR note <> ''"},
        schema=None,
    )

    return manager
