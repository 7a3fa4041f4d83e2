"""A worker that dies at the worst moment: in the middle of a transaction, and never too late, however fast it is."""

import signal

import asyncpg

from server import db
from tests.pace import PATIENCE, until
from tests.processes import python

VICTIM = "kith_victim"
_DOOR = 20_261  # the advisory lock at which it waits for its end
_OF_VICTIMS = f"FROM pg_stat_activity WHERE application_name = '{VICTIM}' AND datname = current_database()"


async def killed_while_it_writes(code: str, database: str, table: str = "due_work", *, at: int = 1) -> None:
    """Run code of Kith until it is about to add to a table for the so-manyth time; there it is killed.

    What it had claimed for these rows is not committed then; what it did before them is. Returns when nothing of
    it is left in the database, too. Raises TimeoutError if it never comes as far.
    """
    holder = await asyncpg.connect(database)
    try:
        await _guard(holder, table, at)
        with python(code, f"{database}&application_name={VICTIM}") as victim:
            await until(_waits)
            victim.send_signal(signal.SIGKILL)
            victim.wait(PATIENCE)
            assert victim.returncode == -signal.SIGKILL, "it was killed too late"
        await db.run(f"SELECT pg_terminate_backend(pid) {_OF_VICTIMS}")
        await until(_is_gone)
        await holder.execute("DROP FUNCTION wait_at_the_door CASCADE; DROP SEQUENCE times_written")
    finally:
        await holder.close()


async def _guard(holder: asyncpg.Connection, table: str, at: int) -> None:
    """Have whoever adds to the table for the so-manyth time wait for `holder`. Reading is free."""
    await holder.execute("SELECT pg_advisory_lock($1)", _DOOR)
    await holder.execute(
        f"""
        CREATE SEQUENCE times_written;
        CREATE FUNCTION wait_at_the_door() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF nextval('times_written') >= {at} THEN
                PERFORM pg_advisory_xact_lock({_DOOR});
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER wait_at_the_door BEFORE INSERT ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION wait_at_the_door();
        """
    )


async def _waits() -> bool:
    found: bool = await db.value(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $1::int::oid AND NOT granted)",
        _DOOR,
    )
    return found


async def _is_gone() -> bool:
    found: bool = await db.value(f"SELECT NOT EXISTS (SELECT {_OF_VICTIMS})")
    return found
