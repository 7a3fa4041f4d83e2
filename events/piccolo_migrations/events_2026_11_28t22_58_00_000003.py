from piccolo.columns.base import OnDelete
from piccolo.columns.base import OnUpdate
from piccolo.columns.column_types import BigSerial
from piccolo.columns.column_types import Boolean
from piccolo.columns.column_types import ForeignKey
from piccolo.columns.column_types import Integer
from piccolo.columns.column_types import Timestamp
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check
from piccolo.constraints import Unique
from piccolo.table import Table

from server import migrating


class Event(Table, tablename="events", schema=None):
    id = BigSerial(
        null=False,
        primary_key=True,
        unique=False,
        index=False,
        index_method=IndexMethod.btree,
        choices=None,
        db_column_name=None,
        secret=False,
    )


ID = "2026-11-28T22:58:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Rows of their own for seats and for how an event is answered"


async def forwards():
    manager = migrating.DropsLater(
        migration_id=ID, app_name="events", description=DESCRIPTION
    )

    manager.add_table(
        class_name="SeatPool", tablename="seat_pools", schema=None, columns=None
    )

    manager.add_table(
        class_name="AnswerPolicy",
        tablename="answer_policies",
        schema=None,
        columns=None,
    )

    manager.add_column(
        table_class_name="SeatPool",
        tablename="seat_pools",
        column_name="id",
        db_column_name="id",
        column_class_name="BigSerial",
        column_class=BigSerial,
        params={
            "null": False,
            "primary_key": True,
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
        column_name="event",
        db_column_name="event",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            "references": Event,
            "on_delete": OnDelete.cascade,
            "on_update": OnUpdate.cascade,
            "target_column": None,
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
        column_name="online",
        db_column_name="online",
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

    manager.add_column(
        table_class_name="SeatPool",
        tablename="seat_pools",
        column_name="seats",
        db_column_name="seats",
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
        table_class_name="SeatPool",
        tablename="seat_pools",
        column_name="taken",
        db_column_name="taken",
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
        column_name="reserving",
        db_column_name="reserving",
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

    manager.add_column(
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        column_name="id",
        db_column_name="id",
        column_class_name="BigSerial",
        column_class=BigSerial,
        params={
            "null": False,
            "primary_key": True,
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
        column_name="event",
        db_column_name="event",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            "references": Event,
            "on_delete": OnDelete.cascade,
            "on_update": OnUpdate.cascade,
            "target_column": None,
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
        column_name="guests_allowed",
        db_column_name="guests_allowed",
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
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        column_name="approval",
        db_column_name="approval",
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

    manager.add_column(
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        column_name="asks_first",
        db_column_name="asks_first",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 24,
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
        column_name="answers_open_at",
        db_column_name="answers_open_at",
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

    manager.add_column(
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        column_name="answers_close_at",
        db_column_name="answers_close_at",
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

    manager.add_column(
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        column_name="opens_wall",
        db_column_name="opens_wall",
        column_class_name="Timestamp",
        column_class=Timestamp,
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
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        column_name="closes_wall",
        db_column_name="closes_wall",
        column_class_name="Timestamp",
        column_class=Timestamp,
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
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        column_name="replies_kept",
        db_column_name="replies_kept",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 30,
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
        table_class_name="SeatPool",
        tablename="seat_pools",
        constraint_name="seat_pool_once",
        constraint_class=Unique,
        params={"columns": ["event", "online"], "nulls_distinct": True},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="SeatPool",
        tablename="seat_pools",
        constraint_name="seat_pool_seats",
        constraint_class=Check,
        params={"condition": "seats > 0"},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="SeatPool",
        tablename="seat_pools",
        constraint_name="seat_pool_taken",
        constraint_class=Check,
        params={"condition": "taken >= 0"},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        constraint_name="answer_policy_once",
        constraint_class=Unique,
        params={"columns": ["event"], "nulls_distinct": True},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        constraint_name="answer_policy_guests",
        constraint_class=Check,
        params={"condition": "guests_allowed BETWEEN 0 AND 20"},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        constraint_name="answer_policy_window",
        constraint_class=Check,
        params={"condition": "answers_open_at < answers_close_at"},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        constraint_name="answer_policy_hours",
        constraint_class=Check,
        params={"condition": "asks_first BETWEEN 0 AND 336"},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="AnswerPolicy",
        tablename="answer_policies",
        constraint_name="answer_policy_days",
        constraint_class=Check,
        params={"condition": "replies_kept BETWEEN 1 AND 365"},
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="answers_close_at",
        db_column_name="answers_close_at",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="answers_open_at",
        db_column_name="answers_open_at",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="approval",
        db_column_name="approval",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="asks_first",
        db_column_name="asks_first",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="closes_wall",
        db_column_name="closes_wall",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="guests_allowed",
        db_column_name="guests_allowed",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="online_saving",
        db_column_name="online_saving",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="online_seats",
        db_column_name="online_seats",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="online_taken",
        db_column_name="online_taken",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="opens_wall",
        db_column_name="opens_wall",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="replies_kept",
        db_column_name="replies_kept",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="saving",
        db_column_name="saving",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="seats",
        db_column_name="seats",
        schema=None,
    )

    manager.drop_column(
        table_class_name="Event",
        tablename="events",
        column_name="taken",
        db_column_name="taken",
        schema=None,
    )

    manager.drop_constraint(
        table_class_name="Event",
        tablename="events",
        constraint_name="event_answers",
        schema=None,
    )

    manager.drop_constraint(
        table_class_name="Event",
        tablename="events",
        constraint_name="event_online_seats",
        schema=None,
    )

    manager.drop_constraint(
        table_class_name="Event",
        tablename="events",
        constraint_name="event_seats",
        schema=None,
    )

    return manager
