"""A crowd of members who answer one event through real web processes, and press again when nobody replies."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench import seed
from events.tables import Event
from server import db, mail, tokens

AT_ONCE = 25
PATIENCE = 40  # How often somebody presses again before they give up.
GONE = (httpx.HTTPError,)


@dataclass
class Crowd:
    """Who answers, and what they were told: by person, what the last reply said.

    `heard` is called with the number of replies so far, after each. `addresses` may be changed meanwhile.
    """

    event: Event
    people: list[int]
    cookies: list[str]
    addresses: list[str]
    heard: Callable[[int], None] = lambda _count: None
    told: dict[int, dict[str, Any]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    last_trouble: float = 0.0

    async def answer(self, **fields: str) -> None:
        """Everybody says yes, AT_ONCE at a time, each with the key of their own form, until they are told."""
        waiting = iter(zip(self.people, self.cookies, strict=True))
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=AT_ONCE), timeout=10) as browser:
            await asyncio.gather(*(self._in_turn(browser, waiting, fields) for _ in range(AT_ONCE)))

    async def _in_turn(
        self, browser: httpx.AsyncClient, waiting: Iterator[tuple[int, str]], fields: dict[str, str]
    ) -> None:
        for person, cookie in waiting:
            self.told[person] = await self._told(browser, cookie, fields)
            self.heard(len(self.told))

    async def _told(self, browser: httpx.AsyncClient, cookie: str, fields: dict[str, str]) -> dict[str, Any]:
        form = {"answer": "going", "form": tokens.public_id(), **fields}
        headers = {"cookie": cookie, "accept": "application/json"}
        for _ in range(PATIENCE):
            address = random.choice(self.addresses)
            try:
                reply = await browser.post(
                    f"{address}/events/{self.event.public_id}/rsvp", data=form, headers=headers
                )
            except GONE:
                self.last_trouble = time.monotonic()
                await asyncio.sleep(0.05)
                continue
            self.statuses[reply.status_code] += 1
            if reply.status_code == 200:
                found: dict[str, Any] = reply.json()
                return found
            self.last_trouble = time.monotonic()
            await asyncio.sleep(0.1)
        raise AssertionError(f"nobody replied: {self.statuses}")

    async def check(self) -> None:
        """What each was told is true: nobody lost, doubled or demoted, the line in the order of what people heard."""
        rows = await db.rows(
            "SELECT person, status, queued FROM rsvps WHERE event = $1 ORDER BY queued NULLS FIRST",
            self.event.id,
        )
        assert {row["person"] for row in rows} == set(self.people)
        now = {row["person"]: row["status"] for row in rows}
        assert {person: told["answer"] for person, told in self.told.items()} == now
        line = [row["person"] for row in rows if row["queued"] is not None]
        by_place = {told["place_in_line"]: person for person, told in self.told.items()}
        assert [by_place[place] for place in range(1, len(line) + 1)] == line
        counts = Counter(now.values())
        seats = self.event.pool().seats or len(rows)
        assert counts["going"] == min(seats, len(rows)), counts
        assert (
            await db.value("SELECT sum(taken) FROM seat_pools WHERE event = $1", self.event.id)
            == counts["going"]
        )
        await self._check_once()

    async def _check_once(self) -> None:
        """One line of history and one letter each, whatever happened on the way."""
        steps = await db.value(
            "SELECT count(*) FROM rsvp_changes JOIN rsvps ON rsvps.id = rsvp WHERE event = $1", self.event.id
        )
        letters = await db.value(
            """
            SELECT count(*) FROM due_work
            JOIN rsvp_changes ON to_jsonb(ARRAY[rsvp_changes.id]) = due_work.args
            JOIN rsvps ON rsvps.id = rsvp WHERE event = $1 AND kind = ANY($2)
            """,
            self.event.id,
            [kind.job for kind in mail.kinds.values()],
        )
        assert (steps, letters) == (len(self.people), len(self.people))


class Members:
    """People with accounts and a signed-in browser each, to make crowds of."""

    def __init__(self, people: Sequence[int], cookies: Sequence[str]) -> None:
        self.people, self.cookies = list(people), list(cookies)

    def crowd(self, event: Event, addresses: list[str], *, most: int | None = None) -> Crowd:
        """A crowd of them, in an order of its own."""
        both = list(zip(self.people, self.cookies, strict=True))
        random.shuffle(both)
        chosen = both[:most]
        return Crowd(event, [person for person, _ in chosen], [cookie for _, cookie in chosen], addresses)


async def members(count: int) -> Members:
    """So many of them, in the database that the process is connected to."""
    people = await seed.people(count)
    return Members(people, await seed.cookies(people))


@contextmanager
def at_reply(crowd: Crowd, count: int, do: Callable[[], None]) -> Iterator[None]:
    """Do something when so many have been told, once."""
    done = False

    def heard(so_far: int) -> None:
        nonlocal done
        if so_far >= count and not done:
            done = True
            do()

    crowd.heard = heard
    yield
    assert done
