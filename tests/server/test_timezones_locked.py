"""The tz database that is locked is the one used, whatever the machine has and its environment says."""

import subprocess
import sys
import zoneinfo
from importlib.resources import files
from pathlib import Path

import pytest
import tzdata

from server import timezones
from tests.pace import PATIENCE
from tests.processes import ROOT
from tests.server.running import environment

SUMMER = """
from datetime import datetime
from server import timezones
print(datetime(2027, 7, 1, tzinfo=timezones.zone("Europe/Berlin")).utcoffset())
"""


def test_no_folder_of_the_machine_is_looked_into() -> None:
    assert zoneinfo.TZPATH == ()
    assert timezones.version() == tzdata.IANA_VERSION
    assert any(line.startswith("tzdata==") for line in (ROOT / "requirements.lock").read_text().splitlines())


def test_every_zone_that_can_be_chosen_is_in_the_locked_one() -> None:
    for name in timezones.names():
        assert timezones.zone(name).key == name
        assert files("tzdata").joinpath("zoneinfo", *name.split("/")).is_file()


@pytest.mark.slow
@pytest.mark.parametrize(
    "process",
    ["server.app, server.web", "server.worker", "server.__main__", "piccolo_conf", "server.demo.loading"],
)
def test_a_machine_whose_berlin_is_in_new_york_changes_nothing(process: str, tmp_path: Path) -> None:
    (tmp_path / "Europe").mkdir()
    new_york = files("tzdata").joinpath("zoneinfo", "America", "New_York").read_bytes()
    (tmp_path / "Europe" / "Berlin").write_bytes(new_york)
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import {process}{SUMMER}",
        ],
        cwd=ROOT,
        env=environment(PYTHONTZPATH=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert said.stdout.strip() == "2:00:00"
