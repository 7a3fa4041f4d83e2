"""The members' tables, after the ground's."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from members.tables import (
    AddressChange,
    Block,
    Community,
    Follow,
    KeptOut,
    LetterRefusal,
    Membership,
    Person,
    Session,
    SignInLink,
)

APP_CONFIG = AppConfig(
    app_name="members",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[
        Person,
        Session,
        SignInLink,
        AddressChange,
        Community,
        Membership,
        Follow,
        KeptOut,
        Block,
        LetterRefusal,
    ],
    migration_dependencies=["server.piccolo_app"],
)
