"""The follow-ups' tables, after the volunteers'."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from followups.tables import (
    Ask,
    Connection,
    ContactCard,
    FollowUp,
    Keeping,
    MetMark,
    NoteBetween,
    Prompt,
    PromptTurn,
    PromptWish,
    Reply,
)

APP_CONFIG = AppConfig(
    app_name="followups",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[
        FollowUp,
        Reply,
        Ask,
        MetMark,
        Connection,
        ContactCard,
        Keeping,
        NoteBetween,
        Prompt,
        PromptWish,
        PromptTurn,
    ],
    migration_dependencies=["volunteers.piccolo_app"],
)
