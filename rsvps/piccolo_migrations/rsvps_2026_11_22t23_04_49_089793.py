from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import ForeignKey

ID = "2026-11-22T23:04:49:089793"
VERSION = "1.38.0"
DESCRIPTION = "Indexes that others make needless"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="rsvps", description=DESCRIPTION
    )

    manager.alter_column(
        table_class_name="Rsvp",
        tablename="rsvps",
        column_name="event",
        db_column_name="event",
        params={"index": False},
        old_params={"index": True},
        column_class=ForeignKey,
        old_column_class=ForeignKey,
        schema=None,
    )

    manager.alter_column(
        table_class_name="RsvpChange",
        tablename="rsvp_changes",
        column_name="rsvp",
        db_column_name="rsvp",
        params={"index": False},
        old_params={"index": True},
        column_class=ForeignKey,
        old_column_class=ForeignKey,
        schema=None,
    )

    manager.alter_column(
        table_class_name="SentForm",
        tablename="sent_forms",
        column_name="rsvp",
        db_column_name="rsvp",
        params={"index": False},
        old_params={"index": True},
        column_class=ForeignKey,
        old_column_class=ForeignKey,
        schema=None,
    )

    return manager
