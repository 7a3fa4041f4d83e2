"""Letters a second, rendered and handed to a real SMTP server, beside a bare loop sending the same bytes."""

import asyncio
import itertools
import time
from contextlib import ExitStack
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
from server.worker import IN_HAND
from tests.processes import MailServer, mail_server, worker

# Letters for each worker by which it has read its templates, as one has that runs for a while. More than it claims at
# once, so that each gets some.
WARMING = IN_HAND + 16


async def measure(house: House) -> list[Result]:
    """Confirmations of one gathering with their calendar part and a code for the door, by one worker and by two."""
    count = 300 if house.quick else 1000
    runs = itertools.count()
    sent: list[bytes] = []

    async def kith(workers: int = 1) -> float:
        return await by_kith(house, count, f"letters-{next(runs)}", workers=workers, sent=sent)

    async def bare() -> float:
        with mail_server() as (server, url):
            return count / await _by_bare_loop(server, url, sent)

    async with schema.pool():
        await kith()  # The bare loop sends what Kith wrote.
        seen = await in_turns(house.runs, {"kith": kith, "bare": bare, "two": lambda: kith(workers=2)})
    baseline = f"bare aiosmtplib, {CONNECTIONS} connections"
    return [
        compared("letters", "confirmation with calendar", seen["kith"], seen["bare"], baseline=baseline),
        compared("letters", "two workers", seen["two"], seen["kith"], baseline="one worker"),
    ]


async def by_kith(
    house: House, count: int, slug: str, *, workers: int = 1, sent: list[bytes] | None = None
) -> float:
    """Confirmations a second. `slug`: of the community that is made for it; `sent` gets what arrived."""
    changes = await _answers(count + WARMING * workers, slug)
    with mail_server() as (server, url):
        seconds = await _by_kith(house, server, url, changes, workers)
        if sent is not None:
            sent[:] = server.taken[-count:]
    return count / seconds


async def _by_kith(house: House, server: MailServer, url: str, changes: list[int], workers: int) -> float:
    with ExitStack() as stack:
        for _ in range(workers):
            stack.enter_context(worker(house.database_url, SMTP_URL=url))
        await _sent(server, changes[: WARMING * workers])
        started = time.perf_counter()
        await _sent(server, changes)
        return time.perf_counter() - started


async def _sent(server: MailServer, changes: list[int]) -> None:
    """Have letters written to those of them that have none yet, and wait for all."""
    await jobs.later_for_each(mail.confirmation, [[number] for number in changes[len(server.taken) :]])
    while len(server.taken) < len(changes):
        await asyncio.sleep(0.005)


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
