"""Promise 1: nothing one-sided ever leaks.

One world is cloned. In the one clone Ana marks Bo, in the other she sends the same form without the mark; then both
live on for three weeks, and everybody but Ana looks at everything they can find: pages, feeds, calendars, JSON,
letters, logs. What they get has to be the same, byte for byte. Chance is seeded and the clock stands still, so
that not even a nonce may differ: drawing one more random number, writing one more row of due work, would show.

How long an answer takes cannot differ either, because the very same statements are sent for it.
"""

import os
import random
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from events.tables import Event
from members.account import sessions
from members.tables import Community, Person
from rsvps.questions import sheet
from server import db
from server.composition import timetable
from server.settings import settings
from tests.followups.mornings import (
    CLOSES,
    FIRST_SIX,
    MORNING,
    all_findable,
    at,
    held,
    make_guests,
    page_of,
    reveal,
    say,
)
from tests.ground import work_off
from tests.people import join

pytestmark = pytest.mark.slow

MOMENTS = {
    "the same day": MORNING + timedelta(hours=2),
    "the evening when it is told": FIRST_SIX + timedelta(minutes=30),
    "when it has closed": CLOSES + timedelta(days=2),
}
MOST_PAGES = 32  # for each pair of eyes and moment


@dataclass
class World:
    """The same people, with the same cookies and links, in every clone."""

    event: Event
    ana: Person
    bo: Person
    others: list[Person]
    cookies: dict[str, str]
    links: dict[str, list[str]]


@dataclass
class Seen:
    """All that anybody but Ana got to see."""

    answers: dict[tuple[str, str, str], tuple[int, list[tuple[str, str]], bytes]] = field(
        default_factory=dict
    )
    statements: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    letters: list[tuple[str, str, bytes]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


@pytest.fixture
async def world(committed: str, client: httpx.AsyncClient, ana: Person, walkers: Community) -> World:
    """Seven who can find each other; two of them will be connected, so that there is something to see."""
    people = await make_guests(
        "Anna Rios", "Bo Lind", "Cleo Marsh", "Dev Patel", "Eli Stone", "Fay Wood", "Gus Hill"
    )
    for person in people[:4]:
        await join(person, walkers)
    await join(people[6], walkers, "organiser")
    event = await held(walkers, people)
    with at(MORNING):
        await _clockwork()
        await all_findable(client, event, people)
        cleo, dev = people[2:4]
        await say(client, event, cleo, wish=(dev, people[1]), message="Thank you.", message_to="organisers")
        await say(client, event, dev, wish=(cleo,))
    looking = {
        "bo": people[1],
        "cleo": cleo,
        "a guest": people[5],
        "an organiser": people[6],
        "the owner": ana,
    }
    with at(MORNING):
        return World(
            event,
            people[0],
            people[1],
            people[2:],
            {who: await sessions.open_session(person, browser="Firefox") for who, person in looking.items()},
            {
                who: await _addresses_of(event, person) if person is not ana else _addresses(event)
                for who, person in looking.items()
            },
        )


def _addresses(event: Event) -> list[str]:
    """What nobody finds by following links from the front page."""
    about = f"/events/{event.public_id}"
    return [
        *(
            f"{about}{more}"
            for more in ("", ".ics", ".json", "/followup", "/arrivals", "/people", "/people.csv")
        ),
        "/communities/walkers/calendar.ics",
        "/connections",
        "/been",
        "/settings/card",
        "/metrics",
        "/dev/letters",
    ]


async def _addresses_of(event: Event, person: Person) -> list[str]:
    own = await page_of(event, person)
    return [own, f"{own}?q=an", f"{own}?page=2", *_addresses(event)]


async def _clockwork() -> None:
    for each in timetable:
        await each.function()
    await work_off()


async def _live(
    app: object,
    name: str,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    marks: str,
    eyes: Collection[str] = (),
) -> Seen:
    """One clone's three weeks, seen by everybody but Ana."""
    await _clone(name)
    _seed(monkeypatch)
    seen = Seen()
    capsys.readouterr()
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=settings.base_url) as anas:
        with at(MORNING + timedelta(hours=1)):
            bo = (world.bo,)
            said = {"wish": bo if marks in {"wish", "both"} else (), "met": bo if marks == "met" else ()}
            sent = await say(anas, world.event, world.ana, shown=bo, **said)
            assert sent.status_code == 303
            if marks == "both":
                await say(anas, world.event, world.bo, wish=(world.ana,))
    for moment, when in MOMENTS.items():
        with at(when):
            await _clockwork()
            for who in eyes or ("nobody", *world.cookies):
                await _crawl(transport, world, who, moment, seen)
    found = await db.rows(
        "SELECT to_email, subject, message FROM sent_letters WHERE to_email <> $1 ORDER BY id",
        world.ana.email,
    )
    seen.letters = [(row["to_email"], row["subject"], row["message"]) for row in found]
    seen.log = [_without_durations(line) for line in capsys.readouterr().out.splitlines()]
    return seen


async def _clone(name: str) -> None:
    source = str(db.engine().config["dsn"])
    await db.engine().close_connection_pool()
    sheet._known.clear()  # What this process remembers of the world before.
    original = re.search(r"/([a-z0-9_]+)\?", source)
    assert original
    origin = re.sub(r"_world_\w+$", "", original[1])
    connection = await asyncpg.connect(source.replace(f"/{original[1]}?", "/postgres?"))
    await connection.execute(f"DROP DATABASE IF EXISTS {origin}_world_{name} WITH (FORCE)")
    await connection.execute(f"CREATE DATABASE {origin}_world_{name} TEMPLATE {origin}")
    await connection.close()
    db.engine().config["dsn"] = source.replace(f"/{original[1]}?", f"/{origin}_world_{name}?")
    await db.engine().start_connection_pool(max_size=4)


def _seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same chance in each world: ids, nonces, boundaries between the parts of letters."""
    dice = random.Random(20261112)
    random.seed(20261112)
    monkeypatch.setattr(os, "urandom", dice.randbytes)
    monkeypatch.setattr(secrets, "choice", dice.choice)
    monkeypatch.setattr(secrets, "token_hex", lambda size=32: dice.randbytes(size).hex())
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size=32: dice.randbytes(size).hex())
    monkeypatch.setattr(secrets, "token_bytes", dice.randbytes)


@contextmanager
def _noting_statements(noted: list[str]) -> Iterator[None]:
    """Every statement that is sent meanwhile, on whatever connection."""
    originals = {
        name: getattr(asyncpg.Connection, name) for name in ("fetch", "fetchrow", "fetchval", "execute")
    }

    def noting(original: Any) -> Any:
        async def call(self: Any, query: str, *args: Any, **options: Any) -> Any:
            noted.append(query)
            return await original(self, query, *args, **options)

        return call

    for name, original in originals.items():
        setattr(asyncpg.Connection, name, noting(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(asyncpg.Connection, name, original)


async def _crawl(transport: httpx.ASGITransport, world: World, who: str, moment: str, seen: Seen) -> None:
    cookies = {sessions.COOKIE: world.cookies[who]} if who in world.cookies else {}
    async with httpx.AsyncClient(
        transport=transport,
        base_url=settings.base_url,
        cookies=cookies,
        headers={"accept-encoding": "identity"},
    ) as browser:
        waiting, known = ["/", "/events", *world.links.get(who, _addresses(world.event))], set()
        while waiting and len(known) < MOST_PAGES:
            path = waiting.pop(0)
            if path in known:
                continue
            known.add(path)
            place = (who, moment, path)
            with _noting_statements(seen.statements.setdefault(place, [])):
                answer = await browser.get(path)
            seen.answers[place] = (answer.status_code, sorted(answer.headers.items()), answer.content)
            waiting += _links(answer)


def _links(answer: httpx.Response) -> list[str]:
    if "html" not in answer.headers.get("content-type", ""):
        return []
    found = re.findall(r'href="(/[^"#]*)', answer.text)
    return [path.replace("&amp;", "&") for path in found if not path.startswith("/static")]


def _without_durations(line: str) -> str:
    return re.sub(r'("ms":|ms=)\s*[\d.]+', "ms", line)


@pytest.mark.slow
async def test_nobody_but_ana_can_tell_whether_she_marked_bo(
    app: object, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without = await _live(app, "a", world, monkeypatch, capsys, marks="none")
    assert len(without.answers) > 400, "there was something to look at"
    assert len(without.letters) >= 8 and any("Cleo" in subject for _, subject, _ in without.letters)
    for mark in ("met", "wish"):
        marked = await _live(app, mark, world, monkeypatch, capsys, marks=mark)
        assert without.answers.keys() == marked.answers.keys()
        for place, answer in without.answers.items():
            assert answer == marked.answers[place], (mark, place)
        assert without.statements == marked.statements
        assert without.letters == marked.letters
        assert without.log == marked.log


async def test_the_same_eyes_notice_what_both_wished(
    app: object, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or the test above would prove nothing."""
    both = await _live(app, "b", world, monkeypatch, capsys, marks="both", eyes=("bo",))
    before, after = (
        both.answers[("bo", moment, "/connections")][2].decode()
        for moment in ("the same day", "the evening when it is told")
    )
    assert "Anna" not in before, "nothing is told before six"
    assert "Anna Rios" in after
    assert any(to == world.bo.email and "Anna" in subject for to, subject, _ in both.letters)


async def test_what_ana_deletes_with_her_account_leaves_no_trace(
    committed: str, client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests()
    event = await held(walkers, people)
    with at(MORNING):
        await _clockwork()
        await all_findable(client, event, people)
        await say(client, event, people[0], wish=(people[1],), note="Tom")
        await Person.delete().where(Person.id == people[0].id)
    assert await db.value("SELECT count(*) FROM met_marks") == 0
    assert await reveal(FIRST_SIX) == 0


async def test_a_mark_writes_no_due_work_and_no_letter(client: httpx.AsyncClient, walkers: Community) -> None:
    people = await make_guests()
    event = await held(walkers, people)
    with at(MORNING):
        await _clockwork()
        await all_findable(client, event, people)
        before = await db.value("SELECT last_value FROM due_work_id_seq")
        await say(client, event, people[0], wish=(people[1],), met=(people[2],))
        assert await db.value("SELECT last_value FROM due_work_id_seq") == before
