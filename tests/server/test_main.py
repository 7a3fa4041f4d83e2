"""`python -m server ...`: every command explains itself, and what is wrong is said in a sentence."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from piccolo.apps.migrations.commands.base import BaseMigrationManager

from server import schema
from server.__main__ import kith as cli
from tests.pace import PATIENCE
from tests.processes import ROOT, free_port
from tests.server.running import environment, kith, public_folder, running, soon

COMMANDS = [
    "check",
    "clocks",
    "css",
    "demo",
    "dev",
    "drift",
    "languages",
    "migrate",
    "release",
    "web",
    "worker",
]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One data folder for all commands here."""
    with public_folder() as place:
        yield place / ".data"


def run(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        kith(*arguments),
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.slow
def test_help_lists_every_command_with_one_line_each() -> None:
    listed = run("--help").stdout.partition("Commands:")[2].strip().splitlines()
    assert [line.split()[0] for line in listed] == COMMANDS == sorted(cli.commands)
    for line in listed:
        assert len(line.split()) > 2 and not line.endswith("..."), line


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    assert "Usage: " in run(command, "--help").stdout


WRONG = {
    "PORT": "eighty",
    "DATABASE_URL": "mysql://localhost/kith",
    "REDIS_URL": "http://localhost",
    "SMTP_URL": "localhost:25",
    "BASE_URL": "kith.example",
    "SECRET_KEY": "",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("command", ["check", "web", "worker", "migrate"])
def test_a_wrong_setting_stops_the_start_with_a_sentence_that_names_it(name: str, command: str) -> None:
    right = {"BASE_URL": "https://kith.example", "SECRET_KEY": "s" * 40, "SMTP_URL": "smtp://localhost"}
    done = run(command, **{**right, name: WRONG[name]})
    assert done.returncode == 2
    assert done.stderr.startswith(f"Kith cannot start: {name} ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["PORT", "DATABASE_URL", "REDIS_URL", "BASE_URL"])
def test_make_run_says_it_too(name: str) -> None:
    done = run("dev", **{name: WRONG[name]})
    assert done.returncode == 2
    assert done.stderr.startswith(f"Kith cannot start: {name} ")


@pytest.mark.slow
def test_a_public_server_is_never_a_development_server() -> None:
    done = run("dev", BASE_URL="https://kith.example", SECRET_KEY="s" * 40, SMTP_URL="smtp://localhost")
    assert done.returncode == 2
    assert "DEVELOPMENT" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", ["migrate", "check"])
def test_a_postgresql_that_is_not_there_is_named(command: str) -> None:
    nowhere = f"postgresql://kith@127.0.0.1:{free_port()}/kith"
    done = run(command, DATABASE_URL=nowhere, REDIS_URL="redis://127.0.0.1:1")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Connect call failed" in done.stderr


async def test_the_migrations_make_the_tables_that_the_code_describes() -> None:
    assert await schema.drift() == []


async def test_this_database_has_every_migration() -> None:
    assert await schema.unapplied() == []
    assert await schema.apply() == 0


def test_what_is_read_from_the_files_is_what_piccolo_would_apply() -> None:
    piccolo = BaseMigrationManager()
    found = []
    for name in piccolo.get_sorted_app_names():
        folder = piccolo.get_app_config(name).resolved_migrations_folder_path
        found += [f"{name} {id}" for id in piccolo.get_migration_ids(piccolo.get_migration_modules(folder))]
    assert schema.known() == found


@pytest.mark.slow
def test_two_that_migrate_at_once_do_not_trip_over_each_other() -> None:
    with public_folder() as place:
        both = [
            subprocess.Popen(
                kith("migrate"),
                cwd=ROOT,
                env=environment(DATA_DIR=str(place / ".data")),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(2)
        ]
        said = sorted(process.communicate(timeout=PATIENCE)[0].strip().splitlines()[0] for process in both)
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0] == "Migrations applied: 0."
    assert said[1].startswith("Migrations applied: ")


@pytest.mark.slow
def test_a_single_command_starts_what_it_needs_and_leaves_nothing(folder: Path) -> None:
    with running(*kith("migrate"), folder=folder) as migration:
        assert migration.ends() == 0
        assert "Migrations applied" in migration.said
        assert migration.family() == []
    assert run("css").returncode == 0
    done = run("check", DATA_DIR=str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PostgreSQL 18" in done.stdout and "valkey" in done.stdout and "all applied" in done.stdout


@pytest.mark.slow
def test_check_says_what_to_do_about_a_database_that_is_not_migrated() -> None:
    with public_folder() as place:
        done = run("check", DATA_DIR=str(place / ".data"))
    assert done.returncode == 1
    assert "run `python -m server migrate`" in done.stderr


@pytest.mark.slow
def test_web_and_worker_of_the_procfile_share_one_postgresql(folder: Path) -> None:
    assert run("migrate", DATA_DIR=str(folder)).returncode == 0
    port = free_port()
    with (
        running(*kith("web", "--workers", "2"), folder=folder, port=port) as web,
        running(*kith("worker"), folder=folder, port=port) as worker,
    ):
        assert soon(web.answers)
        worker.wait_for("worker ready")
        worker.process.terminate()
        assert worker.ends() == 0
        web.process.send_signal(signal.SIGTERM)
        assert web.ends() in {0, 128 + signal.SIGTERM}
        assert soon(lambda: not web.family())


@pytest.mark.slow
def test_the_processes_of_a_web_server_do_not_outlive_it(folder: Path) -> None:
    with running(*kith("web", "--workers", "2"), folder=folder) as web:
        assert soon(web.answers)
        web.process.kill()
        web.ends()
        assert soon(lambda: not web.family()), web.family()
