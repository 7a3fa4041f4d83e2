"""The events' tables, after the members'."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from events.tables import (
    AnswerPolicy,
    CalendarSource,
    Change,
    CoHost,
    CoHostInvitation,
    CommunityCalendar,
    Event,
    Feed,
    HostQuestion,
    ImportedEvent,
    KeptOutOfEvent,
    NewsDue,
    SeatPool,
    Series,
    SkippedDate,
    TimeZoneRules,
    UnfinishedEvent,
    WeeklyTurn,
)

APP_CONFIG = AppConfig(
    app_name="events",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[
        Series,
        SkippedDate,
        Event,
        AnswerPolicy,
        SeatPool,
        CoHost,
        CoHostInvitation,
        HostQuestion,
        KeptOutOfEvent,
        Change,
        CommunityCalendar,
        Feed,
        NewsDue,
        WeeklyTurn,
        TimeZoneRules,
        UnfinishedEvent,
        CalendarSource,
        ImportedEvent,
    ],
    migration_dependencies=["members.piccolo_app"],
)
