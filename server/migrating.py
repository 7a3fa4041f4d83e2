"""What Piccolo's migrations cannot say by themselves."""

import os
import sysconfig
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import db, timezones


class DropsLater(MigrationManager):
    """Says that columns are gone, and leaves dropping them to a migration of a package further right.

    Packages migrate one after the other: in a new database, older migrations further right are still to come, and
    what they do may need the columns.
    """

    async def _run_drop_columns(self, backwards: bool = False) -> None:
        return


async def drop_frozen_defaults(columns: Mapping[str, Sequence[str]]) -> None:
    """Drop the database's defaults of columns whose default is made in Python.

    Piccolo calls such a default once, when the table is made, and leaves that one moment (or "random" id) in the
    schema, where a plain INSERT would silently take it. Names are written in migrations, never by people.
    """
    for table, names in columns.items():
        for name in names:
            await db.engine().run_ddl(f'ALTER TABLE "{table}" ALTER COLUMN "{name}" DROP DEFAULT')


async def run_all(statements: Sequence[str]) -> None:
    """Run DDL statements in order."""
    for statement in statements:
        await db.engine().run_ddl(statement)


def once_a_statement(
    table: str, name: str, function: str, of: Sequence[str] = ("INSERT", "UPDATE", "DELETE")
) -> list[str]:
    """SQL: triggers by which a function, after each statement, finds in `written` all rows that it wrote.

    As they are then, or were before they were deleted. A row at a time costs several times as much.
    """
    return [
        f"""
        CREATE TRIGGER {name}_{event.lower()} AFTER {event} ON {table}
        REFERENCING {"OLD" if event == "DELETE" else "NEW"} TABLE AS written
        FOR EACH STATEMENT EXECUTE FUNCTION {function}()
        """
        for event in of
    ]


@lru_cache(maxsize=1024)
def clock_until_now(zone: str) -> ZoneInfo:
    """A zone's clock as Kith read it before it went by the locked tz database: by the machine's, where it has one.

    What people typed is found again by the rules by which its moment was made.
    """
    for folder in filter(None, (sysconfig.get_config_var("TZPATH") or "").split(os.pathsep)):
        path = Path(folder, zone)
        if path.is_file():
            with path.open("rb") as file:
                return ZoneInfo.from_file(file, key=zone)
    return timezones.zone(zone)
