from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-29T17:05:31:622737"
VERSION = "1.38.0"
DESCRIPTION = "Keep seats for newcomers"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="events", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        column_name="newcomer_hours",
        db_column_name="newcomer_hours",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 48,
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
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        column_name="newcomer_seats",
        db_column_name="newcomer_seats",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 0,
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
        table_class_name="SeatPool",
        tablename="seat_pools",
        column_name="newcomers",
        db_column_name="newcomers",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 0,
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
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        constraint_name="answer_policy_newcomers",
        constraint_class=Check,
        params={
            "condition": "newcomer_seats BETWEEN 0 AND 1000 AND newcomer_hours BETWEEN 0 AND 336"
        },
        schema=None,
    )

    return manager
