"""Pictures have names of 128 bits"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from server.tokens import public_id
from server.tokens import secret_name

ID = "2026-11-28T18:56:01:983077"
VERSION = "1.38.0"
DESCRIPTION = "Pictures have names of 128 bits"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="server", description=DESCRIPTION
    )

    manager.alter_column(
        table_class_name="Picture",
        tablename="pictures",
        column_name="public_id",
        db_column_name="public_id",
        params={"length": 32, "default": secret_name},
        old_params={"length": 12, "default": public_id},
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager
