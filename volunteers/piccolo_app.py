"""The volunteers' tables, after the rsvps'."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from volunteers.tables import Role, SignUp

APP_CONFIG = AppConfig(
    app_name="volunteers",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Role, SignUp],
    migration_dependencies=["rsvps.piccolo_app"],
)
