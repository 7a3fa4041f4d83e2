"""The rsvps' tables, after the events'."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from rsvps.tables import (
    Arrival,
    CountedIn,
    Door,
    DoorMark,
    HostLetter,
    NoLetters,
    Question,
    Reply,
    Rsvp,
    RsvpChange,
    SentForm,
    StandingAnswer,
    WalkIn,
)

APP_CONFIG = AppConfig(
    app_name="rsvps",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[
        Rsvp,
        RsvpChange,
        SentForm,
        Question,
        Reply,
        Door,
        Arrival,
        DoorMark,
        WalkIn,
        HostLetter,
        NoLetters,
        StandingAnswer,
        CountedIn,
    ],
    migration_dependencies=["events.piccolo_app"],
)
