"""Looking around in a Kith: which pages answer to whom, and which letters its waiting work writes."""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from html import unescape

import httpx
import time_machine

from members.account import sessions
from server import clock, db
from server.app import create
from server.settings import settings
from tests.ground import work_off
from tests.promises import worlds
from tests.upgrades.life import Known

NOBODY = "nobody"
MOST_PAGES = 40  # for each reader

LINK = re.compile(r'href="(/[^"#?]*)"')
ASIDE = ("/static/", "/dev/", "/apple-", "/favicon", "/site.")


async def around(known: Known) -> dict[str, list[str]]:
    """By reader, the addresses that answered 200: from the first page on, from letters, and secret ones."""
    found = {}
    for email, secret in {NOBODY: "", **known.sessions}.items():
        async with browser(secret) as client:
            found[email] = sorted([address async for address in _pages(client)])
    async with browser() as client:
        for address in [*known.addresses, *await _in_letters()]:
            if await answers(client, address):
                found[NOBODY].append(address)
    return found


@asynccontextmanager
async def browser(secret: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """A browser that follows redirects; with a session's secret, one in which somebody is signed in."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create()),
        base_url=settings.base_url,
        cookies={sessions.COOKIE: secret} if secret else None,
        follow_redirects=True,
    ) as client:
        yield client


async def answers(client: httpx.AsyncClient, address: str) -> str:
    """The page that an address leads to; nothing where it leads nowhere, or to signing in."""
    reply = await client.get(address)
    return "" if reply.status_code != 200 or reply.url.path == "/sign-in" else reply.text


async def letters_of_waiting_work() -> list[list[str]]:
    """Do all that waits, also what waits for the next hours. Returns to whom it wrote, and what."""
    before = await db.value("SELECT coalesce(max(id), 0) FROM sent_letters")
    await work_off()
    while late := await db.value("SELECT min(run_at) FROM due_work WHERE dead_at IS NULL"):
        with time_machine.travel(max(late, clock.now()) + timedelta(seconds=1), tick=False):
            await work_off()
    rows = await db.rows("SELECT to_email, subject FROM sent_letters WHERE id > $1", before)
    return sorted([row["to_email"], row["subject"]] for row in rows)


async def _pages(client: httpx.AsyncClient) -> AsyncIterator[str]:
    waiting, seen = ["/"], {"/"}
    while waiting and len(seen) - len(waiting) < MOST_PAGES:
        address = waiting.pop(0)
        page = await answers(client, address)
        if not page:
            continue
        yield address
        new = [link for link in _links(page) if link not in seen]
        seen |= set(new)
        waiting += dict.fromkeys(new)


def _links(page: str) -> Iterable[str]:
    for found in LINK.findall(page):
        address = unescape(found)
        if not address.startswith(ASIDE):
            yield address


async def _in_letters() -> list[str]:
    """The addresses in the newest letter of each kind."""
    letters = (await worlds.letters()).values()
    addresses = {address for letter in letters for address in worlds.addresses_in(letter)}
    ours = [
        address.removeprefix(settings.base_url)
        for address in addresses
        if address.startswith(settings.base_url)
    ]
    return sorted(address for address in ours if not address.startswith(ASIDE))
