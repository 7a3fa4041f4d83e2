"""Every kind of letter: well formed whatever people are called, and not sent once it is stale."""

import os
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import time_machine

from members.account import signing_in
from members.tables import Community, Person
from server import clock, db, jobs, mail
from tests.ground import work_off
from tests.promises import letter_gallery, worlds
from tests.server import letter_lint

pytestmark = pytest.mark.slow

# Until when each is worth sending. A new kind is to be thought about, here too.
UNTIL_START = {"rsvps/reminder", "volunteers/reminder", "followups/prompt", "events/new_gatherings"}
UNTIL_ITS_OWN_END = {
    "members/sign_in": timedelta(minutes=20),  # The link's time.
    "members/new_address": timedelta(days=1),
    "members/leaving_address": timedelta(days=1),
    "members/address_changed": timedelta(days=3),  # Then it is no news.
    "rsvps/fresh_link": timedelta(days=1),
    "rsvps/came": timedelta(days=7),  # Then the address is forgotten.
    "followups/invitation": timedelta(days=3),  # Then the reminder comes.
    "followups/reminder": timedelta(days=14),
    "followups/connected": timedelta(days=7),
    "followups/note": timedelta(days=30),  # Then it is deleted.
    "followups/organisers": timedelta(days=14),  # Then the page it leads to has closed.
    "followups/note_back": timedelta(days=14),
    "events/weekly": timedelta(days=3),  # Then the week is half over.
}
BEFORE_THE_START = {
    "rsvps/still_coming": timedelta(hours=24),
    "rsvps/offered": timedelta(0),
}
# A letter of a host may tell of what is after the gathering, too.
AFTER_THE_END = {"rsvps/from_organiser": timedelta(days=2)}

MAY_BE_REFUSED = {
    "rsvps/confirm", "rsvps/came", "rsvps/added", "rsvps/kept_out", "rsvps/invitation", "rsvps/reminder",
    "rsvps/still_coming", "rsvps/from_organiser", "rsvps/asked_hosts", "followups/invitation", "followups/reminder",
    "followups/connected", "followups/note", "followups/organisers", "followups/prompt",
    "volunteers/reminder", "events/co_host_asked", "events/new_gatherings", "events/weekly",
    "rsvps/changed_for_invited",
    "rsvps/cancelled_for_invited",
    "rsvps/series_changed_for_invited",
    "events/hosts_asked",
}  # fmt: skip
NOT_OF_A_KIND = {
    "rsvps/confirm",
    "rsvps/came",
    "rsvps/added",
    "rsvps/kept_out",
}  # These end all that others cause, not one kind.

HOSTILE = [
    "O'Brien & Sons",
    '"<x@y>"',
    "a\r\nBcc: x@evil.example",
    "👋🏽 مرحبا بالعالم שלום",
    "Žluťoučký kůň, " * 20,
    "x" * 5_000,
    "=?utf-8?q?not_mine?=",
    "‮evil‬\u2028two",
]


async def live(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person, client: httpx.AsyncClient
) -> None:
    """All that has every letter sent."""
    await signing_in.ask(bo.email, next_path="/")
    await work_off()
    event = await worlds.every_letter_about_answers(walkers, ana, bo, dev, cleo)
    await worlds.every_letter_about_choosing(walkers, ana, bo, dev, cleo)
    await worlds.every_letter_about_helping(walkers, bo, dev)
    await worlds.the_letter_about_being_counted_in(walkers, ana, bo, dev)
    await worlds.every_letter_about_a_series_that_moves(walkers, ana, bo, dev)
    await worlds.the_letter_to_who_is_kept_out(walkers, ana)
    await worlds.the_letter_to_who_left_an_address(walkers, ana)
    await worlds.every_letter_about_hosting(walkers, ana, bo, cleo)
    await worlds.every_letter_of_news(walkers, ana, dev, cleo)
    await worlds.every_letter_of_the_morning_after(walkers, client)
    await worlds.every_letter_about_ones_address()
    await worlds.call_off(event)


@pytest_asyncio.fixture(loop_scope="session")
async def letters(
    request: pytest.FixtureRequest,
    walkers: Community,
    ana: Person,
    bo: Person,
    dev: Person,
    cleo: Person,
    client: httpx.AsyncClient,
) -> AsyncIterator[dict[str, bytes]]:
    """The newest letter of every kind, of people who are called like the test's parameter."""
    if called := getattr(request, "param", ""):
        for person in (ana, bo, dev, cleo):
            await db.run("UPDATE people SET name = $2 WHERE id = $1", person.id, called[:100])
        await walkers.update_self({Community.name: called[:80]})
        await call_gatherings(called[:120])
    await live(walkers, ana, bo, dev, cleo, client)
    rows = await db.rows("SELECT DISTINCT ON (kind) kind, message FROM sent_letters ORDER BY kind, id DESC")
    yield {row["kind"]: row["message"] for row in rows}


async def call_gatherings(title: str) -> None:
    """Every gathering that is made from now on gets this title, by a trigger that is rolled back with the test."""
    quoted = await db.value("SELECT quote_literal($1::text)", title)
    await db.run(
        f"CREATE FUNCTION pg_temp.call_it() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN NEW.title = {quoted}; RETURN NEW; END $$"
    )
    await db.run(
        "CREATE TRIGGER call_it BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION pg_temp.call_it()"
    )


@pytest.mark.parametrize("letters", ["Ana", *HOSTILE], indirect=True, ids=range(len(HOSTILE) + 1))
async def test_the_form_of_every_letter(letters: dict[str, bytes]) -> None:
    assert set(letters) == set(mail.kinds)
    if folder := os.environ.get("KEEP_LETTERS"):
        letter_gallery.keep(letters, Path(folder))
    found = {kind: letter_lint.faults(raw) for kind, raw in letters.items()}
    assert {kind: each for kind, each in found.items() if each} == {}


async def test_what_may_be_refused_says_how(letters: dict[str, bytes]) -> None:
    leaving = {kind for kind, raw in letters.items() if b"\r\nList-Unsubscribe: " in raw}
    lists = {kind for kind, raw in letters.items() if b"\r\nList-Id: " in raw}
    assert leaving == MAY_BE_REFUSED
    assert lists == MAY_BE_REFUSED - NOT_OF_A_KIND


async def test_no_letter_is_sent_once_its_time_is_past(
    monkeypatch: pytest.MonkeyPatch,
    walkers: Community,
    ana: Person,
    bo: Person,
    dev: Person,
    cleo: Person,
    client: httpx.AsyncClient,
) -> None:
    """Each letter of every kind is tried by a worker that comes too late, then by one that comes in time."""
    kinds = {kind.job: (name, kind) for name, kind in mail.kinds.items()}
    ends: dict[str, list[timedelta]] = defaultdict(list)
    do = jobs.do

    async def late_then_in_time(work: jobs.Claimed) -> None:
        name, kind = kinds.get(work.kind, ("", None))
        jobs.written_at.set(work.created_at)
        written = await kind.writer(*work.args) if kind else None
        if kind and written:
            until = kind.until(written.context)
            await _not_sent_at(until, work)
            await _not_sent_at(until + timedelta(days=1), work)
            ends[name].append(_beyond(name, until, written.context))
        await do(work)

    async def _not_sent_at(moment: datetime, work: jobs.Claimed) -> None:
        undone = db.transaction()
        await undone.__aenter__()
        with time_machine.travel(moment, tick=False):
            before = await db.value("SELECT count(*) FROM sent_letters")
            await do(work)
            assert await db.value("SELECT count(*) FROM sent_letters") == before, work.kind
            assert await db.value("SELECT worth_until FROM unsent_letters WHERE work = $1", work.id), (
                work.kind
            )
            assert not await db.value("SELECT count(*) FROM due_work WHERE id = $1", work.id), work.kind
        await undone.__aexit__(RuntimeError, RuntimeError("it never was"), None)

    monkeypatch.setattr(jobs, "do", late_then_in_time)
    await live(walkers, ana, bo, dev, cleo, client)
    assert set(ends) == set(mail.kinds)
    for kind, found in ends.items():
        assert all(beyond <= timedelta(0) for beyond in found), (kind, found)


def _last(occasions: object) -> object:
    """Of a letter about several gatherings, the one that is over last."""
    return max(occasions, key=lambda occasion: occasion.over_at)  # type: ignore[call-overload]


def _beyond(name: str, until: datetime, of: dict[str, object]) -> timedelta:
    """How much later it may be sent than it should be."""
    if name in UNTIL_ITS_OWN_END:
        return until - clock.now() - UNTIL_ITS_OWN_END[name]
    thing = of.get("shift") or of.get("event") or _last(of["occasions"])
    starts, over = thing.starts_at, getattr(thing, "over_at", None) or thing.ends_at  # type: ignore[attr-defined]
    if name in UNTIL_START:
        return until - starts  # type: ignore[no-any-return]
    if name in BEFORE_THE_START:
        return until - (starts - BEFORE_THE_START[name])  # type: ignore[no-any-return]
    return until - over - AFTER_THE_END.get(name, timedelta(0))  # type: ignore[no-any-return]
