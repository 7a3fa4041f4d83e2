"""What journeys walk through: the running house, its letters, and windows of a browser that are watched."""

import asyncio
import os
import re
import subprocess
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import asyncpg
import httpx
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from redis.asyncio import Redis

from server.languages.choosing import COOKIE
from tests.ground import clone, text_of
from tests.pace import PATIENCE
from tests.processes import ROOT, MailServer, environment, mail_server, web, worker

# What the worker does each minute, done whenever a line is read: nobody waits for a minute to be over.
ROUNDS = """
import asyncio, sys
from server import composition, db

async def go():
    composition.compose()
    await db.engine().start_connection_pool()
    while sys.stdin.readline():
        for line in composition.timetable:
            if "hour" not in line.when:
                await line.function()
        print("done", flush=True)
    await db.engine().close_connection_pool()

asyncio.run(go())
"""


@dataclass
class House:
    """A running Kith: its address, its database and its mail server."""

    address: str
    database: str
    mail: MailServer
    lent_to: Path  # The file of journeys that changes it as it likes; no other comes after it.
    _rounds: Process | None = None

    async def rows(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Ask the database, behind Kith's back."""
        connection = await asyncpg.connect(self.database)
        try:
            return list(await connection.fetch(sql, *args))
        finally:
            await connection.close()

    async def value(self, sql: str, *args: Any) -> Any:
        """The first column of the first row."""
        found = await self.rows(sql, *args)
        return found[0][0] if found else None

    async def letter(self, to: str, subject: str) -> EmailMessage:
        """The newest letter to somebody whose subject begins so; waited for."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for letter in reversed(self.mail.letters()):
                if to in str(letter["To"]) and str(letter["Subject"]).startswith(subject):
                    return letter
            await asyncio.sleep(0.1)
        subjects = [f"{letter['To']}: {letter['Subject']}" for letter in self.mail.letters()]
        due = [
            dict(row) for row in await self.rows("SELECT kind, attempts, last_error, run_at FROM due_work")
        ]
        raise AssertionError(f"No letter to {to} that begins with {subject!r}: {subjects[-20:]}, due: {due}")

    async def let_a_minute_pass(self) -> None:
        """Do what the timetable does each minute."""
        if self._rounds is None or self._rounds.returncode is not None:
            self._rounds = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                ROUNDS,
                cwd=ROOT,
                env=environment(self.database, BASE_URL=self.address),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        asked, said = self._rounds.stdin, self._rounds.stdout
        assert asked and said
        asked.write(b"\n")
        lines = []
        while (line := await said.readline()) != b"done\n":
            lines.append(line.decode())
            assert line, "".join(lines)

    async def close(self) -> None:
        """Let no more minutes pass."""
        if self._rounds:
            await self._rounds.communicate(b"")  # The end of what it reads is its own.

    async def answers_by_letter(self, event: str, name: str, email: str, title: str) -> str:
        """Somebody without an account, without a browser, says yes and confirms. Returns their link."""
        async with httpx.AsyncClient(base_url=self.address) as visitor:
            fields = {"answer": "going", "guests": "0", "name": name, "email": email}
            asked = await visitor.post(f"/events/{event}/rsvp", data=fields)
            assert asked.status_code == 303
            link = link_in(await self.letter(email, f"Please confirm: {title}"), "/rsvp/")
            confirmed = await visitor.post(link, data={"answer": "going", "guests": "0"})
            assert confirmed.status_code == 303
        return link


DEMONSTRATION = "kith_demonstration"  # The database that each house is cloned from.


async def demonstration() -> str:
    """The database in which the demonstration has been lived through, and whose letters have all gone.

    Made once for all processes of a run, by the first that wants it; the others wait.
    """
    connection = await asyncpg.connect(os.environ["KITH_TEST_TEMPLATE"].replace("kith_template", "postgres"))
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext($1))", DEMONSTRATION)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DEMONSTRATION):
            unfinished = f"{DEMONSTRATION}_unfinished"
            await asyncio.to_thread(_live_through, await clone(unfinished))
            await connection.execute(f"ALTER DATABASE {unfinished} RENAME TO {DEMONSTRATION}")
    finally:
        await connection.close()
    return DEMONSTRATION


def _live_through(database: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server", "demo"],
        cwd=ROOT,
        env=environment(database, **_settings()),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@asynccontextmanager
async def running(database: str, *, lent_to: Path) -> AsyncIterator[House]:
    """All of it, on a database with the demonstration in it, for one file of journeys."""
    settings = _settings()
    async with Redis.from_url(settings["REDIS_URL"]) as valkey:
        await valkey.flushdb()
    with (
        mail_server() as (mail, smtp_url),
        web(database, SMTP_URL=smtp_url, **settings) as (_, address),
        worker(database, SMTP_URL=smtp_url, BASE_URL=address, **settings),
    ):
        house = House(address, database, mail, lent_to)
        yield house
        await house.close()


def _settings() -> dict[str, str]:
    """With a Valkey database that no test's own worker listens to."""
    valkey, _, number = os.environ["REDIS_URL"].partition("?db=")
    return {"DEVELOPMENT": "1", "REDIS_URL": f"{valkey}?db={int(number or 0) + 8}"}


def link_in(letter: EmailMessage, part: str) -> str:
    """The link in a letter's plain text that has this in it."""
    return next(link for link in re.findall(r"http://\S+", text_of(letter)) if part in link)


def zone_in_daylight() -> str:
    """A zone in which it is the middle of the day now, so that letters of the morning after may go out."""
    zones = (
        "Europe/London",
        "America/New_York",
        "America/Los_Angeles",
        "Pacific/Auckland",
        "Asia/Tokyo",
        "Asia/Dubai",
    )
    return min(zones, key=lambda zone: abs(datetime.now(UTC).astimezone(ZoneInfo(zone)).hour - 14))


@dataclass
class Visits:
    """Browser windows, each with a profile of its own; `faults` is what went wrong in any of them."""

    browser: Browser
    house: House
    faults: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    async def begin(
        self,
        who: str | None = None,
        *,
        width: int = 1280,
        height: int = 900,
        scripts: bool = True,
        language: str = "",
    ) -> Page:
        """A new window; with `who`, that person of the demonstration is signed in; `language`: chosen in it."""
        context = await self.browser.new_context(
            base_url=self.house.address,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme="light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/Berlin",
        )
        context.set_default_timeout(PATIENCE * 1000)
        self._contexts.append(context)
        if language:
            await context.add_cookies([{"name": COOKIE, "value": language, "url": self.house.address}])
        context.on("request", self._look_at_request)
        context.on("requestfailed", lambda request: self._note_failure(request))
        context.on("console", self._look_at_console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        if who:
            await self._sign_in(context, who)
        return await context.new_page()

    async def close(self) -> None:
        """Shut all windows."""
        for context in self._contexts:
            await context.close()

    async def _sign_in(self, context: BrowserContext, who: str) -> None:
        person = await self.house.value(
            "SELECT public_id FROM people WHERE email = $1", f"{who}@kith.example"
        )
        answer = await context.request.post(f"/dev/people/{person}/session", max_redirects=0)
        assert answer.status == 303

    def _look_at_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and not request.url.startswith(self.house.address):
            self.faults.append(f"{request.url} was asked for, which is not of this site")

    def _note_failure(self, request: Request) -> None:
        # A page that is left while it loads its parts gives them up; that is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"{request.url}: {request.failure}")

    def _look_at_console(self, message: ConsoleMessage) -> None:
        # That a page is not there, or a form not right, is an error to the browser and an answer to us: tests look.
        expected = any(f"status of {status}" in message.text for status in (404, 410, 422))
        if message.type in {"error", "warning"} and not expected:
            self.faults.append(f"console: {message.text}")
