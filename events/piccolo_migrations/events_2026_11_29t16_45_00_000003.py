"""Count in a community's calendar what only the calendar of a series shows, too"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T16:45:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Count in a community's calendar what only the calendar of a series shows, too"


def shown(row: str) -> str:
    """SQL: whether a public calendar shows this row: its community's, or its series'."""
    return f"""({row}.status <> 'draft' AND (
        {row}.visibility = 'public' OR ({row}.visibility = 'unlisted' AND {row}.series IS NOT NULL)
    ))"""


STATEMENTS = [
    "DROP TRIGGER event_into_calendar ON events",
    "DROP TRIGGER event_in_calendar ON events",
    f"""
    CREATE TRIGGER event_into_calendar AFTER INSERT ON events FOR EACH ROW
    WHEN ({shown("NEW")}) EXECUTE FUNCTION raise_calendar_version()
    """,
    f"""
    CREATE TRIGGER event_in_calendar AFTER UPDATE ON events FOR EACH ROW
    WHEN (NEW.calendar_changed_at <> OLD.calendar_changed_at AND ({shown("NEW")} OR {shown("OLD")}))
    EXECUTE FUNCTION raise_calendar_version()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
