"""The ground's tables, after nobody's."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from server.tables import DeadAddress, DueWork, Picture, SentLetter, TakenForm, UnsentLetter

APP_CONFIG = AppConfig(
    app_name="server",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[DueWork, DeadAddress, SentLetter, UnsentLetter, Picture, TakenForm],
    migration_dependencies=[],
)
