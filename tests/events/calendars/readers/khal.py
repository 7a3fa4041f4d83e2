"""khal, a calendar program, subscribed by vdirsyncer: both Debian's, both real, over http."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

MISSING = [name for name in ("khal", "vdirsyncer") if not shutil.which(name)]
needed = pytest.mark.skipif(
    bool(MISSING) and os.environ.get("CI") != "true",
    reason=f"no {' and no '.join(MISSING)} here (apt-get install khal vdirsyncer)",
)

SUBSCRIPTION = """
[general]
status_path = "{folder}/status"
[pair kith]
a = "there"
b = "here"
collections = null
conflict_resolution = "a wins"
[storage there]
type = "http"
url = "{url}"
[storage here]
type = "filesystem"
path = "{folder}/calendar"
fileext = ".ics"
"""

CALENDARS = """
[calendars]
[[kith]]
path = {folder}/calendar
type = calendar
readonly = True
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M:%S
longdatetimeformat = %Y-%m-%d %H:%M:%S
[sqlite]
path = {folder}/khal.db
"""


@dataclass(frozen=True, order=True)
class Shown:
    """One event as khal shows it, times in UTC."""

    starts: datetime
    ends: datetime
    title: str
    status: str
    location: str


class Khal:
    """Somebody who subscribed to the feed at `url`, their files in `folder`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        (folder / "calendar").mkdir()
        (folder / "vdirsyncer.conf").write_text(SUBSCRIPTION.format(folder=folder, url=url))
        (folder / "khal.conf").write_text(CALENDARS.format(folder=folder))
        self._run("vdirsyncer", "discover", stdin="y\ny\n")

    def sync(self) -> None:
        """Fetch the feed, as a timer would."""
        self._run("vdirsyncer", "sync")

    def shows(self, since: str, until: str) -> list[Shown]:
        """What stands in the calendar between two days, as 2026-12-31."""
        parts = ("{start-long}", "{end-long}", "{title}", "{status}", "{location}")
        listed = self._run(
            "khal", "-c", str(self.folder / "khal.conf"), "list",
            "--once", "--day-format", "", "--format", "\x1f".join(parts) + "\x1e", since, until,
        )  # fmt: skip
        return sorted(_shown(event) for event in listed.split("\x1e") if event.strip())

    def _run(self, *command: str, stdin: str = "") -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "VDIRSYNCER_CONFIG": str(self.folder / "vdirsyncer.conf"),
        }
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, timeout=120, env=environment, check=False
        )
        assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout}\n{done.stderr}"
        assert "error" not in done.stderr.lower(), done.stderr
        return done.stdout


def _shown(event: str) -> Shown:
    starts, ends, title, status, location = event.strip("\r\n").split("\x1f")
    return Shown(_moment(starts), _moment(ends), title, status.strip(), location)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
