"""Letters a second, rendered and handed to a real SMTP server, beside a bare loop sending the same bytes."""

import asyncio
import itertools
import time
from email import message_from_bytes
from email.policy import SMTP
from urllib.parse import urlsplit

import aiosmtplib

from bench import seed
from bench.house import House
from bench.results import Result, compared
from bench.turns import in_turns
from rsvps.letters import mail
from server import clock, db, jobs, schema
from server.smtp import CONNECTIONS
from tests.processes import MailServer, mail_server, worker


async def measure(house: House) -> list[Result]:
    """Confirmations with their calendar part, one worker process."""
    count = 300 if house.quick else 1000
    runs = itertools.count()
    sent: list[bytes] = []

    async def kith() -> float:
        changes = await _answers(count, f"letters-{next(runs)}")
        with mail_server() as (server, url):
            seconds = await _by_kith(house, server, url, changes)
            sent[:] = server.taken
        return count / seconds

    async def bare() -> float:
        with mail_server() as (server, url):
            return count / await _by_bare_loop(server, url, sent)

    async with schema.pool():
        await kith()  # The bare loop sends what Kith wrote.
        seen = await in_turns(house.runs, {"kith": kith, "bare": bare})
    baseline = f"bare aiosmtplib, {CONNECTIONS} connections"
    return [compared("letters", "confirmation with calendar", seen["kith"], seen["bare"], baseline=baseline)]


async def _by_kith(house: House, server: MailServer, url: str, changes: list[int]) -> float:
    with worker(house.database_url, SMTP_URL=url):
        begun = time.perf_counter()
        await jobs.later_for_each(mail.confirmation, [[number] for number in changes])
        while len(server.taken) < len(changes):
            await asyncio.sleep(0.005)
        return time.perf_counter() - begun


async def _by_bare_loop(server: MailServer, url: str, letters: list[bytes]) -> float:
    waiting = [message_from_bytes(letter, policy=SMTP) for letter in letters]
    begun = time.perf_counter()

    async def send() -> None:
        parts = urlsplit(url)
        async with aiosmtplib.SMTP(hostname=parts.hostname, port=parts.port) as client:
            while waiting:
                message = waiting.pop()
                await client.send_message(message, sender="kith@localhost")

    await asyncio.gather(*(send() for _ in range(CONNECTIONS)))
    assert len(server.taken) == len(letters)
    return time.perf_counter() - begun


async def _answers(count: int, slug: str) -> list[int]:
    """So many people who said yes just now. Returns the numbers of their changes."""
    event = await seed.event(await seed.community(slug), seats=None)
    people = await seed.people(count)
    found = await db.rows(
        """
        WITH answers AS (
            INSERT INTO rsvps
                (public_id, event, person, status, wanted, guests, confirmed_at, link, answered_at, created_at)
            SELECT substr(md5(person::text || $1), 1, 12), $2, person, 'going', 'going', 0, $4, 0, $4, $4
            FROM unnest($3::bigint[]) AS new (person) RETURNING id, person
        )
        INSERT INTO rsvp_changes (rsvp, by, at, from_status, to_status, from_guests, to_guests)
        SELECT id, person, $4, NULL, 'going', 0, 0 FROM answers RETURNING id
        """,
        slug,
        event.id,
        people,
        clock.now(),
    )
    return [row["id"] for row in found]
