"""Piccolo's door: the engine and the list of apps, in the order of their foreign keys."""

from piccolo.conf.apps import AppRegistry

from server.db import Engine
from server.settings import settings

DB = Engine(config={"dsn": settings.database_url})

APP_REGISTRY = AppRegistry(
    apps=[
        "server.piccolo_app",
        "members.piccolo_app",
        "events.piccolo_app",
        "rsvps.piccolo_app",
        "volunteers.piccolo_app",
        "followups.piccolo_app",
    ]
)
