from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-29T16:16:26:733939"
VERSION = "1.38.0"
DESCRIPTION = "What a feed gives"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="events", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Feed",
        tablename="feeds",
        column_name="alarm",
        db_column_name="alarm",
        column_class_name="Integer",
        column_class=Integer,
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

    manager.add_column(
        table_class_name="Feed",
        tablename="feeds",
        column_name="cancelled",
        db_column_name="cancelled",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 10,
            "default": "keep",
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

    manager.add_column(
        table_class_name="Feed",
        tablename="feeds",
        column_name="days_back",
        db_column_name="days_back",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 90,
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

    manager.add_column(
        table_class_name="Feed",
        tablename="feeds",
        column_name="holds",
        db_column_name="holds",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 10,
            "default": "mine",
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
        table_class_name="Feed",
        tablename="feeds",
        constraint_name="feed_alarm",
        constraint_class=Check,
        params={"condition": "alarm IN (15, 60, 120, 1440)"},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Feed",
        tablename="feeds",
        constraint_name="feed_cancelled",
        constraint_class=Check,
        params={"condition": "cancelled IN ('keep', 'drop', 'note')"},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Feed",
        tablename="feeds",
        constraint_name="feed_days_back",
        constraint_class=Check,
        params={"condition": "days_back IN (30, 90, 365)"},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Feed",
        tablename="feeds",
        constraint_name="feed_holds",
        constraint_class=Check,
        params={"condition": "holds IN ('mine', 'run', 'shifts')"},
        schema=None,
    )

    return manager
