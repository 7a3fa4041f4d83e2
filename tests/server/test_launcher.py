"""`make run`: everything comes up, stays in step with the code, and goes away whole. Real processes throughout."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from server import embedded
from tests.processes import ROOT
from tests.server.running import Running, kith, public_folder, python_for, python_path, running, soon

pytestmark = pytest.mark.slow

CODE = ["server", "members", "events", "rsvps", "volunteers", "followups", "frontend", "piccolo_conf.py"]
FOUR_ENDS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One data folder for all: what one run leaves, the next must live with."""
    with public_folder() as place:
        yield place / ".data"


def nothing_is_left(run: Running) -> bool:
    """Whether every process of a run is gone."""
    return soon(lambda: not run.family())


def is_whole(run: Running) -> bool:
    """Whether all that belongs to Kith runs."""
    names = {process.name() for process in run.family()}
    lines = [" ".join(process.cmdline()) for process in run.family()]
    return (
        {"postgres", "valkey-server"} <= names
        and any("-m server web" in line for line in lines)
        and any("-m server worker" in line for line in lines)
        and run.get("/readyz").status_code == 200
    )


@pytest.mark.parametrize("how", FOUR_ENDS, ids=lambda how: how.name)
def test_nothing_is_left_when_the_launcher_ends(folder: Path, how: signal.Signals) -> None:
    with running(*kith("dev", "--no-demo"), folder=folder) as run:
        assert is_whole(run.ready())
        run.process.send_signal(how)
        assert run.ends() == (-how if how == signal.SIGKILL else 0), run.said
        assert nothing_is_left(run), run.family()


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGKILL], ids=lambda how: how.name)
def test_nothing_is_left_when_make_ends_alone(folder: Path, how: signal.Signals) -> None:
    with running("make", "run", folder=folder) as run:
        run.ready()
        run.process.send_signal(how)
        run.ends()
        assert nothing_is_left(run), run.family()


def test_ctrl_c_in_the_terminal_ends_everything_in_good_order(folder: Path) -> None:
    with running("make", "run", folder=folder) as run:
        run.ready()
        os.killpg(run.process.pid, signal.SIGINT)
        run.ends()
        assert "Traceback" not in run.said
        assert nothing_is_left(run), run.family()


def test_killed_while_it_starts_it_leaves_nothing_either(folder: Path) -> None:
    with public_folder() as place, running(*kith("dev", "--no-demo"), folder=place / ".data") as run:
        run.wait_for("Making the database")
        run.process.kill()
        run.ends()
        assert nothing_is_left(run), run.family()


async def test_what_was_written_is_there_the_next_time(folder: Path) -> None:
    with running(*kith("dev", "--no-demo"), folder=folder) as run:
        run.ready()
        with embedded.services(folder) as urls:
            connection = await asyncpg.connect(urls.database_url)
            await connection.execute("CREATE TABLE kept AS SELECT 7 AS it")
            await connection.close()
        run.process.kill()
        run.ends()
    with running(*kith("dev", "--no-demo"), folder=folder) as run:
        run.ready()
        with embedded.services(folder) as urls:
            connection = await asyncpg.connect(urls.database_url)
            assert await connection.fetchval("SELECT it FROM kept") == 7
            await connection.execute("DROP TABLE kept")
            await connection.close()


@pytest.fixture(scope="module")
def living() -> Iterator[Running]:
    """One that runs on, for tests that leave it whole."""
    with public_folder() as place, running(*kith("dev", "--no-demo"), folder=place / ".data") as run:
        yield run.ready()


def test_a_second_one_says_that_the_port_is_in_use_and_by_whom(living: Running) -> None:
    port = int(living.url.rpartition(":")[2])
    with public_folder() as elsewhere, running(*kith("dev"), folder=elsewhere, port=port) as second:
        assert second.ends() == 1
        assert f"Port {port} is in use by process {living.process.pid}" in second.said
        assert "Traceback" not in second.said
    assert is_whole(living)


def test_a_second_one_says_that_the_data_folder_is_in_use_and_by_whom(living: Running) -> None:
    with running(*kith("dev"), folder=Path(living.folder)) as second:
        assert second.ends() == 1
        assert f"The data folder {living.folder} is in use by process {living.process.pid}" in second.said
        assert "Traceback" not in second.said
        assert is_whole(living)


@pytest.mark.parametrize("part", ["valkey-server", "postgres -D"])
def test_when_postgresql_or_valkey_dies_it_runs_again(living: Running, part: str) -> None:
    living.member(part).kill()
    living.wait_for("had ended, and runs again")
    assert soon(lambda: is_whole(living))


@pytest.mark.parametrize("part", ["-m server worker", "-m server web"])
def test_when_one_part_dies_everything_stops_and_says_why(folder: Path, part: str) -> None:
    with running(*kith("dev", "--no-demo"), folder=folder) as run:
        run.ready().member(part).kill()
        assert run.ends() == 1
        assert "ended by itself (by SIGKILL)" in run.said
        assert nothing_is_left(run), run.family()


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of the code in a folder with spaces, whose path has 150 characters."""
    with public_folder() as place:
        checkout = place / ("a copy with a long name " * 9)[: 149 - len(str(place))].strip()
        checkout.mkdir()
        for name in CODE:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, checkout / name)
        yield checkout


def test_it_runs_from_a_long_path_with_spaces_and_follows_the_code(checkout: Path) -> None:
    with running(*kith("dev", "--no-demo"), folder=checkout / ".data", cwd=checkout) as run:
        assert is_whole(run.ready())
        web, worker = run.member("-m server web"), run.member("-m server worker")
        settings = checkout / "server" / "settings.py"
        settings.write_text(settings.read_text() + "\n# a change\n")
        run.wait_for("server/settings.py changed: restarting")
        assert soon(lambda: not (web.is_running() or worker.is_running()))
        # While the new one starts, people wait instead of being turned away.
        assert run.get("/healthz").status_code == 200
        assert soon(lambda: is_whole(run))

        settings.write_text(settings.read_text() + "\nthis is not python\n")
        run.wait_for("it starts again with the next change")
        settings.write_text(settings.read_text().replace("this is not python", ""))
        assert soon(lambda: is_whole(run))
        run.process.terminate()
        assert run.ends() == 0
        assert nothing_is_left(run), run.family()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_runs_for_an_ordinary_user(checkout: Path) -> None:
    shutil.chown(checkout, 1, 1)
    command = kith("dev", "--no-demo", python=python_for(1))
    with running(*command, folder=checkout / ".data", cwd=checkout, uid=1, PYTHONPATH=python_path()) as run:
        assert is_whole(run.ready())
        assert {process.username() for process in run.family()} == {"daemon"}
        run.process.send_signal(signal.SIGINT)
        assert run.ends() == 0
        assert nothing_is_left(run), run.family()
