"""Readers in other languages: a script in `scripts/` for each, or a whole program. One process reads all feeds."""

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.events.calendars.readers.moments import Moments, moments, of_seconds

HERE = Path(__file__).parent
SCRIPTS = HERE / "scripts"
ICAL_JS = HERE / "vendor" / "ical.js"
DEBIANS_PYTHON = "/usr/bin/python3"  # It finds Debian's `gi`, as that of the virtual environment does not.


class Program(NamedTuple):
    """A program, what shows that it can read calendars here, and Debian's packages for it."""

    command: str
    trial: Sequence[str]
    packages: str

    def missing(self) -> str:
        """What to install; nothing when it is there."""
        return "" if _succeeds(self.command, *self.trial) else f"apt-get install {self.packages}"


CHROMIUM = Program("chromium", ["--version"], "chromium")
LIBICAL = Program(
    DEBIANS_PYTHON,
    ["-c", "import gi; gi.require_version('ICalGLib', '3.0')"],
    "python3-gi gir1.2-ical-3.0",
)
RUBY = Program("ruby", ["-r", "icalendar", "-e", ""], "ruby ruby-icalendar")
SABRE = Program("php", ["-r", "require 'Sabre/VObject/includes.php';"], "php-cli php-sabre-vobject")
AWL = Program("php", ["-r", "require '/usr/share/awl/inc/AWLUtilities.php';"], "php-cli libawl-php")
CALCURSE = Program("calcurse", ["--version"], "calcurse")


def by_libical(feeds: Sequence[bytes]) -> list[Moments]:
    """libical, by which Evolution, GNOME Calendar and KOrganizer read."""
    return _by_script(DEBIANS_PYTHON, "read_by_libical.py", feeds)


def by_ruby(feeds: Sequence[bytes]) -> list[Moments]:
    """Ruby's icalendar, which goes by the VTIMEZONEs in the feed."""
    return _by_script("ruby", "read_by_icalendar.rb", feeds)


def by_sabre(feeds: Sequence[bytes]) -> list[Moments]:
    """sabre/vobject, by which Nextcloud reads."""
    return _by_script("php", "read_by_sabre.php", feeds)


def by_awl(feeds: Sequence[bytes]) -> list[Moments]:
    """AWL, by which DAViCal reads."""
    return _by_script("php", "read_by_awl.php", feeds)


def by_ical_js(feeds: Sequence[bytes]) -> list[Moments]:
    """ical.js, by which Thunderbird reads, on a page in Chromium."""
    with TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(_page([feed.decode() for feed in feeds]), "utf-8")
        alone = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile")
        shown = _output("chromium", *alone, "--dump-dom", page.as_uri())
    body = re.search("<body>(.*)</body>", shown, re.DOTALL)
    assert body, shown[-500:]
    return [of_seconds(json.loads(line)) for line in html.unescape(body[1]).splitlines()]


def by_calcurse(feeds: Sequence[bytes]) -> list[Moments]:
    """calcurse, a calendar for terminals, by its own file of what it has imported. It goes by minutes."""
    return [_imported(feed.decode()) for feed in feeds]


def _by_script(command: str, script: str, feeds: Sequence[bytes]) -> list[Moments]:
    with _files(feeds) as paths:
        told = _output(command, str(SCRIPTS / script), *paths)
    return [of_seconds(json.loads(line)) for line in told.splitlines()]


def _page(feeds: Sequence[str]) -> str:
    """One on which ical.js writes what it has read."""
    given = json.dumps(feeds).replace("<", "\\u003c")
    scripts = ICAL_JS.read_text(), f"const feeds = {given};", (SCRIPTS / "read_by_ical.js").read_text()
    return '<!doctype html><meta charset="utf-8"><body>' + "".join(
        f"<script>{one}</script>" for one in scripts
    )


def _imported(feed: str) -> Moments:
    with TemporaryDirectory() as folder, _files([_titled_by_uid(feed).encode()]) as (path,):
        _output("calcurse", "--quiet", "--datadir", folder, "--confdir", folder, "--import", path)
        kept = Path(folder, "apts")
        lines = kept.read_text().splitlines() if kept.exists() else []
    return moments(_appointment(line) for line in lines)


def _titled_by_uid(feed: str) -> str:
    """The feed with UIDs for titles: calcurse keeps titles only."""
    events = feed.replace("\r\n ", "").split("BEGIN:VEVENT\r\n")
    return "BEGIN:VEVENT\r\n".join(events[:1] + [_with_its_uid(event) for event in events[1:]])


def _with_its_uid(event: str) -> str:
    uid = re.search("^UID:(.*)\r$", event, re.MULTILINE)
    assert uid
    return re.sub("^SUMMARY:.*\r$", lambda _: f"SUMMARY:{uid[1]}\r", event, flags=re.MULTILINE)


def _appointment(line: str) -> tuple[str, datetime, datetime]:
    """Of a line as `12/31/2026 @ 19:00 -> 12/31/2026 @ 22:00>note |title`."""
    said = re.fullmatch(r"(.{10} @ .{5}) -> (.{10} @ .{5})(?:>\w*)? ?[|!](.*)", line)
    assert said, line
    starts, ends = (
        datetime.strptime(f"{moment} +0000", "%m/%d/%Y @ %H:%M %z").astimezone(UTC)
        for moment in said.groups()[:2]
    )
    return said[3], starts, ends


@contextmanager
def _files(feeds: Sequence[bytes]) -> Iterator[list[str]]:
    with TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.ics") for number in range(len(feeds))]
        for path, feed in zip(paths, feeds, strict=True):
            path.write_bytes(feed)
        yield [str(path) for path in paths]


def _output(*command: str) -> str:
    """What a program prints, whose own clock shows UTC."""
    environment = os.environ | {"TZ": "UTC", "LANG": "C.UTF-8"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=environment, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout[-500:]}\n{done.stderr[-1500:]}"
    return done.stdout


@cache
def _succeeds(*command: str) -> bool:
    if not shutil.which(command[0]):
        return False
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
