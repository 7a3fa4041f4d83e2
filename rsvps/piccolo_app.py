"""The rsvps' tables, after the events'."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from rsvps.tables import Arrival, HostLetter, NoLetters, Rsvp, RsvpChange

APP_CONFIG = AppConfig(
    app_name="rsvps",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Rsvp, RsvpChange, Arrival, HostLetter, NoLetters],
    migration_dependencies=["events.piccolo_app"],
)
